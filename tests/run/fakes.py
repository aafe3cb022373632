"""In-process stand-ins for the run's Protocols."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from gilometer.interpreters.containers.engine import Network
from gilometer.model import Cell, Decided, Interpreter, Known, Step, Strategy
from gilometer.run.launcher import Answer, Exit, Invocation, MemberCommand
from tests import records

Asked = Invocation | MemberCommand
Behave = Callable[[Invocation], Exit]
Fate = Callable[[MemberCommand, int], Exit | None]
"""How a process ends when it begins (0) or in a turn (from 1); None: it goes on."""
Seconds = Callable[[MemberCommand, int], float]
"""Of an iteration of a process, with so many loops."""

START_S = 0.5
ITERATION_S = 0.1
RSS = 1 << 20


class FakeClock:
    """Stands still unless something takes time."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def argument(asked: Asked, option: str, otherwise: str) -> str:
    argv = asked.argv
    return argv[argv.index(option) + 1] if option in argv else otherwise


def script_of(asked: Asked) -> str:
    script = next(word for word in asked.argv if word.endswith(".py"))
    return script.rpartition("/")[2].removesuffix(".py")


def strategy_of(asked: Asked) -> str:
    return argument(asked, "--strategy", "serial")


def name_of(asked: Asked) -> str:
    """Of its interpreter, as ``records.interpreter`` makes them."""
    return asked.argv[0].split("/")[2]


def cell_of(asked: Asked) -> Cell:
    workers = int(argument(asked, "--workers", "1"))
    return Cell("", "", script_of(asked), Strategy(strategy_of(asked)), workers)


def obey(invocation: Invocation) -> Exit:
    """What a good interpreter does: the line that was asked for."""
    iterations = int(argument(invocation, "--iterations", "2"))
    line = records.line(cell_of(invocation), [0.4 / iterations] * iterations)
    return _said(line, 0.5)


def _said(line: object, wall_s: float) -> Exit:
    stdout = msgspec.json.encode(line).decode() + "\n"
    return Exit(status=0, wall_s=wall_s, cpu_s=0.8 * wall_s, peak_rss=RSS, stdout=stdout)


def live(_member: MemberCommand, _turn: int) -> None:
    """Go well."""


def take_a_tenth(_member: MemberCommand, _loops: int) -> float:
    """However many loops."""
    return ITERATION_S


class FakeMember:
    """A process that takes turns."""

    def __init__(self, member: MemberCommand, seconds: Seconds) -> None:
        self.member = member
        self.seconds = seconds
        self.loops = int(argument(member, "--loops", "1"))
        self.walls: list[float] = []
        self.turns = 0
        self.first: int | None = None
        self.exited: Exit | None = None

    def answer(self, said: str, wall_s: float) -> Answer:
        return Answer(is_alive=False) if self.exited else Answer(is_alive=True, answer=said, wall_s=wall_s)

    def iterate(self, times: int) -> Answer:
        walls = [self.seconds(self.member, self.loops) for _ in range(times)]
        self.walls += walls
        told = [{"wall_s": wall, "cpu_s": wall} for wall in walls]
        return self.answer(msgspec.json.encode({"iterations": told}).decode(), sum(walls))

    def obey(self, command: str, fate: Fate) -> Answer:
        word, _, number = command.partition(" ")
        if word == "turn":
            self.turns += 1
            self.exited = fate(self.member, self.turns)
            if self.exited is None:
                self.first = len(self.walls) if self.first is None else self.first
            return self.iterate(0 if self.exited else 1)
        if word == "loops":
            self.loops, self.walls = int(number), []
            return self.iterate(0)
        return self.iterate(int(number))

    def end(self) -> Exit:
        if self.exited:
            return self.exited
        first = len(self.walls) if self.first is None else self.first
        line = records.line(cell_of(self.member), self.walls, turns_from=first, loops=self.loops)
        return _said(line, START_S + sum(self.walls))


