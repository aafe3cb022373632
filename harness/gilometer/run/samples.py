"""Make samples of the output and the end of processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from gilometer.model import Calibration, Cell, Outcome, Sample, Slot
from gilometer.plan.lines import keep_turns
from gilometer.run.outcome import Expected, assess

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gilometer.model import Work
    from gilometer.plan.lineup import Lineup
    from gilometer.run.launcher import Exit
    from gilometer.run.turns import MemberResult


def not_started(slot: Slot, calibration: Calibration) -> Sample:
    """Make the sample of a slot that was not started, as its calibration failed."""
    is_unavailable = calibration.outcome is Outcome.UNAVAILABLE
    return Sample(
        slot=slot,
        copy=0,
        outcome=calibration.outcome,
        reason=calibration.reason if is_unavailable else f"while calibrating: {calibration.reason}",
        wall_s=0.0,
        cpu_s=0.0,
        peak_rss=0,
        stderr_tail=calibration.stderr_tail,
    )


def alone(slot: Slot, copy: int, exited: Exit, asked: Expected, services_cpu_s: float) -> Sample:
    """Make a sample of a process that did all of its iterations without turns."""
    found = assess(exited, asked)
    return Sample(
        slot=slot,
        copy=copy,
        outcome=found.outcome,
        reason=found.reason,
        wall_s=exited.wall_s,
        cpu_s=exited.cpu_s,
        peak_rss=exited.peak_rss,
        stderr_tail=found.stderr_tail,
        line=found.line,
        services_cpu_s=services_cpu_s,
    )


def by_turns(
    lineup: Lineup,
    results: Sequence[MemberResult],
    work: Work,
    timeout_s: float,
    services_cpu_s: Mapping[Slot, float],
) -> list[Sample]:
    """Make a sample for each slot of a group and each of its copies, from the whole rounds."""
    wholes = [_whole(one, cell, work, timeout_s) for one, cell in zip(results, lineup.members, strict=True)]
    rounds = whole_rounds(lineup, results)
    return [
        _of_slot(wholes[place], results[place], turn.slot, rounds, copy, services_cpu_s.get(turn.slot, 0.0))
        for turn in lineup.turns
        for copy, place in enumerate(turn.members)
    ]


def whole_rounds(lineup: Lineup, results: Sequence[MemberResult]) -> int:
    """Count the rounds in which every process had its turns that lived to the end."""
    counts = [
        results[turn.members[0]].slots.count(turn.slot)
        for turn in lineup.turns
        if all(results[place].lived for place in turn.members)
    ]
    return min(counts, default=0)


def _whole(result: MemberResult, cell: Cell, work: Work, timeout_s: float) -> Sample:
    """Make a sample of all turns of a process."""
    sample = alone(Slot(0, cell), 0, result.exited, Expected(work=work, cell=cell, timeout_s=timeout_s), 0.0)
    return sample if sample.outcome is Outcome.OK else replace(sample, rounds=result.rounds)


def _of_slot(  # noqa: PLR0917  what a sample is made of
    whole: Sample, result: MemberResult, slot: Slot, rounds: int, copy: int, services_cpu_s: float
) -> Sample:
    """Reduce the sample of a process to the turns that it had for one slot."""
    line = whole.line
    if line is not None and whole.outcome is Outcome.OK:
        if line.turns_from is None or rounds == 0:
            return replace(whole, slot=slot, copy=copy, line=None, outcome=Outcome.GARBLED, reason=NO_TURN)
        line = keep_turns(line, list(_places(result.slots, slot))[:rounds])
    return replace(whole, slot=slot, copy=copy, line=line, services_cpu_s=services_cpu_s)


NO_TURN = "took no turn, though it waited for some"


def _places(slots: Sequence[Slot | None], wanted: Slot) -> Iterator[int]:
    return (place for place, slot in enumerate(slots) if slot == wanted)
