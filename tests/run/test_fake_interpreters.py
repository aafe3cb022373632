"""Interpreters that go wrong, each a real executable: every one ends as its typed outcome, in a real run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from gilometer.cards import digest_of, read_card
from gilometer.locations import workloads_folder
from gilometer.model import (
    Effort,
    Entry,
    Finished,
    Interpreter,
    Outcome,
    Role,
    Sample,
    Spent,
    Strategy,
    Timing,
)
from gilometer.plan.effort import QUICK
from gilometer.plan.make import Material, Request, make
from gilometer.run.launchers import LauncherPool
from gilometer.run.measure import Measurement
from gilometer.run.services import Services
from gilometer.runs.store import Store, read
from tests import records
from tests.run.fakes import FakeView

if TYPE_CHECKING:
    from collections.abc import Iterable

FAKES = Path(__file__).parents[1] / "interpreters" / "fakes"
EFFORT = replace(QUICK, iteration_s=0.002, iterations=2, blocks=1, timeout_s=30.0, rounds=4, budget_s=600.0)
HASTY = replace(EFFORT, timeout_s=10.0)
"""Where something hangs; long enough for others to start on a busy machine."""


def fake(name: str, wrong_with: str = "", *, takes_turns: bool = True) -> Interpreter:
    return replace(
        records.interpreter(f"cpython-{name}"),
        name=name,
        command=(str(FAKES / name),),
        env={"GOES_WRONG_WITH": wrong_with} if wrong_with else {},
        timing=Timing(takes_turns=takes_turns),
    )


def run(folder: Path, *fakes: Interpreter, effort: Effort = EFFORT) -> list[Entry]:
    """Measure serial and threads of a sleep, in one block."""
    workloads = workloads_folder()
    material = Material(
        interpreters=fakes,
        missing=(),
        cards=(read_card(workloads / "sleep.py"),),
        workloads_digest=digest_of(workloads),
    )
    request = Request((), (Strategy.THREADS,), (2,), 1, replace(effort, workloads=("sleep",)))
    with Store(folder, "run1", "plan1") as store, LauncherPool(folder / "scratch", workloads) as launchers:
        Measurement(make(material, request), launchers, Services(), store, FakeView()).run()
    return read(folder)


def samples(entries: Iterable[Entry], name: str) -> list[Sample]:
    return [one for one in entries if isinstance(one, Sample) and one.slot.cell.interpreter == name]


ENDINGS = [
    ("exits-3", "crashed", "exit status 3: no such opcode: 42"),
    ("segfaults", "crashed", "died of SIGSEGV"),
    ("out-of-memory", "killed", "killed by SIGKILL, not by the harness; out of memory?"),
    ("prints-nothing", "garbled", "printed nothing"),
    ("prints-half-a-line", "garbled", "its last line is not the contract's"),
    ("floods-stdout", "garbled", "wrote more than 16 MiB to standard output"),
    ("wrong-checksum", "wrong_checksum", "returned 0badcafe; right is"),
    ("clock-is-negative", "garbled", "timed an iteration at or below zero"),
    ("clock-stands-still", "garbled", "timed an iteration at or below zero"),
    ("clock-is-nan", "garbled", "its last line is not the contract's"),
]
IN_A_TURN = [
    ("dies-in-a-turn", "crashed", "died of SIGSEGV"),
    ("out-of-memory-in-a-turn", "killed", "killed by SIGKILL, not by the harness; out of memory?"),
    ("floods-in-a-turn", "garbled", "wrote more than 16 MiB to standard output"),
    ("stops-in-a-turn", "garbled", "its last line is not the contract's"),
]
NEVER = "still running after 10 s"


# --- in turns, with a group that is well but for one --------------------------------------------------


def threads_alone(folder: Path, name: str, effort: Effort = EFFORT) -> Sample:
    """Measure an interpreter whose threads go wrong: all others of its group must be well."""
    entries = run(folder, fake(name, wrong_with="threads"), effort=effort)
    taken = samples(entries, name)
    (bad,) = (one for one in taken if one.slot.cell.strategy is Strategy.THREADS)
    others = [(one.slot.role, one.outcome) for one in taken if one is not bad]
    well = [Role.MEASURE, Role.TWIN, Role.CAPACITY, Role.CAPACITY]
    assert others == [(role, Outcome.OK) for role in well]
    for one in taken:
        if one is not bad:
            assert one.line is not None
            assert len(one.line.iterations) == EFFORT.rounds
    (spent,) = (one for one in entries if isinstance(one, Spent))
    assert (spent.members, spent.rounds) == (3, EFFORT.rounds)
    assert isinstance(entries[-1], Finished)
    return bad


@pytest.mark.parametrize(("name", "outcome", "reason"), ENDINGS)
def test_each_costs_its_own_cell_alone(tmp_path, name, outcome, reason):
    bad = threads_alone(tmp_path, name)
    assert bad.outcome.value == outcome
    assert bad.reason.startswith(reason)


@pytest.mark.parametrize(("name", "outcome", "reason"), IN_A_TURN)
def test_so_does_one_that_goes_wrong_in_its_third_turn_and_its_first_two_are_kept(
    tmp_path, name, outcome, reason
):
    bad = threads_alone(tmp_path, name)
    assert bad.outcome.value == outcome
    assert bad.reason.startswith(reason)
    assert len(bad.rounds) == 2
    assert all(one.wall_s > 0 for one in bad.rounds)


@pytest.mark.parametrize(
    ("name", "rounds"),
    [
        ("hangs", 0),
        ("ignores-sigterm", 0),
        ("hangs-in-a-turn", 2),
        ("answers-before-its-turn", 1),
        ("cuts-an-answer", 2),
        ("closes-stdout-in-a-turn", 2),
        ("suspends-in-a-turn", 2),
    ],
)
def test_what_never_ends_is_ended_and_costs_no_other_cell_either(tmp_path, name, rounds):
    bad = threads_alone(tmp_path, name, HASTY)
    assert (bad.outcome, bad.reason) == (Outcome.TIMEOUT, NEVER)
    assert len(bad.rounds) == rounds


@pytest.mark.parametrize(
    "name",
    [
        "ok",
        "floods-stderr",
        "leaves-a-child",
        "answers-twice",
        "answers-with-a-mebibyte",
        "lets-a-child-answer",
    ],
)
def test_what_is_only_untidy_is_well(tmp_path, name):
    good = threads_alone(tmp_path, name)
    assert good.outcome is Outcome.OK
    assert good.reason.startswith("left " if name == "leaves-a-child" else "")
    assert good.rounds == ()


def test_one_whose_child_gives_the_answer_has_ended_all_the_same(tmp_path):
    bad = threads_alone(tmp_path, "leaves-a-turn-to-a-child")
    assert bad.outcome is Outcome.GARBLED
    assert bad.reason.startswith("its last line is not the contract's")
    assert len(bad.rounds) in {2, 3}  # of its end and the child's answer, either is seen first


def test_the_tail_of_standard_error_is_kept_of_what_failed(tmp_path):
    assert threads_alone(tmp_path, "exits-3").stderr_tail == "no such opcode: 42\n"


# --- whole interpreters --------------------------------------------------------------------------------


def test_bad_interpreters_cost_a_good_one_nothing(tmp_path):
    names = [
        "segfaults",
        "prints-half-a-line",
        "dies-in-a-turn",
        "refuses-workloads",
        "clock-is-negative",
        "clock-stands-still",
    ]
    entries = run(tmp_path, fake("ok"), *map(fake, names))
    assert [one.outcome for one in samples(entries, "ok")] == [Outcome.OK] * (2 + 1 + 2)
    endings = {name: {one.outcome.value for one in samples(entries, name)} for name in names}
    assert endings == {
        "segfaults": {"crashed"},
        "prints-half-a-line": {"garbled"},
        "dies-in-a-turn": {"crashed"},
        "refuses-workloads": {"crashed"},
        "clock-is-negative": {"garbled"},
        "clock-stands-still": {"garbled"},
    }
    refused = {one.reason for one in samples(entries, "refuses-workloads")}
    assert refused == {"while calibrating: exit status 1: workloads are beneath me"}
    assert isinstance(entries[-1], Finished)


# --- one after the other -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "outcome", "reason"),
    [
        ("segfaults", "crashed", "died of SIGSEGV"),
        ("wrong-checksum", "wrong_checksum", "returned 0badcafe; right is"),
        ("leaves-a-child", "ok", "left 1 process(es) behind"),
        ("hangs", "timeout", NEVER),
        ("clock-is-negative", "garbled", "timed an iteration at or below zero"),
        ("clock-is-nan", "garbled", "its last line is not the contract's"),
        ("lets-a-child-answer", "ok", ""),
        ("answers-with-a-mebibyte", "ok", ""),
    ],
)
def test_so_each_ends_where_no_turns_can_be_taken(tmp_path, name, outcome, reason):
    alone = fake(name, "threads", takes_turns=False)
    entries = run(tmp_path, alone, effort=HASTY if outcome == "timeout" else EFFORT)
    endings = {one.slot.cell.strategy: (one.outcome, one.reason) for one in samples(entries, name)}
    assert endings[Strategy.SERIAL] == (Outcome.OK, "")
    found, why = endings[Strategy.THREADS]
    assert found.value == outcome
    assert why.startswith(reason)
    assert isinstance(entries[-1], Finished)
