"""Odd runs, through the analysis and everything that is shown of it: docs/method.md, "What goes wrong"."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gilometer.analysis import analyse
from gilometer.analysis.claims.verdicts import Verdict
from gilometer.model import Cell, Finished, Outcome, Role, Slot
from gilometer.report.draw import draw
from gilometer.report.plots import PLOTS
from gilometer.report.results import results_of
from gilometer.report.terminal.console import Terminal
from gilometer.report.terminal.summary import print_summary
from tests.records import (
    PROCESSES,
    SERIAL,
    THREADS,
    World,
    failed,
    interpreter,
    line,
    manifest,
    plan,
    run,
    sample,
    work,
)
from tests.report.written import report

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from gilometer.analysis import Analysis
    from gilometer.model import Entry, Sample

PLAN = plan(
    [interpreter("cpython-3.13t", gil=False), interpreter("cpython-3.13t", "+gil")],
    [work("fib"), work("sleep", "io")],
    workers=(2, 4),
)
FIB = Cell("cpython-3.13t", "", "fib", SERIAL, 1)
THREADED = Cell("cpython-3.13t", "", "fib", THREADS, 2)


def shown(entries: Sequence[Entry]) -> Analysis:
    """Analyse entries, and make all that there is to show of them: none of it may warn."""
    analysis = analyse(manifest(PLAN), entries)
    assert said(analysis)
    results = results_of(manifest(PLAN), analysis)
    for plot in PLOTS:
        figure = plot.draw(results)
        if figure is not None:
            figure.draw_without_rendering()
    return analysis


def said(analysis: Analysis) -> str:
    """Read what the terminal and the report say, without the plots."""
    out = io.StringIO()
    results = results_of(manifest(PLAN), analysis)
    print_summary(Terminal(file=out, width=100), results, Path("reports/run"))
    return out.getvalue() + report(results)


def row(analysis: Analysis, cell: Cell) -> dict[Hashable, Any]:
    found = analysis.summary.assign(code=range(len(analysis.summary))).set_index("code")
    row: dict[Hashable, Any] = found.loc[PLAN.cells.index(cell)].to_dict()
    return row


def every_slot(blocks: int) -> Iterable[Slot]:
    """List every cell and control of every block, a copy each."""
    for block in range(blocks):
        yield from (Slot(block, cell) for cell in PLAN.cells)
        yield from (msgspec.structs.replace(control, block=block) for control in PLAN.controls)


def whole(blocks: int, walls: Callable[[Slot], Sequence[float]]) -> list[Sample]:
    """Make a run in which every invocation was ok, with these iterations."""
    return [sample(slot, walls(slot), copy) for slot in every_slot(blocks) for copy in range(slot.copies)]


def test_one_invocation_has_a_time_and_nothing_else():
    analysis = shown([sample(Slot(0, FIB), [2.0])])
    found = row(analysis, FIB)
    assert (found["wall_s"], found["speedup"]) == (1.0, 1.0)
    assert math.isnan(found["wall_s_low"])
    assert row(analysis, THREADED)["outcome"] == "not_reached"


def test_no_invocation_at_all(tmp_path):
    analysis = shown([])
    draw(tmp_path, results_of(manifest(PLAN), analysis))
    assert (analysis.summary["outcome"] == "not_reached").all()
    assert analysis.blocks == 0
    assert "not reached" in said(analysis)


def test_one_block_has_ratios_without_intervals_and_no_typical_speed():
    analysis = shown(list(run(PLAN, World(), 1)))
    assert analysis.summary["speedup"].notna().all()
    assert analysis.summary[["speedup_low", "capacity_low", "efficiency_low"]].isna().all(axis=None)
    assert "1 block: no interval" in said(analysis)
    assert "Whether the machine was disturbed is unknown" in " ".join(said(analysis).split())


def test_samples_that_are_all_equal_have_intervals_without_width():
    """The clock resolves the times, so they are not equal because of it."""
    analysis = shown(whole(6, lambda _slot: [0.1] * 4))
    found = row(analysis, THREADED)
    assert [found["speedup_low"], found["speedup"], found["speedup_high"]] == pytest.approx([1, 1, 1])
    assert found["speedup_q"] == pytest.approx(1)
    assert not analysis.disturbances["disturbed"].any()


@pytest.mark.parametrize("wall_s", [0.0, 1e-9, 19e-7])
def test_times_of_no_more_than_a_few_ticks_are_no_measurement(wall_s):
    analysis = shown(whole(6, lambda slot: [wall_s if slot.cell.strategy is THREADS else 0.1] * 2))
    found = row(analysis, THREADED)
    assert found["outcome"] == "ok"
    assert all(math.isnan(found[name]) for name in ("wall_s", "speedup", "efficiency", "effective_cores"))
    assert found["reason"].startswith("too short for its clock: an iteration lasts ")
    assert "too short for its clock" in report(results_of(manifest(PLAN), analysis))
    assert row(analysis, Cell("cpython-3.13t", "", "fib", PROCESSES, 2))["speedup"] == pytest.approx(1)


def test_without_a_serial_time_that_the_clock_resolves_there_is_no_speedup():
    analysis = shown(whole(6, lambda slot: [0.0 if slot.cell.strategy is SERIAL else 0.1] * 2))
    found = row(analysis, THREADED)
    assert found["wall_s"] == pytest.approx(0.05)
    assert math.isnan(found["speedup"])
    assert "no serial to compare with" in said(analysis)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, -1.0])
def test_iterations_that_are_no_durations_were_not_measured(number):
    """The judge calls such a line garbled; were one in a file all the same, the rest of it would count."""
    iterations = [{"wall_s": wall, "cpu_s": wall} for wall in (0.1, number, 0.2, 0.2)]
    analysis = shown(
        [
            sample(one.slot, [], one.copy, iterations=iterations) if one.slot.cell == THREADED else one
            for one in whole(4, lambda _slot: [0.2] * 4)
        ]
    )
    assert row(analysis, THREADED)["speedup"] == pytest.approx(1)
    assert not np.isinf(analysis.summary.select_dtypes(float).to_numpy()).any()


def test_a_line_that_the_judge_refused_gives_no_time():
    """The sample is garbled, and has its line all the same, as it is stored."""
    slot = Slot(0, FIB)
    garbled = failed(
        slot, Outcome.GARBLED, "timed 3.6e+03 s, but ran for 0.3 s: its clock is wrong, or was set"
    )
    found = row(shown([msgspec.structs.replace(garbled, line=line(FIB, [3600.0]))]), FIB)
    assert found["outcome"] == "garbled"
    assert math.isnan(found["wall_s"])


def test_a_clock_that_jumped_in_one_iteration_does_not_move_the_others():
    """The clock is an hour ahead in one iteration of five: the median of the last three is unchanged."""
    jumped = Slot(2, THREADED)
    analysis = shown(whole(6, lambda slot: [0.1, 0.1, 3600.0, 0.1, 0.1] if slot == jumped else [0.1] * 5))
    assert row(analysis, THREADED)["speedup"] == pytest.approx(1)


def test_a_cell_that_fails_in_half_of_its_invocations_has_failed():
    """Its figures, of those that were ok, are in the summary; no reading and no verdict is made of them."""
    crashing = [cell for cell in PLAN.cells if (cell.workload, cell.strategy) == ("fib", THREADS)]
    entries: list[Entry] = [
        failed(one.slot, Outcome.CRASHED, "died of SIGSEGV")
        if one.slot.cell in crashing and one.slot.block % 2
        else one
        for one in whole(8, lambda slot: [0.05 if slot.cell in crashing else 0.1] * 2)
    ]
    analysis = shown(entries)
    found = row(analysis, THREADED)
    assert (found["outcome"], found["reason"]) == ("crashed", "in 4 of 8 invocations: died of SIGSEGV")
    assert (found["invocations"], found["speedup"]) == (8, pytest.approx(2))
    verdicts = {(one.claim, one.interpreter): one.verdict for one in analysis.verdicts}
    assert verdicts["C2", "cpython-3.13t+gil"] is Verdict.NOT_ESTABLISHED
    text = said(analysis)
    assert "X crash" in text
    assert "2.00" not in text.partition("## Speedup of 4 threads")[0].partition("## Speedup of 2 threads")[2]


def test_controls_that_always_fail_leave_ratios_without_capacity_and_noise():
    entries = [
        failed(one.slot, Outcome.CRASHED, "boom") if one.slot.role is not Role.MEASURE else one
        for one in whole(6, lambda _slot: [0.1] * 2)
    ]
    analysis = shown(entries)
    found = row(analysis, THREADED)
    assert found["speedup"] == pytest.approx(1)
    assert math.isnan(found["capacity"])
    assert analysis.noise.pairs.empty
    assert "so the noise is unknown" in said(analysis)


def test_a_baseline_that_always_fails_leaves_the_others_their_speedups():
    entries = [
        failed(one.slot, Outcome.KILLED, "gone") if one.slot.cell.variant == "" else one
        for one in whole(6, lambda _slot: [0.1] * 2)
    ]
    analysis = shown(entries)
    assert analysis.relative.empty
    assert analysis.disturbances["speed"].isna().all()
    assert row(analysis, Cell("cpython-3.13t", "+gil", "fib", THREADS, 2))["speedup"] == pytest.approx(1)


NUMBERS = st.sampled_from([0.0, -0.0, 1e-300, 1e-9, 0.1, 1e3, math.nan, math.inf, -1.0])
OUTCOMES = st.sampled_from([outcome for outcome in Outcome if outcome is not Outcome.OK])


@st.composite
def any_sample(draw) -> Sample:
    slot = Slot(
        draw(st.integers(0, 7)),
        draw(st.sampled_from(PLAN.cells)),
        draw(st.sampled_from([*Role])),
        draw(st.integers(1, 2)),
        draw(st.sampled_from(["", "cpython-3.13t", "nobody"])),
    )
    if not draw(st.integers(0, 3)):
        return failed(slot, draw(OUTCOMES), draw(st.sampled_from(["", "one", "a\x1b[31m\nb"])))
    walls = draw(st.lists(NUMBERS, max_size=4))
    cpus = draw(st.lists(NUMBERS | st.none(), min_size=len(walls), max_size=len(walls)))
    iterations = [{"wall_s": wall, "cpu_s": cpu} for wall, cpu in zip(walls, cpus, strict=True)]
    turns_from = draw(st.integers(0, 2) | st.none())
    return sample(slot, [], draw(st.integers(0, 1)), iterations=iterations, turns_from=turns_from)


@settings(max_examples=30, deadline=None)
@given(st.lists(any_sample(), max_size=60), st.booleans())
def test_no_samples_are_too_odd_to_be_told_of(samples, finished):
    entries = [*samples, *([Finished(1, "the budget is spent")] if finished else [])]
    analysis = analyse(manifest(PLAN), entries)
    assert said(analysis)
    figures = analysis.summary.drop(columns=["cpu_s", "effective_cores"]).select_dtypes(float)
    assert not np.isinf(figures.to_numpy()).any()
