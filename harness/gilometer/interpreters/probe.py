"""Ask a candidate for its facts, by running the probe script under it."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from gilometer import asking
from gilometer.decoding import DecodingError, from_json, is_printable, without_passwords_in
from gilometer.environment import clean_environment
from gilometer.model import Facts, Record
from gilometer.printing import quoted

if TYPE_CHECKING:
    from pathlib import Path

    from gilometer.interpreters.candidate import Candidate

SCRIPT = "_runtime.py"
"""The probe, in the folder of workload scripts."""


LONGEST = 300
"""The most characters of what a candidate says of its failure."""


class NoAnswer(Record, frozen=True):
    """The reason why a candidate gave no facts."""

    why: str


class Asker(Protocol):
    """A function that returns the facts of a candidate."""

    def __call__(self, candidate: Candidate) -> Facts | NoAnswer:
        """Return its facts, or why there are none."""
        ...


class Probe:
    """An asker that runs the candidate on this machine."""

    def __init__(self, script: Path) -> None:
        """Use ``script``, which prints one line of JSON that decodes as ``Facts``."""
        self._script = str(script)

    def __call__(self, candidate: Candidate) -> Facts | NoAnswer:
        """Run the script under the candidate."""
        argv = (*candidate.command, self._script)
        try:
            answer = asking.ask_and_end_all(argv, clean_environment(candidate.env), candidate.timeout_s)
        except OSError as error:
            return NoAnswer(f"can't be started: {error.strerror}")
        return read_answer(answer, candidate.timeout_s)


def read_answer(answer: asking.CommandOutput, timeout_s: float) -> Facts | NoAnswer:
    """Decode the facts in the answer of a candidate, or say what is wrong with the answer."""
    if why := _failure(answer, timeout_s):
        return NoAnswer(why)
    last = answer.stdout.strip().rpartition("\n")[2]
    if not last:
        return NoAnswer("printed nothing")
    try:
        facts = from_json(last, Facts)
    except DecodingError as error:
        return NoAnswer(f"answered something else than its facts: {error}")
    if not is_printable(facts):
        return NoAnswer("has control characters in its facts")
    return replace(without_passwords_in(facts), executable=facts.executable)


def _failure(answer: asking.CommandOutput, timeout_s: float) -> str:
    """Say how a candidate failed; empty if it ended well."""
    if answer.timed_out:
        return f"no answer in {timeout_s:g} s"
    if answer.flooded:
        return f"printed more than {asking.OUTPUT_LIMIT // 1024} KiB"
    if answer.status < 0:
        return f"ended by signal {-answer.status}: {signal.strsignal(-answer.status)}"
    if answer.status:
        last = quoted(answer.stderr.strip().rpartition("\n")[2], LONGEST)
        return f"exit status {answer.status}" + (f": {last}" if last else "")
    return ""
