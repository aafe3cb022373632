"""The interface of a format: a function from a run to the contents of files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gilometer.analysis.tidy import Frames
    from gilometer.model import Manifest


@dataclass(frozen=True)
class Files:
    """The files of a run in some format."""

    contents: Mapping[str, bytes]
    """The content of each file, by its name."""
    left_out: str = ""
    """A sentence on what the format can't hold; empty if it holds everything."""


class Format(Protocol):
    """A function that converts a run to files."""

    def __call__(self, manifest: Manifest, frames: Frames) -> Files:
        """Return the files' contents.

        Raises:
            UsageError: The run has nothing that the format could hold.

        """
        ...
