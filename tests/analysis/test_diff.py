from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from gilometer.analysis.comparison import Change
from gilometer.analysis.diff import OTHER_LOOPS, Diff, Run, diff
from gilometer.model import Outcome, Role, Sample, Slot, Strategy
from tests.records import (
    PROCESSES,
    SERIAL,
    THREADS,
    World,
    failed,
    interpreter,
    manifest,
    plan,
    run,
    work,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from gilometer.model import Cell, Entry, Plan

OLD, NEW = interpreter("cpython-3.13"), interpreter("cpython-3.14")
PLAN = plan([NEW, OLD], [work("fib"), work("sleep", "io")])
BLOCKS = 8


def run_of(world: World | None = None, of: Plan = PLAN, seed: int = 1, blocks: int = BLOCKS) -> Run:
    of = replace(of, seed=seed)
    return Run(manifest(of), list(run(of, world or World(), blocks)))


def edited(before: Run, change: Callable[[Sample], Sample]) -> Run:
    """Make the same run with slightly different samples."""
    entries: Sequence[Entry] = [
        change(entry) if isinstance(entry, Sample) else entry for entry in before.entries
    ]
    return Run(before.manifest, entries)


def with_lines(concerned: Callable[[Cell], bool], **changes: Any) -> Callable[[Sample], Sample]:
    def change(one: Sample) -> Sample:
        if one.line is None or not concerned(one.slot.cell):
            return one
        return replace(one, line=replace(one.line, **changes))

    return change


def is_old(cell: Cell) -> bool:
    return cell.interpreter == OLD.name


def figures(found: Diff) -> dict[tuple[str, str, str, str], dict[Hashable, Any]]:
    """Index the rows by (figure, interpreter, workload, strategy)."""
    return {
        (row["figure"], row["interpreter"], row["workload"], row["strategy"]): row
        for row in found.figures.to_dict("records")
    }


def reasons(found: Diff) -> dict[str, int]:
    return {str(reason): int(count) for reason, count in found.refused["reason"].value_counts().items()}


def test_every_cell_has_a_time_each_spread_a_speedup_and_each_other_interpreter_a_speed():
    found = diff(run_of(seed=1), run_of(seed=2))
    counts = found.figures["figure"].value_counts()
    assert dict(counts) == {"time": 12, "speedup": 8, "speed": 1}
    assert found.reference == NEW.name
    assert found.refused.empty


def test_two_runs_of_one_world_differ_in_nothing():
    found = diff(run_of(seed=1, blocks=20), run_of(seed=2, blocks=20))
    assert (found.figures["change"] != Change.CHANGED).all()
    assert (found.figures["change"] == Change.SAME).sum() > 15


def test_a_change_is_found_with_its_size_and_interval():
    found = figures(diff(run_of(), run_of(World(threads={(OLD.name, "fib"): 1.5}), seed=2)))
    row = found["speedup", OLD.name, "fib", "threads"]
    assert row["change"] == Change.CHANGED
    assert row["ratio_low"] < 1.5 < row["ratio_high"]
    assert row["ratio"] == pytest.approx(row["after"] / row["before"])
    assert found["time", OLD.name, "fib", "threads"]["ratio"] == pytest.approx(1 / 1.5, rel=0.05)
    assert found["speed", OLD.name, "fib", "serial"]["change"] != Change.CHANGED


def test_a_slower_machine_changes_times_and_no_ratio():
    slower = World(speed=dict.fromkeys((OLD.name, NEW.name), 0.5))
    found = diff(run_of(blocks=20), run_of(slower, seed=2, blocks=20)).figures
    changed = found["change"] == Change.CHANGED
    assert changed[found["figure"] == "time"].all()
    assert not changed[found["figure"] != "time"].any()


def test_an_interpreter_that_became_faster_is_told_from_a_faster_machine():
    found = figures(diff(run_of(), run_of(World(speed={OLD.name: 1.3}), seed=2)))
    row = found["speed", OLD.name, "fib", "serial"]
    assert (row["change"], row["ratio"]) == (Change.CHANGED, pytest.approx(1.3, rel=0.05))


def test_no_change_is_called_that_the_noise_of_either_run_could_make():
    noisy = World(threads={(OLD.name, "fib"): 1.15}, spread=0.2)
    rows = figures(diff(run_of(), run_of(noisy, seed=2)))
    row = rows["speedup", OLD.name, "fib", "threads"]
    assert row["band"] > 1.1
    assert row["change"] == Change.OPEN


def test_no_change_is_called_within_the_margin_however_narrow_its_interval():
    faster = World(threads={(OLD.name, "fib"): 1.03}, spread=0.001)
    rows = figures(diff(run_of(World(spread=0.001)), run_of(faster, seed=2)))
    row = rows["speedup", OLD.name, "fib", "threads"]
    assert row["ratio_low"] > 1.02
    assert row["change"] == Change.SAME


def test_without_intervals_nothing_is_established():
    faster = World(threads={(OLD.name, "fib"): 1.9})
    found = diff(run_of(blocks=2), run_of(faster, seed=2))
    assert (found.figures["change"] == Change.OPEN).all()


def test_many_questions_raise_the_bar_for_each():
    found = diff(run_of(), run_of(World(threads={(OLD.name, "fib"): 1.5}), seed=2)).figures
    assert (found["q"] >= found["p"]).all()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"loops": 4}, OTHER_LOOPS),
        ({"parameters": {"n": 17}}, "other parameters"),
        ({"units": 32}, "other units"),
        ({"checksum": "another"}, "other checksum"),
    ],
)
def test_other_work_is_refused_by_name(changes, reason):
    found = diff(run_of(), edited(run_of(seed=2), with_lines(is_old, **changes)))
    assert reasons(found) == {reason: 6}
    assert set(found.refused["interpreter"]) == {OLD.name}
    assert set(found.figures["interpreter"]) == {NEW.name}