class FakeLauncher:
    """Does at once what it is asked, for every interpreter, and remembers it."""

    scripts = Path("/workloads")

    def __init__(
        self,
        behave: Behave = obey,
        *,
        fate: Fate = live,
        seconds: Seconds = take_a_tenth,
        clock: FakeClock | None = None,
    ) -> None:
        """``behave`` is what an invocation does, ``fate`` and ``seconds`` are of those that take turns."""
        self.behave = behave
        self.fate = fate
        self.seconds = seconds
        self.clock = clock or FakeClock()
        self.launched: list[Invocation] = []
        self.begun: list[tuple[MemberCommand, ...]] = []
        """Those that lived at once, for each time that some began."""
        self.members: list[FakeMember] = []
        """Those that live now."""
        self.told: list[tuple[str, tuple[MemberCommand, ...]]] = []
        """Each command, with whom it was given to."""
        self.limits: list[float] = []
        """Seconds that beginnings and commands were given."""
        self.network = Network.NONE
        self.networks: set[tuple[str, Network]] = set()
        """Scripts, with the network that each was launched with."""

    def of(self, interpreter: Interpreter, network: Network = Network.NONE) -> FakeLauncher:
        self.network = network
        return self

    def launch(self, invocation: Invocation) -> tuple[Exit, ...]:
        self.launched.append(invocation)
        self.networks.add((script_of(invocation), self.network))
        exits = tuple(self.behave(invocation) for _ in range(invocation.copies))
        self.clock.now_s += max(one.wall_s for one in exits)
        return exits

    def begin(self, members: Sequence[MemberCommand], timeout_s: float) -> tuple[Answer, ...]:
        assert not self.members, "those of before have not been ended"
        self.begun.append(tuple(members))
        self.limits.append(timeout_s)
        self.networks |= {(script_of(one), self.network) for one in members}
        self.members = [FakeMember(one, self.seconds) for one in members]
        for one in self.members:
            one.exited = self.fate(one.member, 0)
        self.clock.now_s += START_S
        return tuple(one.answer('{"ready": true}', START_S) for one in self.members)

    def turn(self, members: Sequence[int], command: str, timeout_s: float) -> tuple[Answer, ...]:
        asked = [self.members[place] for place in members]
        assert not any(one.exited for one in asked), "who has ended has no turn"
        self.told.append((command, tuple(one.member for one in asked)))
        self.limits.append(timeout_s)
        answers = tuple(one.obey(command, self.fate) for one in asked)
        self.clock.now_s += max(one.wall_s for one in answers)
        return answers

    def turns(
        self, turns: Sequence[Sequence[int]], command: str, timeout_s: float, within_s: float
    ) -> tuple[tuple[Answer, ...], ...]:
        ends = self.clock.now_s + within_s
        found: list[tuple[Answer, ...]] = []
        for members in turns:
            if self.clock.now_s > ends:
                break
            are_alive = [not self.members[place].exited for place in members]
            given = self.turn(members, command, timeout_s) if all(are_alive) else ()
            found.append(given or tuple(Answer(is_alive=is_alive) for is_alive in are_alive))
        return tuple(found)

    def end(self, timeout_s: float) -> tuple[Exit, ...]:
        exits = tuple(one.end() for one in self.members)
        self.members = []
        return exits

    def turns_taken(self) -> list[tuple[MemberCommand, ...]]:
        """Whose turn it was, one after the other."""
        return [members for command, members in self.told if command == "turn"]


class FakeView:
    """Remembers what was shown."""

    def __init__(self) -> None:
        self.shown: list[Step] = []
        self.known: list[Sequence[Known]] = []
        self.said: list[str] = []
        self.decided: list[Decided] = []

    def know(self, known: Sequence[Known], precision: float) -> None:
        self.known.append(known)

    def decide(self, decided: Decided) -> None:
        self.decided.append(decided)

    def show(self, step: Step) -> None:
        self.shown.append(step)

    def say(self, sentence: str) -> None:
        self.said.append(sentence)

    @contextlib.contextmanager
    def download(self, name: str, total: int) -> Iterator[Callable[[int], None]]:
        yield lambda _size: None

    def close(self) -> None:
        pass
