"""Reading the rows of the analysis's frames."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gilometer.model import Estimate, Strategy
from gilometer.report.results.configurations import Configuration

if TYPE_CHECKING:
    import pandas as pd

FrameRow = Mapping[Hashable, Any]
"""The values of a row, by the names of the columns."""

CellKey = tuple[str, str, Configuration]
"""The key of a cell: label of the interpreter, label of the workload, configuration."""


def rows_of(frame: pd.DataFrame) -> Sequence[FrameRow]:
    """List the rows of a frame."""
    return frame.to_dict("records")


def label_of(row: FrameRow) -> str:
    """Name the interpreter of a row, as ``Interpreter.label`` does."""
    label: str = row["interpreter"] + row["variant"]
    return label


def configuration_of(row: FrameRow) -> Configuration:
    """Read the configuration of a row."""
    return Configuration(Strategy(row["strategy"]), row["workers"])


def cell_key_of(row: FrameRow) -> CellKey:
    """Read the key of a row's cell."""
    return label_of(row), row["workload"], configuration_of(row)


def estimate_of(row: FrameRow, name: str) -> Estimate:
    """Read the column of that name and the columns of its interval, ``name_low`` and ``name_high``."""
    return Estimate(row[name], row[f"{name}_low"], row[f"{name}_high"])
