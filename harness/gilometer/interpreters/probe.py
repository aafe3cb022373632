"""Asking a candidate what it is, by running the probe script under it."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Protocol

import msgspec

from gilometer import asking
from gilometer.model import Facts, Record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gilometer.interpreters.candidate import Candidate

SCRIPT = "_runtime.py"
"""The probe, in the folder of workload scripts."""
"""What the probe alone imports, beside it."""


class NoAnswer(Record, frozen=True):
    """A candidate that gave no facts, and why."""

    why: str


class Asker(Protocol):
    """Whatever can learn a candidate's facts."""

    def __call__(self, candidate: Candidate) -> Facts | NoAnswer:
        """Return its facts, or why there are none."""
        ...


class Probe:
    """The asker that runs the candidate on this machine."""

    def __init__(self, script: Path) -> None:
        """``script`` prints one line of JSON that decodes as ``Facts``."""
        self._script = str(script)

    def __call__(self, candidate: Candidate) -> Facts | NoAnswer:
        """Run the script under the candidate."""
        argv = (*candidate.command, self._script)
        try:
            answer = asking.ask(argv, clean_environment(candidate.env), candidate.timeout_s)
        except OSError as error:
            return NoAnswer(f"can't be started: {error.strerror}")
        return understand(answer, candidate.timeout_s)


def understand(answer: asking.CommandOutput, timeout_s: float) -> Facts | NoAnswer:
    """Find the facts in what a candidate answered, or what is wrong with it."""
    if why := _why_unusable(answer, timeout_s):
        return NoAnswer(why)
    last = answer.stdout.strip().rpartition("\n")[2]
    if not last:
        return NoAnswer("printed nothing")
    try:
        return msgspec.json.decode(last, type=Facts)
    except msgspec.MsgspecError as error:
        return NoAnswer(f"answered something else than its facts: {error}")


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """This process's environment less every ``PYTHON*`` variable, which would reach other interpreters."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return kept | dict(extra)


def _why_unusable(answer: asking.CommandOutput, timeout_s: float) -> str:
    """Say how it ended badly; nothing if it ended well."""
    if answer.timed_out:
        return f"no answer in {timeout_s:g} s"
    if answer.flooded:
        return f"printed more than {asking.ENOUGH // 1024} KiB"
    if answer.status < 0:
        return f"ended by signal {-answer.status}: {signal.strsignal(-answer.status)}"
    if answer.status:
        last = answer.stderr.strip().rpartition("\n")[2]
        return f"exit status {answer.status}" + (f": {last}" if last else "")
    return ""
