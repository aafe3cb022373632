"""The answers that a run gives first: on which interpreters threads and processes help, and for which work.

Each line is made of verdicts, so "can't tell" is an answer of its own, and none is read into a figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from gilometer.analysis.claims.verdicts import Reason, Verdict
from gilometer.report.sentences.names import MOST_NAMES, listed_by_family
from gilometer.report.sentences.text import plural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gilometer.analysis.claims.verdicts import ClaimResult


class ShortAnswer(StrEnum):
    """An answer for one interpreter."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "can't tell"
    NOT_REACHED = "not reached"


_STRAIGHT = {
    Verdict.HOLDS: ShortAnswer.YES,
    Verdict.REFUTED: ShortAnswer.NO,
    Verdict.NOT_ESTABLISHED: ShortAnswer.UNKNOWN,
}
_CONTRARY = {
    Verdict.HOLDS: ShortAnswer.NO,
    Verdict.REFUTED: ShortAnswer.YES,
    Verdict.NOT_ESTABLISHED: ShortAnswer.UNKNOWN,
}


@dataclass(frozen=True)
class FirstQuestion:
    """A question that a run answers first, and the claims whose verdicts answer it."""

    words: str
    claims: Mapping[str, Mapping[Verdict, ShortAnswer]]


QUESTIONS = (
    FirstQuestion("Do threads speed up waiting?", {"C1": _STRAIGHT}),
    FirstQuestion("Do threads speed up pure Python?", {"C2": _CONTRARY, "C7": _STRAIGHT}),
    FirstQuestion("Do threads speed up native code that lets the GIL go?", {"C16": _STRAIGHT}),
    FirstQuestion("Do processes speed up what computes?", {"C4": _STRAIGHT}),
)


def answers(verdicts: Sequence[ClaimResult], most_names: int = MOST_NAMES) -> tuple[str, ...]:
    """Answer each question that the run has a verdict on, in a line; its lists have so many names at most."""
    found = ((question, _by_interpreter(question, verdicts)) for question in QUESTIONS)
    return tuple(f"{question.words} {_words(said, most_names)}." for question, said in found if said)


def _by_interpreter(question: FirstQuestion, verdicts: Sequence[ClaimResult]) -> dict[str, ShortAnswer]:
    """Return the answer for each interpreter, to which several claims may each give one."""
    found: dict[str, list[ShortAnswer]] = {}
    for one in verdicts:
        meanings = question.claims.get(one.claim, {})
        if one.verdict in meanings and one.deciding.why is not Reason.UNMEASURED:
            found.setdefault(one.interpreter, []).append(_answer(one, meanings))
    return {interpreter: _agreed(own) for interpreter, own in found.items()}


def _agreed(found: Sequence[ShortAnswer]) -> ShortAnswer:
    """Return what the answers of several claims come to: if one is yes and another no, nothing is known."""
    certain = {one for one in found if one in {ShortAnswer.YES, ShortAnswer.NO}}
    if len(certain) > 1:
        return ShortAnswer.UNKNOWN
    return next(iter(certain), found[0])


def _answer(one: ClaimResult, meanings: Mapping[Verdict, ShortAnswer]) -> ShortAnswer:
    """Return the answer that a verdict gives, or that it was not reached."""
    return ShortAnswer.NOT_REACHED if one.deciding.why is Reason.NOT_REACHED else meanings[one.verdict]


def _words(said: Mapping[str, ShortAnswer], most_names: int) -> str:
    """Say all answers: ``Yes on a and b; no on c``."""
    groups = {answer: [name for name, one in said.items() if one is answer] for answer in ShortAnswer}
    groups = {answer: names for answer, names in groups.items() if names}
    if len(groups) == 1:
        answer, names = next(iter(groups.items()))
        where = names[0] if len(names) == 1 else f"all {plural(len(names), 'interpreter')}"
        return f"{answer.capitalize()} on {where}"
    clauses = [f"{answer} on {listed_by_family(names, most_names)}" for answer, names in groups.items()]
    sentence = "; ".join(clauses)
    return sentence[0].upper() + sentence[1:]
