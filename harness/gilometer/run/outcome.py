"""Assess the exit of an invocation: its outcome, the reason, and the line that it printed."""

from __future__ import annotations

import os
import signal

import msgspec
from msgspec.structs import replace

from gilometer.decoding import DecodingError, decode, is_printable, without_passwords_in
from gilometer.model import CONTRACT, MOST_SPANS, Cell, Line, Outcome, Record, Work
from gilometer.printing import quoted, without_passwords
from gilometer.run.launcher import Exit  # noqa: TC001  msgspec resolves annotations at run time

_decoder = msgspec.json.Decoder(Line)


SHORTEST_S = 1e-9
"""The shortest time of an iteration: no clock here has a finer tick."""
TOLD = frozenset({Outcome.OK, Outcome.UNSUPPORTED})
"""The outcomes that a line may have; all others are seen from outside."""
CLOCKS_DIFFER = 0.1
"""A process's own clock may be ahead of the harness's by this share of the time, plus as many seconds."""
MOST_OBSERVED = 1e100
"""The largest value of an observation."""

MOST_QUOTED = 200
"""The most characters that a reason quotes of what was printed."""


class Expected(Record, frozen=True):
    """The work that an invocation was asked to do."""

    work: Work
    cell: Cell
    timeout_s: float


class Assessment(Record, frozen=True):
    """The outcome of an invocation, and the line that it printed."""

    outcome: Outcome
    reason: str = ""
    line: Line | None = None
    stderr_tail: str = ""
    """The end of its standard error, if it failed."""


def assess(exited: Exit, asked: Expected) -> Assessment:
    """Assess an invocation from outside; what it printed is read only if it ended well.

    Passwords in what it printed are left out of all that is returned.
    """
    found = _assess_start(exited) or _assess_exit(exited, asked) or _assess_line(exited, asked)
    tail = without_passwords(exited.stderr) if found.outcome.is_failure else ""
    return replace(found, line=_public(found.line, asked), stderr_tail=tail)


def _public(line: Line | None, asked: Expected) -> Line | None:
    """Leave passwords out of a line, but not of the words that it was asked to repeat."""
    if line is None:
        return None
    expected = {
        "workload": asked.work.script,
        "strategy": asked.cell.strategy.value,
        "checksum": asked.work.checksum,
    }
    same = {name: words for name, words in expected.items() if getattr(line, name) == words}
    public = without_passwords_in(line)
    return replace(public, reason=quoted(line.reason), **same)


def _assess_start(exited: Exit) -> Assessment | None:
    """Assess a process that was not started; None for one that was."""
    if exited.unavailable:
        return Assessment(Outcome.UNAVAILABLE, exited.unavailable)
    if exited.error:
        return Assessment(Outcome.CRASHED, f"could not be started: {exited.error}")
    return None


def _assess_exit(exited: Exit, asked: Expected) -> Assessment | None:
    """Assess a process that did not end by itself with status 0; None for one that did."""
    if exited.lost:
        outcome = Outcome.KILLED if exited.signal == signal.SIGKILL else Outcome.CRASHED
        return Assessment(outcome, exited.lost)
    if exited.memory_limit and exited.status != 0:  # whatever became of it when a process of its was killed
        return Assessment(
            Outcome.KILLED, f"out of memory: killed at the limit of {in_gib(exited.memory_limit)}"
        )
    if exited.timed_out:
        return Assessment(Outcome.TIMEOUT, f"still running after {asked.timeout_s:g} s")
    if exited.flooded:
        return Assessment(Outcome.GARBLED, "wrote more than 16 MiB to standard output")
    if exited.signal == signal.SIGKILL:
        return Assessment(Outcome.KILLED, "killed by SIGKILL, not by the harness; out of memory?")
    if exited.signal:
        return Assessment(Outcome.CRASHED, f"died of {_signal_name(exited.signal)}")
    if exited.status:
        last = quoted(exited.stderr.strip().rpartition("\n")[2])
        if last.startswith("EOFError"):
            last += "; the standard input of a workload is empty"
        return Assessment(Outcome.CRASHED, f"exit status {exited.status}" + (f": {last}" if last else ""))
    return None


