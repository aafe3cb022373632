"""All tables that are written as comma-separated values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gilometer.printing import cell

if TYPE_CHECKING:
    import pandas as pd

SIX_FIGURES = "%.6g"


def csv_of(frame: pd.DataFrame, float_format: str | None = None) -> str:
    """Write a frame, with all digits unless told otherwise, and with the same bytes on every system.

    Its texts are harmless to terminals and spreadsheets; numbers stay as they are.
    """
    texts = frame.select_dtypes(exclude=["number", "bool"])
    harmless = frame.assign(**{str(name): column.map(_harmless) for name, column in texts.items()})
    return harmless.to_csv(index=False, float_format=float_format, lineterminator="\n")


def _harmless(value: Any) -> Any:
    return cell(value) if isinstance(value, str) else value
