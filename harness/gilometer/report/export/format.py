"""What every format is: a run in, the contents of files out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gilometer.analysis.tidy import Frames
    from gilometer.model import Manifest


@dataclass(frozen=True)
class Files:
    """What a run is in some format."""

    contents: Mapping[str, bytes]
    """By the names of the files."""
    left_out: str = ""
    """What the format has no place for, in a sentence; empty: nothing."""


class Format(Protocol):
    """Puts a run into files."""

    def __call__(self, manifest: Manifest, frames: Frames) -> Files:
        """Return the files' contents.

        Raises:
            UsageError: The run has nothing that the format could hold.

        """
        ...