def _assess_line(exited: Exit, asked: Expected) -> Assessment:
    """Assess the last line of a process that ended well."""
    last = exited.stdout.strip().rpartition("\n")[2]
    if not last:
        said = f"; on standard error: {_end_of(exited.stderr)}" if exited.stderr.strip() else ""
        return Assessment(Outcome.GARBLED, f"printed nothing{said}")
    try:
        line = decode(_decoder.decode, last)
    except DecodingError as error:
        return Assessment(
            Outcome.GARBLED,
            f"its last line is not the contract's: {error}; it printed {_end_of(exited.stdout)}",
        )
    if line.contract != CONTRACT:
        return Assessment(Outcome.GARBLED, f"speaks contract {line.contract}; this harness speaks {CONTRACT}")
    if line.outcome not in TOLD:
        wrong = f"calls itself {line.outcome.words}, which only the harness can tell"
        return Assessment(Outcome.GARBLED, wrong)
    if not is_printable(line.observations):
        return Assessment(Outcome.GARBLED, "named an observation with control characters")
    if wrong := _mismatch(line, asked):
        return Assessment(Outcome.GARBLED, wrong, line)
    if line.outcome is not Outcome.OK:
        return Assessment(line.outcome, quoted(line.reason), line)
    if wrong := _impossible_times(line, exited) or _too_large(line):
        return Assessment(Outcome.GARBLED, quoted(wrong), line)
    if line.checksum != asked.work.checksum and asked.work.checksum:
        return Assessment(
            Outcome.WRONG_CHECKSUM,
            f"returned {quoted(line.checksum, MOST_QUOTED)}; right is {asked.work.checksum}",
            line,
        )
    left = exited.left_behind
    return Assessment(Outcome.OK, f"left {left} process(es) behind, which were ended" if left else "", line)


def _mismatch(line: Line, asked: Expected) -> str:
    """Say what a line did that was not asked for; empty if nothing."""
    did = (line.workload, line.strategy, line.workers)
    should = (asked.work.script, asked.cell.strategy.value, asked.cell.workers)
    if did != should:
        return (
            f"did {quoted(' '.join(map(str, did)), MOST_QUOTED)} when asked for {' '.join(map(str, should))}"
        )
    return ""


def _impossible_times(line: Line, exited: Exit) -> str:
    """Say which times of a line are impossible: its clock was set, or they are made up; empty if none.

    Infinities and NaN don't get this far: no JSON has them, and a number too large for a float is refused.
    """
    if not line.iterations:
        return "timed no iteration"
    if any(iteration.wall_s <= 0 for iteration in line.iterations):
        return "timed an iteration at or below zero"
    if any(iteration.wall_s < SHORTEST_S for iteration in line.iterations):
        return "timed an iteration shorter than a nanosecond"
    if line.passes < 1:
        return f"did its work {line.passes} times in an iteration"
    others = [line.pool_start_s, line.script_s, line.clock.tick_s]
    others += [iteration.cpu_s for iteration in line.iterations if iteration.cpu_s is not None]
    if min(others) < 0:
        return "gave a time below zero"
    timed = max(line.script_s, sum(iteration.wall_s for iteration in line.iterations))
    if timed > exited.wall_s * (1 + CLOCKS_DIFFER) + CLOCKS_DIFFER:
        return f"timed {timed:.3g} s, but ran for {exited.wall_s:.3g} s: its clock is wrong, or was set"
    used = sum(iteration.cpu_s or 0.0 for iteration in line.iterations)
    if used > (os.cpu_count() or 1) * (exited.wall_s * (1 + CLOCKS_DIFFER) + CLOCKS_DIFFER):
        return f"counted {used:.3g} s of CPU time, more than all cores have in {exited.wall_s:.3g} s"
    return _impossible_spans(line)


def _too_large(line: Line) -> str:
    """Say which observation is too large for statistics, whose squares must be finite; empty if none."""
    for observed in line.observations:
        for value in observed.values:
            if abs(value) > MOST_OBSERVED:
                return (
                    f"observed {value:.3g} {observed.unit} of {observed.what}; {MOST_OBSERVED:g} is the most"
                )
    return ""


def _impossible_spans(line: Line) -> str:
    """Say which spans of a line are impossible: of no worker, or outside of its last iteration."""
    if len(line.spans) > MOST_SPANS:
        return f"told {len(line.spans)} spans; {MOST_SPANS} are the most"
    for span in line.spans:
        if not 0 <= span.worker < line.workers:
            return f"told when worker {span.worker} ran, of {line.workers}"
        if not 0 <= span.start_s <= span.end_s <= line.iterations[-1].wall_s + CLOCKS_DIFFER:
            return f"told a span from {span.start_s:g} to {span.end_s:g} s, not one of its last iteration"
    return ""


def _end_of(output: str) -> str:
    """Quote the end of what was printed, in one line."""
    return repr(without_passwords(output.strip())[-MOST_QUOTED:])


def in_gib(size: int) -> str:
    """Write a number of bytes as people read it, in GiB."""
    return f"{size / (1 << 30):.3g} GiB"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
