"""From what processes printed and how they ended to samples."""

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
    from gilometer.run.turns import Taken


def not_started(slot: Slot, calibration: Calibration) -> Sample:
    """Say why there was nothing to start: what calibrating it came to."""
    is_absent = calibration.outcome is Outcome.UNAVAILABLE
    return Sample(
        slot=slot,
        copy=0,
        outcome=calibration.outcome,
        reason=calibration.reason if is_absent else f"while calibrating: {calibration.reason}",
        wall_s=0.0,
        cpu_s=0.0,
        peak_rss=0,
        stderr_tail=calibration.stderr_tail,
    )


def alone(slot: Slot, copy: int, exited: Exit, asked: Expected, services_cpu_s: float) -> Sample:
    """Make a sample of a process that did all of its iterations in one go."""
    verdict = assess(exited, asked)
    return Sample(
        slot=slot,
        copy=copy,
        outcome=verdict.outcome,
        reason=verdict.reason,
        wall_s=exited.wall_s,
        cpu_s=exited.cpu_s,
        peak_rss=exited.peak_rss,
        stderr_tail=exited.stderr if verdict.outcome.is_failure else "",
        line=verdict.line,
        services_cpu_s=services_cpu_s,
    )


def by_turns(
    lineup: Lineup, taken: Sequence[Taken], work: Work, timeout_s: float, services_cpu_s: Mapping[Slot, float]
) -> list[Sample]:
    """Make a sample for each slot of a group and each of its copies, of the rounds that were whole."""
    judged = [_judged(one, cell, work, timeout_s) for one, cell in zip(taken, lineup.members, strict=True)]
    rounds = whole_rounds(lineup, taken)
    return [
        _of_slot(judged[place], taken[place], turn.slot, rounds, copy, services_cpu_s.get(turn.slot, 0.0))
        for turn in lineup.turns
        for copy, place in enumerate(turn.members)
    ]


def whole_rounds(lineup: Lineup, taken: Sequence[Taken]) -> int:
    """How many rounds gave a turn to all that lived until there were no more."""
    counts = [
        taken[turn.members[0]].slots.count(turn.slot)
        for turn in lineup.turns
        if all(taken[place].lived for place in turn.members)
    ]
    return min(counts, default=0)


def _judged(taken: Taken, cell: Cell, work: Work, timeout_s: float) -> Sample:
    sample = alone(Slot(0, cell), 0, taken.exited, Expected(work=work, cell=cell, timeout_s=timeout_s), 0.0)
    return sample if sample.outcome is Outcome.OK else replace(sample, rounds=taken.rounds)


def _of_slot(  # noqa: PLR0917  what a sample is made of
    judged: Sample, taken: Taken, slot: Slot, rounds: int, copy: int, services_cpu_s: float
) -> Sample:
    line = judged.line
    if line is not None and judged.outcome is Outcome.OK:
        if line.turns_from is None or rounds == 0:
            return replace(judged, slot=slot, copy=copy, line=None, outcome=Outcome.GARBLED, reason=NO_TURN)
        line = keep_turns(line, list(_places(taken.slots, slot))[:rounds])
    return replace(judged, slot=slot, copy=copy, line=line, services_cpu_s=services_cpu_s)


NO_TURN = "took no turn, though it waited for some"


def _places(slots: Sequence[Slot], wanted: Slot) -> Iterator[int]:
    return (place for place, slot in enumerate(slots) if slot == wanted)
