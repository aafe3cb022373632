"""Turns: the processes of a group live at once, through any number of launchers, and work one at a time."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import chain, groupby
from typing import TYPE_CHECKING

import msgspec

from gilometer.decoding import DecodingError, decode
from gilometer.model import Iteration, Record, Slot
from gilometer.plan.cores import cores_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gilometer.plan.lineup import Lineup, Turn
    from gilometer.run.launcher import Answer, Exit, Launcher, MemberCommand

TURN = "turn"
END_S = 30.0
"""For processes to print their line and to end, once there are no more turns."""


class MemberStart(Record, frozen=True):
    """The start of a process of a lineup."""

    launcher: Launcher
    member: MemberCommand
    timeout_s: float
    """Seconds until its first line."""


class MemberResult(Record, frozen=True):
    """The turns of a process, and its end."""

    exited: Exit
    slots: tuple[Slot | None, ...]
    """The slot of each of its turns, in their order; None for a turn that does not count."""
    rounds: tuple[Iteration, ...]
    """The iterations of these turns, as long as it lived."""
    lived: bool
    """True if it lived until there were no more turns."""


class _TurnReply(msgspec.Struct, frozen=True):
    """The answer of a process to a command."""

    iterations: tuple[Iteration, ...] = ()


_decoder = msgspec.json.Decoder(_TurnReply)


class Turns:
    """The processes of a lineup, from their start to their end. Each works only when it has a turn."""

    def __init__(self, lineup: Lineup, starts: Sequence[MemberStart]) -> None:
        """Start no process yet; ``starts`` are in the order of the lineup's members."""
        self._lineup = lineup
        self._starts = starts
        self._is_alive = [False] * len(starts)
        self._slots: list[list[Slot | None]] = [[] for _ in starts]
        self._before_round = [0] * len(starts)
        """The number of turns that each process had before this round."""
        self._iterations: list[list[Iteration]] = [[] for _ in starts]
        self._cores: dict[Slot, float] = {}
        self._places: dict[int, list[int]] = defaultdict(list)
        """Places of the members of each launcher, by its id, in its own order."""
        for place, start in enumerate(starts):
            self._places[id(start.launcher)].append(place)

    def begin(self, timeout_s: float) -> None:
        """Start all processes, those of one launcher at once."""
        for places in self._places.values():
            starts = [self._starts[place] for place in places]
            limit_s = min(timeout_s, max(start.timeout_s for start in starts))
            answers = starts[0].launcher.begin([start.member for start in starts], limit_s)
            for place, answer in zip(places, answers, strict=True):
                self._is_alive[place] = answer.is_alive

    def send(self, commands: dict[int, str], timeout_s: float) -> dict[int, tuple[Iteration, ...]]:
        """Send commands to members by place, equal ones of one launcher at once; return their iterations."""
        found: dict[int, tuple[Iteration, ...]] = {}
        for places in self._places.values():
            for command in dict.fromkeys(commands.values()):
                same = [place for place in places if commands.get(place) == command]
                found |= self._command([place for place in same if self._is_alive[place]], command, timeout_s)
        return found

    def by_launcher(self, turns: Iterable[Turn]) -> list[list[Turn]]:
        """Split turns where the launcher changes."""
        return [list(own) for _, own in groupby(turns, key=lambda turn: id(self._launcher(turn.members)))]

    def give(self, turns: Sequence[Turn], timeout_s: float, within_s: float) -> bool:
        """Give one turn after the other, if all of its members live; False if the time ended before the last.

        Args:
            turns: All of one launcher.
            timeout_s: Limit of each turn.
            within_s: No turn begins after so many seconds.

        """
        turns = [turn for turn in turns if all(self._is_alive[place] for place in turn.members)]
        if not turns:
            return True
        launcher = self._launcher(turns[0].members)
        own = self._places[id(launcher)]
        asked = [[own.index(place) for place in turn.members] for turn in turns]
        found = launcher.turns(asked, TURN, timeout_s, within_s)
        for turn, answers in zip(turns, found, strict=False):
            self._note(turn.members, answers)
            self._cores.pop(turn.slot, None)
            if any(answer.wall_s for answer in answers):  # else it was not given
                for place, answer in zip(turn.members, answers, strict=True):
                    self._slots[place].append(turn.slot)
                    self._iterations[place] += _iterations(answer)
                self._cores[turn.slot] = _cores(answers)
        return len(found) == len(turns)

    def begin_round(self) -> None:
        """Begin a round, which may be forgotten."""
        self._before_round = [len(slots) for slots in self._slots]

    def forget_round(self) -> None:
        """Let the turns since the beginning of the round not count."""
        for slots, before in zip(self._slots, self._before_round, strict=True):
            slots[before:] = [None] * (len(slots) - before)

    def cores(self, slot: Slot) -> float:
        """Return the cores that the members of a slot had together in its last turn; NaN if unknown."""
        return self._cores.get(slot, math.nan)

    def end(self) -> list[MemberResult]:
        """End all processes; return their results in the order of the members."""
        exits: dict[int, Exit] = {}
        for places in self._places.values():
            found = self._starts[places[0]].launcher.end(END_S)
            exits |= dict(zip(places, found, strict=True))
        return [
            MemberResult(exits[place], tuple(self._slots[place]), tuple(self._iterations[place]), lived)
            for place, lived in enumerate(self._is_alive)
        ]

    def _command(
        self, places: Sequence[int], command: str, timeout_s: float
    ) -> Iterable[tuple[int, tuple[Iteration, ...]]]:
        if not places:
            return ()
        answers = self._answers(places, command, timeout_s)
        return zip(places, map(_iterations, answers), strict=True)

    def _answers(self, places: Sequence[int], command: str, timeout_s: float) -> tuple[Answer, ...]:
        """Send a command to members of one launcher, and note which have ended."""
        launcher = self._launcher(places)
        own = self._places[id(launcher)]
        answers = launcher.turn([own.index(place) for place in places], command, timeout_s)
        self._note(places, answers)
        return answers

    def _launcher(self, places: Sequence[int]) -> Launcher:
        return self._starts[places[0]].launcher

    def _note(self, places: Sequence[int], answers: Sequence[Answer]) -> None:
        for place, answer in zip(places, answers, strict=True):
            self._is_alive[place] = answer.is_alive


def _cores(answers: Iterable[Answer]) -> float:
    last = [_iterations(answer)[-1:] for answer in answers]
    return cores_of(chain.from_iterable(last)) if all(last) else math.nan


def _iterations(answer: Answer) -> tuple[Iteration, ...]:
    """Read an answer; none if it can't be read, for which the line of its process will show the reason."""
    try:
        return decode(_decoder.decode, answer.answer).iterations if answer.answer else ()
    except DecodingError:
        return ()
