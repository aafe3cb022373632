"""The runs in a folder, as their reports have them: they are not analysed again."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from gilometer.commands import typed
from gilometer.errors import RunFolderError
from gilometer.model import Extended, Finished, Sample, Strategy
from gilometer.printing import printable, text_of
from gilometer.runs import store
from gilometer.runs.folder import MANIFEST, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from gilometer.model import Entry, Manifest

SUMMARY = "summary.csv"


class RunState(StrEnum):
    """The end of a run."""

    DONE = "done"
    FAILURES = "failures"
    """It is done, and an invocation failed."""
    UNFINISHED = "unfinished"


@dataclass(frozen=True)
class TrackedSpeedup:
    """The cell whose speedup is followed over runs."""

    interpreter: str
    """Label of the interpreter."""
    workload: str
    strategy: Strategy
    workers: int

    def __str__(self) -> str:
        """Return its name on the command line, such as ``cpython-3.13 fib threads 2``."""
        return f"{self.interpreter} {self.workload} {self.strategy.value} {self.workers}"


@dataclass(frozen=True)
class Point:
    """A speedup and its capacity in one run, with 95% intervals; NaN where there is none."""

    speedup: float
    speedup_low: float
    speedup_high: float
    capacity: float
    capacity_low: float
    capacity_high: float

    @property
    def most(self) -> float:
        """The highest value or end of an interval; NaN is ignored."""
        highs = (self.speedup, self.speedup_high, self.capacity, self.capacity_high)
        return max(value for value in highs if not math.isnan(value))


@dataclass(frozen=True)
class Past:
    """One run of the history."""

    manifest: Manifest
    blocks: int
    """The number of blocks with at least one sample."""
    ending: RunState
    points: Mapping[TrackedSpeedup, Point] | None
    """The speedups of its summary, by their names as they are written there; None: it has no report yet."""

    @property
    def name(self) -> str:
        """The id of the run."""
        return self.manifest.run

    @property
    def machine(self) -> str:
        """The machine that it was measured on, as far as figures depend on it."""
        told = self.manifest.machine
        return f"{told.cpu}, {told.usable_cores:g} of {told.cores} cores, {told.system}"

    def point(self, figure: TrackedSpeedup) -> Point | None:
        """Return a speedup of its report; None if that has none."""
        written = replace(
            figure, interpreter=printable(figure.interpreter), workload=printable(figure.workload)
        )
        return (self.points or {}).get(written)


@dataclass(frozen=True)
class History:
    """The runs of a folder."""

    runs: tuple[Past, ...]
    """The runs, oldest first."""
    unread: tuple[str, ...]
    """A sentence for each run that can't be read."""


def read_all(folder: Path) -> History:
    """Read the runs in a folder; a link to one, such as ``latest``, is left out.

    Raises:
        RunFolderError: There is no such folder, or no run in it.

    """
    runs, unread = [], []
    for path in _runs_in(folder):
        try:
            runs.append(read(path))
        except RunFolderError as error:
            unread.append(str(error))
    return History(tuple(sorted(runs, key=lambda one: (one.manifest.started, one.name))), tuple(unread))


def _runs_in(folder: Path) -> Sequence[Path]:
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        raise RunFolderError(
            f"{folder} is no folder of runs: {error.strerror}; `{typed('compare')}` makes a run, in reports/"
        ) from error
    found = [path for path in inside if (path / MANIFEST).exists() and not path.is_symlink()]
    if not found:
        is_run = (folder / MANIFEST).exists()
        raise RunFolderError(
            f"{folder} is a run; give the folder that it is in, {folder.parent}"
            if is_run
            else f"{folder} holds no run; `{typed('compare')}` makes one, in reports/"
        )
    return found


def read(folder: Path) -> Past:
    """Read one run.

    Raises:
        RunFolderError: A file of it is missing or damaged, or a newer Gilometer wrote it.

    """
    manifest = load(folder)
    entries = store.read(folder)
    blocks = {entry.slot.block for entry in entries if isinstance(entry, Sample)}
    return Past(manifest, len(blocks), _ending(entries), _points(folder / SUMMARY))


def _ending(entries: Sequence[Entry]) -> RunState:
    last = next((one for one in reversed(entries) if isinstance(one, Finished | Extended)), None)
    if not isinstance(last, Finished):
        return RunState.UNFINISHED
    failed = any(isinstance(entry, Sample) and entry.outcome.is_failure for entry in entries)
    return RunState.FAILURES if failed else RunState.DONE


def _points(path: Path) -> Mapping[TrackedSpeedup, Point] | None:
    """Read the speedups of a summary; serial has none."""
    if not path.exists():
        return None
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return dict(_rows(csv.DictReader(file, strict=True)))
    except (OSError, csv.Error, KeyError, TypeError, ValueError) as error:
        raise RunFolderError(
            f"{path} is damaged: {error}; `{typed('report', path.parent)}` writes it again"
        ) from error


def _rows(rows: csv.DictReader[str]) -> Iterator[tuple[TrackedSpeedup, Point]]:
    for row in rows:
        strategy = Strategy(row["strategy"])
        label = text_of(row["interpreter"]) + text_of(row["variant"])
        point = Point(**{name: float(row[name] or "nan") for name in Point.__dataclass_fields__})
        if strategy is not Strategy.SERIAL and not math.isnan(point.speedup):
            yield TrackedSpeedup(label, text_of(row["workload"]), strategy, int(row["workers"])), point
