"""Stage 4: turn the entries of a run into pandas frames. Pure: no disk, no clock."""

from __future__ import annotations

from gilometer.analysis.analyse import Analysis, analyse

__all__ = ["Analysis", "analyse"]
