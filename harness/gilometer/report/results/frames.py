"""The frames that are written as tables for other programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ResultFrames:
    """The frames that ``summary.csv``, ``observations.csv`` and the tables of plots are written from."""

    summary: pd.DataFrame
    """One row for each of ``Results.cells``, in their order."""
    observations: pd.DataFrame
    observations_that_count: pd.DataFrame
    """The observations of cells that ended well."""
    relative: pd.DataFrame
    costs: pd.DataFrame
    overheads: pd.DataFrame
    scaling: pd.DataFrame
    warm_up: pd.DataFrame
    """The rows of ``Analysis.first_iterations`` that ``Results.warm_ups`` are made from."""
    timeline: pd.DataFrame