def test_a_speedup_needs_its_serial_to_compare():
    change = with_lines(lambda cell: is_old(cell) and cell.strategy is SERIAL, loops=4)
    found = figures(diff(run_of(), edited(run_of(seed=2), change)))
    assert ("time", OLD.name, "fib", "threads") in found
    assert ("speedup", OLD.name, "fib", "threads") not in found


def test_what_one_run_alone_measured_is_refused():
    small = plan([NEW, OLD], [work("fib")])
    found = diff(run_of(of=small), run_of(seed=2))
    assert reasons(found) == {"measured in B only": 6}
    found = diff(run_of(), run_of(of=plan([NEW], PLAN.works), seed=2))
    assert reasons(found) == {"measured in A only": 6}


def test_what_was_planned_and_never_measured_is_not_spoken_of():
    never = Run(run_of().manifest, [])
    found = diff(never, never)
    assert found.figures.empty
    assert found.refused.empty


def test_what_failed_is_refused_with_how_it_ended():
    ended: dict[tuple[str, str, Strategy], tuple[Outcome, str]] = {
        (OLD.name, "fib", THREADS): (Outcome.WRONG_CHECKSUM, "3 for 4"),
        (OLD.name, "sleep", PROCESSES): (Outcome.UNSUPPORTED, "none here"),
    }
    failing = run_of(World(endings=ended), seed=2)
    assert reasons(diff(run_of(), failing)) == {
        "ok in A, wrong checksum in B": 1,
        "ok in A, unsupported in B": 1,
    }
    assert reasons(diff(failing, failing)) == {"wrong checksum in both": 1}, "both lack the other"


def test_a_cell_that_failed_once_is_refused():
    crash = [failed(Slot(9, cell), Outcome.CRASHED, "died") for cell in PLAN.cells[:1]]
    one = run_of(seed=2)
    found = diff(run_of(), Run(one.manifest, [*one.entries, *crash]))
    assert reasons(found) == {"ok in A, crashed in B": 1}


def test_a_cell_without_a_steady_time_is_refused():
    change = with_lines(lambda cell: cell == PLAN.cells[0], iterations=())
    empty = edited(run_of(seed=2), change)
    assert reasons(diff(run_of(), empty)) == {"no steady state in B": 1}
    assert reasons(diff(empty, empty)) == {"no steady state in A and B": 1}


def test_speeds_are_over_a_baseline_that_both_runs_have():
    swapped = plan([OLD, NEW], PLAN.works)
    assert diff(run_of(), run_of(of=swapped, seed=2)).reference == NEW.name
    other = plan([interpreter("cpython-3.12"), NEW], PLAN.works)
    assert diff(run_of(of=other), run_of(seed=2)).reference == NEW.name
    strangers = plan([interpreter("cpython-3.15"), OLD], PLAN.works)
    assert diff(run_of(of=strangers), run_of(seed=2)).reference == ""


def test_controls_are_no_evidence_of_a_change():
    def slow_control(one: Sample) -> Sample:
        is_control = one.slot.role in {Role.TWIN, Role.CAPACITY}
        return replace(one, outcome=Outcome.CRASHED) if is_control else one

    found = diff(run_of(), edited(run_of(seed=2), slow_control))
    assert len(found.figures) == 21
    assert found.refused.empty
