"""From what members told and how they ended to samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from msgspec.structs import replace

from gilometer.model import Calibration, Cell, Group, Iteration, Outcome, Role, Sample, Slot, Strategy
from gilometer.plan.groups import groups_of
from gilometer.plan.lineup import Lineup, line_up, slots_of
from gilometer.run.launcher import Exit
from gilometer.run.outcome import Expected
from gilometer.run.samples import NO_TURN, alone, by_turns, not_started, whole_rounds
from gilometer.run.turns import MemberResult
from tests import records

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAN = records.plan([records.interpreter("cpython-3.13")], [records.work("fib")])
WORK = PLAN.works[0]
GROUP = Group("cpython-3.13", "", "fib")
LINEUP: Lineup = line_up(GROUP, slots_of(PLAN, GROUP, groups_of(PLAN)[GROUP], 2))
"""Serial, its twin, threads and processes; two copies are serial and its twin."""
SERIAL, TWIN, THREADS, PROCESSES = range(4)
ROUNDS = 5
WARM = 2


def slots(place: int, rounds: int = ROUNDS) -> tuple[Slot, ...]:
    """What turns of a member are for, in the same order in every round."""
    return tuple(turn.slot for turn in LINEUP.turns if place in turn.members) * rounds


def result(place: int, rounds: int = ROUNDS, *, warm: int = WARM, **changes: object) -> MemberResult:
    """A member that lived through so many rounds; its n-th iteration took n seconds."""
    mine = slots(place, rounds)
    walls = [1.0 + number for number in range(warm + len(mine))]
    line = records.line(LINEUP.members[place], walls, **{"turns_from": warm, **changes})
    exited = Exit(status=0, wall_s=sum(walls) + 1, stdout=msgspec.json.encode(line).decode() + "\n")
    return MemberResult(exited, mine, (), lived=True)


def ended(place: int, rounds: int, **changes: object) -> MemberResult:
    """A member that ended in the round after so many."""
    mine = slots(place, rounds)
    told = tuple(Iteration(1.0 + number, None) for number in range(len(mine)))
    exited = msgspec.convert({"status": None, "signal": 11, "stderr": "boom\n", **changes}, Exit)
    return MemberResult(exited, (*mine, slots(place)[0]), told, lived=False)


def sampled(*others: MemberResult, used: Mapping[Slot, float] | None = None) -> list[Sample]:
    """Of a group of which those at the end are given."""
    first = [result(place) for place in range(len(LINEUP.members) - len(others))]
    return by_turns(LINEUP, [*first, *others], WORK, 60.0, used or {})


def of(found: list[Sample], role: Role, strategy: Strategy = Strategy.SERIAL, copy: int = 0) -> Sample:
    (one,) = (
        one for one in found if (one.slot.role, one.slot.cell.strategy, one.copy) == (role, strategy, copy)
    )
    return one


def walls(sample: Sample) -> list[float]:
    assert sample.line is not None
    return [iteration.wall_s for iteration in sample.line.iterations]


def test_each_slot_has_a_sample_and_copies_have_one_each():
    found = sampled()
    assert [(one.slot.role, one.slot.copies, one.copy) for one in found] == [
        (Role.MEASURE, 1, 0),
        (Role.TWIN, 1, 0),
        (Role.MEASURE, 1, 0),
        (Role.MEASURE, 1, 0),
        (Role.CAPACITY, 2, 0),
        (Role.CAPACITY, 2, 1),
    ]
    assert {one.slot.block for one in found} == {2}
    assert {one.outcome for one in found} == {Outcome.OK}


def test_a_process_with_turns_for_two_slots_gives_each_its_own_and_both_its_warm_up():
    """Serial's turns were for itself and for the copies by turns."""
    found = sampled()
    assert walls(of(found, Role.MEASURE)) == [1, 2, 3, 5, 7, 9, 11]
    assert walls(of(found, Role.CAPACITY)) == [1, 2, 4, 6, 8, 10, 12]
    line = of(found, Role.MEASURE).line
    assert line is not None
    assert line.turns_from == WARM


def test_what_was_observed_keeps_to_the_iterations():
    seen = [{"what": "at del", "unit": "", "values": [float(number) for number in range(WARM + 2 * ROUNDS)]}]
    found = by_turns(
        LINEUP,
        [result(SERIAL, observations=seen), *map(result, (TWIN, THREADS, PROCESSES))],
        WORK,
        60.0,
        {},
    )
    line = of(found, Role.CAPACITY).line
    assert line is not None
    assert line.observations[0].values == (0, 1, 3, 5, 7, 9, 11)


def test_what_services_used_is_told_of_each_slot():
    found = sampled(used={turn.slot: 0.5 for turn in LINEUP.turns if turn.slot.role is Role.TWIN})
    assert [one.services_cpu_s for one in found] == [0, 0.5, 0, 0, 0, 0]


# --- of which rounds ------------------------------------------------------------------------------


