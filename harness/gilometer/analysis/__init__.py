"""Stage 4, what it means: entries of a run in, pandas frames out. Pure: no disk, no clock."""

from __future__ import annotations

from gilometer.analysis.analyse import Analysis, analyse

__all__ = ["Analysis", "analyse"]
