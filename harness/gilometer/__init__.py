"""Gilometer: on which Python interpreters, and for which kinds of work, do threads help? Measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from gilometer.analysis.tidy import Frames

__version__ = "0.1.0"


def load(run: str | Path) -> Frames:
    """Read a run as pandas frames, for a notebook; docs/frames.md says what their columns hold.

    Raises:
        GilometerError: ``run`` is no folder of a run, or one that can't be read.

    """
    from gilometer.loading import load as load_frames  # noqa: PLC0415  imports pandas

    return load_frames(run)