def test_of_a_round_that_was_cut_short_nothing_is_kept():
    late = replace(result(THREADS), slots=slots(THREADS, ROUNDS - 1))
    members = [result(SERIAL), result(TWIN), late, result(PROCESSES)]
    assert whole_rounds(LINEUP, members) == ROUNDS - 1
    found = by_turns(LINEUP, members, WORK, 60.0, {})
    assert {len(walls(one)) for one in found} == {WARM + ROUNDS - 1}


@pytest.mark.parametrize("exited", [{}, {"status": 3, "signal": 0}, {"status": 0, "signal": 0}])
def test_who_ended_early_takes_no_rounds_from_the_others(exited):
    """However it ended: also one that says that all is well."""
    found = sampled(result(THREADS), ended(PROCESSES, 1, **exited))
    assert of(found, Role.MEASURE, Strategy.PROCESSES).outcome.is_failure
    assert {len(walls(one)) for one in found[:3]} == {WARM + ROUNDS}


def test_who_never_began_takes_none_either():
    absent = MemberResult(Exit(error="no such file"), (), (), lived=False)
    found = sampled(result(THREADS), absent)
    assert [one.outcome for one in found] == [
        Outcome.OK,
        Outcome.OK,
        Outcome.OK,
        Outcome.CRASHED,
        Outcome.OK,
        Outcome.OK,
    ]
    assert {len(walls(one)) for one in found if one.line} == {WARM + ROUNDS}


def test_a_wrong_result_is_found_at_the_end_and_its_turns_were_turns():
    found = sampled(result(THREADS), result(PROCESSES, checksum="0badcafe"))
    bad = of(found, Role.MEASURE, Strategy.PROCESSES)
    assert bad.outcome is Outcome.WRONG_CHECKSUM
    assert {len(walls(one)) for one in found if one.outcome is Outcome.OK} == {WARM + ROUNDS}


def test_if_all_have_ended_there_was_no_whole_round():
    members = [ended(place, 2) for place in range(4)]
    assert whole_rounds(LINEUP, members) == 0
    assert {one.outcome for one in by_turns(LINEUP, members, WORK, 60.0, {})} == {Outcome.CRASHED}


# --- of those that failed -------------------------------------------------------------------------


def test_who_failed_keeps_the_rounds_that_it_had_done():
    bad = of(sampled(result(THREADS), ended(PROCESSES, 3)), Role.MEASURE, Strategy.PROCESSES)
    assert (bad.outcome, bad.reason, bad.stderr_tail) == (Outcome.CRASHED, "died of SIGSEGV", "boom\n")
    assert [one.wall_s for one in bad.rounds] == [1, 2, 3]
    assert bad.line is None


def test_who_went_well_has_its_rounds_in_its_line():
    assert {one.rounds for one in sampled()} == {()}


def test_what_ends_well_without_a_line_that_knows_of_turns_is_garbled():
    """An interpreter that was not told, or that printed another line."""
    found = sampled(result(THREADS), result(PROCESSES, turns_from=None))
    bad = of(found, Role.MEASURE, Strategy.PROCESSES)
    assert (bad.outcome, bad.reason, bad.line) == (Outcome.GARBLED, NO_TURN, None)


def test_what_its_interpreter_can_not_do_is_unsupported():
    line = records.line(LINEUP.members[PROCESSES], [], outcome="unsupported", reason="has no fork")
    exited = Exit(status=0, wall_s=1, stdout=msgspec.json.encode(line).decode())
    found = sampled(result(THREADS), MemberResult(exited, (), (), lived=False))
    lacking = of(found, Role.MEASURE, Strategy.PROCESSES)
    assert (lacking.outcome, lacking.reason) == (Outcome.UNSUPPORTED, "has no fork")


# --- of those that were measured on their own, or not at all --------------------------------------------


CELL = Cell("cpython-3.13", "", "fib", Strategy.THREADS, 2)


def test_on_its_own_a_process_gives_its_whole_line():
    line = records.line(CELL, [0.1, 0.2])
    exited = Exit(
        status=0,
        wall_s=0.5,
        cpu_s=0.4,
        peak_rss=7,
        stderr="chatter",
        stdout=msgspec.json.encode(line).decode(),
    )
    slot = Slot(1, CELL)
    one = alone(slot, 0, exited, Expected(work=WORK, cell=CELL, timeout_s=60.0), 0.25)
    assert (one.slot, one.outcome, one.line, one.services_cpu_s) == (slot, Outcome.OK, line, 0.25)
    assert (one.wall_s, one.cpu_s, one.peak_rss, one.stderr_tail) == (0.5, 0.4, 7, "")


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (Outcome.UNAVAILABLE, "no port is free"),
        (Outcome.TIMEOUT, "while calibrating: no port is free"),
    ],
)
def test_what_could_not_be_calibrated_was_not_started(outcome, reason):
    calibration = Calibration("cpython-3.13", "", "fib", 0, 0.0, outcome, "no port is free", 0.5, "tail")
    one = not_started(Slot(1, CELL), calibration)
    assert (one.outcome, one.reason, one.stderr_tail, one.wall_s) == (outcome, reason, "tail", 0)
