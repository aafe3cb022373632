"""The frames of docs/frames.md as files, one each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from pandas.io.json import build_table_schema

from gilometer.report.csv_text import csv_of
from gilometer.report.export.format import Files

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from gilometer.analysis.tidy import Frames
    from gilometer.model import Manifest


def csv(manifest: Manifest, frames: Frames) -> Files:  # noqa: ARG001  all that they need is in the frames
    """Write comma-separated values; what is not known is empty, as an empty text is."""
    return _each(frames, "csv", lambda frame: csv_of(frame).encode())


def json(manifest: Manifest, frames: Frames) -> Files:  # noqa: ARG001
    """Write JSON with a table schema: ``pandas.read_json(file, orient="table", precise_float=True)``."""
    return _each(frames, "json", _table)


def parquet(manifest: Manifest, frames: Frames) -> Files:  # noqa: ARG001
    """Write Parquet."""
    return _each(frames, "parquet", lambda frame: frame.to_parquet(engine="pyarrow", index=False))


def _each(frames: Frames, ending: str, written: Callable[[pd.DataFrame], bytes]) -> Files:
    return Files({f"{name}.{ending}": written(frame) for name, frame in vars(frames).items()})


def _table(frame: pd.DataFrame) -> bytes:
    """Write a frame with all digits of its numbers, which ``DataFrame.to_json`` does not."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return msgspec.json.encode({"schema": build_table_schema(frame, index=False), "data": rows}) + b"\n"
