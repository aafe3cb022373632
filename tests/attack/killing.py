"""Kill a run at random moments, let it go on each time, and look for what it lost or left."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import psutil

from gilometer.model import Calibration, Choice, Entry, Finished, Record, Sample, Spent
from gilometer.runs.folder import MANIFEST, SAMPLES
from tests import untraced

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
MARK = "GILOMETER_KILLED_RUN"
"""Variable by which all processes of a run are found."""
LONGEST_S = 600.0
"""A run hangs if it takes longer, even on a busy machine."""
GONE_S = 30.0
"""Seconds in which the processes of a killed run end by themselves."""
LATEST_S = 2.0
"""The most seconds between what is waited for and the kill."""
AWAITED = (None, Calibration, Choice, Choice, Sample, Spent, Finished)
"""What the command has put on disk, at least, when it is killed; None: it has only begun."""

HARNESS_KILLED = "SIGKILL to the harness"
HARNESS_ASKED = "SIGTERM to the harness"
SUPERVISOR_KILLED = "SIGKILL to the supervisor"
WAYS = (HARNESS_KILLED, HARNESS_ASKED, SUPERVISOR_KILLED)
WEIGHTS = (6, 2, 2)

BEFORE = "before measuring"
CALIBRATING = "calibrating"
STARTING = "starting members"
IN_TURNS = "in turns"
BETWEEN = "between groups"
DRAWING = "drawing"
PHASES = (BEFORE, CALIBRATING, STARTING, IN_TURNS, BETWEEN, DRAWING)

_decoder = msgspec.json.Decoder(Entry)


class Kill(Record, frozen=True):
    """A signal that was sent to a run."""

    way: str
    phase: str
    after_s: float
    """Seconds since the command began."""


class Attacked(Record, frozen=True):
    """A run that was killed, and then went on to its end."""

    kills: tuple[Kill, ...]
    faults: tuple[str, ...]
    """What was lost, left or wrong; empty if nothing."""


class KilledRun:
    """A run in a folder of its own, with the kills and faults so far."""

    def __init__(self, folder: Path, words: Sequence[str], draw: random.Random) -> None:
        """Start nothing yet; ``words`` are those of ``compare``, without ``--out``."""
        self._folder = folder
        self._words = tuple(words)
        self._draw = draw
        self._mark = uuid.uuid4().hex
        self._errors = folder.with_name(f"{folder.name}.stderr")
        self._kills: list[Kill] = []
        self._faults: list[str] = []

    def attack(self, kills: int) -> Attacked:
        """Kill it so many times, or until it has measured all, and let it go on to its end."""
        for _ in range(kills):
            if not self._kill_once() or self._has(Finished):
                break
        self._end()
        return Attacked(tuple(self._kills), tuple(self._faults))

    def _kill_once(self) -> bool:
        """Begin or go on, and kill; False if the command has ended before."""
        awaited = self._draw.choice(AWAITED)
        delay_s = self._draw.uniform(0.0, LATEST_S)
        way = self._draw.choices(WAYS, WEIGHTS)[0]
        began, had = time.monotonic(), self._count(awaited)
        with self._begin() as process:
            while process.poll() is None and awaited and self._count(awaited) == had:
                time.sleep(0.005)
            time.sleep(delay_s)
            before = self._lines()
            phase = self._phase(process.pid)
            if process.poll() is not None:
                return False
            self._kills.append(Kill(strike(process, way), phase, time.monotonic() - began))
            self._await_end(process)
        self._check_killed(before)
        return True

    def _begin(self) -> subprocess.Popen[bytes]:
        with self._errors.open("ab") as errors:
            return subprocess.Popen(
                [sys.executable, "-m", "gilometer", *self._command()],
                env=untraced.environment(PYTHONPATH=str(ROOT / "harness"), **{MARK: self._mark}),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )

    def _command(self) -> tuple[str, ...]:
        if not (self._folder / MANIFEST).exists():
            return ("compare", *self._words, "--out", str(self._folder))
        if self._has(Finished):
            return ("report", str(self._folder))
        return ("compare", "--resume", str(self._folder))

    def _await_end(self, process: subprocess.Popen[bytes]) -> None:
        try:
            process.wait(LONGEST_S)
        except subprocess.TimeoutExpired:
            self._faults.append("the run hung")
            process.kill()

    def _end(self) -> None:
        """Let the run go on to its end, and check what it has then."""
        with self._begin() as process:
            self._await_end(process)
        if process.returncode not in {0, 1}:
            self._faults.append(f"the last command ended with status {process.returncode}")
        if not self._has(Finished):
            self._faults.append("the run did not come to its end")
        page = self._folder / "report.html"
        if not (page.exists() and page.read_bytes().rstrip().endswith(b"</html>")):
            self._faults.append("there is no whole report")
        if (self._folder / "scratch").exists():
            self._faults.append("a scratch folder was left")
        if drafts := [path.name for path in self._folder.rglob(".*")]:
            self._faults.append(f"drafts were left: {drafts}")
        if b"Traceback" in self._errors.read_bytes():
            self._faults.append("a traceback was printed")
        self._faults += twice(self._entries())
        self._check_processes()

    def _check_killed(self, before: bytes) -> None:
        if not self._lines().startswith(before):
            self._faults.append("an entry was lost or changed")
        self._check_processes()

    def _check_processes(self) -> None:
        mark = f"{MARK}={self._mark}".encode()
        ends = time.monotonic() + GONE_S
        while living := processes_with(mark):
            if time.monotonic() > ends:
                self._faults.append(f"these processes lived on: {living}")
                return
            time.sleep(0.05)

    def _phase(self, pid: int) -> str:
        """Tell what a run does, by its processes and its entries."""
        supervisors = supervisors_of(pid)
        started = [member for supervisor in supervisors for member in children_of(supervisor.pid)]
        commands = {member.pid: words_of(member) for member in started}
        if any("--calibrate" in words for words in commands.values()):
            return CALIBRATING
        members = [one for one, words in commands.items() if "--turns" in words]
        if members:
            return IN_TURNS if all(map(has_written, members)) else STARTING
        if self._has(Finished):
            return DRAWING
        return BETWEEN if supervisors else BEFORE

    def _lines(self) -> bytes:
        """Return the whole lines of the samples."""
        try:
            data = (self._folder / SAMPLES).read_bytes()
        except OSError:
            return b""
        return data[: data.rfind(b"\n") + 1]

    def _entries(self) -> list[Entry]:
        return [_decoder.decode(line) for line in self._lines().splitlines()]

    def _has(self, kind: type[Entry]) -> bool:
        return self._count(kind) > 0

    def _count(self, kind: type[Entry] | None) -> int:
        return sum(1 for entry in self._entries() if kind and isinstance(entry, kind))


def twice(entries: Sequence[Entry]) -> list[str]:
    """Name what was measured twice, as if it had been lost."""
    groups = Counter((one.block, one.group) for one in entries if isinstance(one, Spent))
    samples = Counter((one.slot, one.copy) for one in entries if isinstance(one, Sample))
    return [f"measured twice: {one}" for one, count in [*groups.items(), *samples.items()] if count > 1]


def strike(process: subprocess.Popen[bytes], way: str) -> str:
    """Send the signal, and return what was done: without a supervisor, the harness gets it."""
    supervisors = supervisors_of(process.pid) if way == SUPERVISOR_KILLED else []
    if supervisors:
        supervisors[0].kill()
        return way
    process.send_signal(signal.SIGTERM if way == HARNESS_ASKED else signal.SIGKILL)
    return way if way == HARNESS_ASKED else HARNESS_KILLED


def children_of(pid: int) -> list[psutil.Process]:
    """List the children of a process; none once it has ended."""
    try:
        return psutil.Process(pid).children()
    except psutil.Error:
        return []


def words_of(process: psutil.Process) -> list[str]:
    """Return the command line of a process; empty once it has ended."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def supervisors_of(pid: int) -> list[psutil.Process]:
    """List the processes by which a harness starts what is measured."""
    return [one for one in children_of(pid) if any(word.endswith("supervisor.py") for word in words_of(one))]


def has_written(pid: int) -> bool:
    """Tell whether a process has written anything, such as its first line."""
    try:
        counters = Path(f"/proc/{pid}/io").read_text().splitlines()
    except OSError:
        return True
    return "wchar: 0" not in counters


def processes_with(mark: bytes) -> list[int]:
    """List the processes with a variable in their environment."""
    return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if has_mark(path, mark)]


def has_mark(environ: Path, mark: bytes) -> bool:
    """Tell whether an environment holds a variable; not that of a process that has ended."""
    try:
        return mark in environ.read_bytes().split(b"\0")
    except OSError:
        return False
