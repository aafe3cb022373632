"""A run as pyperf knows benchmarks: a suite for each interpreter, a benchmark a cell, a run an invocation.

A value is the wall time of one pass in an iteration that counts; the iterations before these are warm-ups.
pyperf pools values and knows no blocks, so what it calls significant is not what a verdict rests on.
"""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyperf

from gilometer.analysis.steady import SteadyState
from gilometer.analysis.tidy import COUNTED
from gilometer.errors import UsageError
from gilometer.model import Cell, Interpreter, Manifest, Outcome, Role, Strategy
from gilometer.plan.groups import OBSERVED_KINDS
from gilometer.report.export.format import Files
from gilometer.report.sentences.text import duration, listed, plural

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    import pandas as pd

    from gilometer.analysis.tidy import Frames

Row = Mapping["Hashable", Any]
"""The values of a row, by the names of the columns."""
Metadata = Mapping[str, str | int | float]
CELL = ["interpreter", "variant", "workload", "strategy", "workers"]


@dataclass(frozen=True)
class Timed:
    """An invocation that has a time."""

    sample: Row
    values: Sequence[float]
    """Seconds of a pass in each iteration that counts."""
    warm_ups: Sequence[float]
    """Seconds of a pass in each iteration before these."""


def suites(manifest: Manifest, frames: Frames) -> Files:
    """Make the file of each interpreter.

    Raises:
        UsageError: No cell has a time.

    """
    timed = _timed(frames)
    cells = {_cell(row): row for row in frames.summary.to_dict("records")}
    why = Counter(_why(row) for cell, row in cells.items() if cell not in timed)
    reasons = listed([f"{count} {reason}" for reason, count in why.most_common()])
    if not timed:
        raise UsageError(
            f"{manifest.run} has no times for pyperf: of its cells {reasons}; choose csv or json"
        )
    suite_of: dict[str, list[pyperf.Benchmark]] = {}
    of_label = {one.label: one for one in manifest.plan.interpreters}
    for cell in cells:
        if cell in timed:
            label = cell.interpreter_label
            suite_of.setdefault(label, []).append(_benchmark(manifest, of_label[label], cell, timed[cell]))
    contents = {f"{label}.json": _written(benchmarks) for label, benchmarks in suite_of.items()}
    left_out = f"Left out of {plural(len(cells), 'cell')}: {reasons}." if why else ""
    return Files(contents, left_out)


def _timed(frames: Frames) -> Mapping[Cell, Sequence[Timed]]:
    """Gather the invocations that have a time, by cell."""
    found: dict[Cell, list[Timed]] = {}
    rows = frames.iterations
    own = rows[(rows["phase"] != "") & _measured(rows)]
    iterations = dict(tuple(own.groupby("sample")))
    samples = frames.invocations
    for sample in samples[samples["sample"].isin(iterations)].to_dict("records"):
        of = iterations[sample["sample"]]
        counts = of["phase"].isin(COUNTED)
        values = [value for value in of.loc[counts, "wall_s"].tolist() if value > 0]
        if values:
            timed = Timed(sample, values, of.loc[~counts, "wall_s"].tolist())
            found.setdefault(_cell(sample), []).append(timed)
    return found


def _measured(rows: pd.DataFrame) -> pd.Series[bool]:
    return (rows["role"] == Role.MEASURE.value) & (rows["outcome"] == Outcome.OK.value)


def _cell(row: Row) -> Cell:
    interpreter, variant, workload, strategy, workers = (row[name] for name in CELL)
    return Cell(interpreter, variant, workload, Strategy(strategy), workers)


def _why(row: Row) -> str:
    """Say why a cell has no time."""
    if row["outcome"] != Outcome.OK.value:
        return Outcome(row["outcome"]).words
    if row["kind"] in OBSERVED_KINDS:
        return "observed and not timed"
    if row["steady_state"] == SteadyState.NONE.value:
        return "without a steady state"
    return "too short for the clock"


def _benchmark(manifest: Manifest, one: Interpreter, cell: Cell, timed: Sequence[Timed]) -> pyperf.Benchmark:
    common = dict(_known(manifest, one, cell))
    return pyperf.Benchmark([_run(common, each) for each in timed])


def _run(common: Metadata, timed: Timed) -> pyperf.Run:
    """Make a run of an invocation; pyperf's loops are our passes, and its values are for one of them, too."""
    passes = int(timed.sample["passes"])
    own = {"loops": passes, "unit_loops": int(timed.sample["loops"]), "duration": timed.sample["process_s"]}
    if not math.isnan(timed.sample["peak_rss"]):
        own["mem_max_rss"] = int(timed.sample["peak_rss"])
    return pyperf.Run(
        timed.values,
        warmups=[(passes, value) for value in timed.warm_ups],
        metadata={**common, **own, "block": int(timed.sample["block"])},
        collect_metadata=False,
    )


def _known(manifest: Manifest, one: Interpreter, cell: Cell) -> Iterator[tuple[str, str | int | float]]:
    """List what holds for all invocations of a cell, under pyperf's names where it has some."""
    facts, machine = one.facts, manifest.machine
    told = {
        "name": f"{cell.workload}/{cell.strategy.value}/{cell.workers}",
        "unit": "second",
        "python_implementation": facts.implementation,
        "python_version": facts.version,
        "python_compiler": facts.build.compiler or "",
        "gil": "on" if facts.gil else "off",
        "jit": facts.jit,
        "timer": f"{facts.clock.name}, resolution: {duration(facts.clock.tick_s)}",
        "cpu_model_name": machine.cpu,
        "cpu_count": machine.cores,
        "platform": machine.system,
        "interpreter": one.label,
        "workload": cell.workload,
        "strategy": cell.strategy.value,
        "workers": cell.workers,
        "gilometer_run": manifest.run,
        "gilometer_started": manifest.started,
        "gilometer_version": manifest.harness,
    }
    return (
        (name, " ".join(value.split()) if isinstance(value, str) else value)
        for name, value in told.items()
        if value
    )


def _written(benchmarks: Sequence[pyperf.Benchmark]) -> bytes:
    text = io.StringIO()
    pyperf.BenchmarkSuite(benchmarks).dump(text)
    return text.getvalue().encode()
