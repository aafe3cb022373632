"""Load a run's folder as frames, for notebooks and for other programs."""

from __future__ import annotations

from pathlib import Path

from gilometer import pipeline
from gilometer.analysis.tidy import Frames, tidy
from gilometer.report.sentences.verdicts import sentence
from gilometer.report.terminal.live import Live


def load(run: str | Path) -> Frames:
    """Read a run, analyse it, and lay it out as frames.

    Raises:
        RunFolderError: ``run`` is no folder of a run, or can't be read.

    """
    with Live() as view:
        return frames(pipeline.walk(pipeline.LOADING, pipeline.Comparison(view, Path(run))))


def frames(comparison: pipeline.Comparison) -> Frames:
    """Lay out a run that was analysed as frames."""
    return tidy(comparison.entries, comparison.analysis, sentence)
