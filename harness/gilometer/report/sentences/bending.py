"""What bends the answer of a run, in sentences that stand beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.report.sentences.cores import on_how_many_cores
from gilometer.report.sentences.names import listed_by_family
from gilometer.report.sentences.text import plural

if TYPE_CHECKING:
    from gilometer.model import Interpreter, Plan
    from gilometer.report.results import Results


def bends(results: Results) -> list[str]:
    """Say how few cores there were, how often the machine was disturbed, and which builds are slow."""
    found = (on_how_many_cores(results.manifest), _disturbed(results), unoptimised(results.plan))
    return [sentence for sentence in found if sentence]


def unoptimised(plan: Plan) -> str:
    """Name the interpreters that were built without optimisation; empty if there is none."""
    labels = [one.label for one in plan.interpreters if _is_unoptimised(one)]
    if not labels:
        return ""
    return (
        f"Built without PGO or for debugging, slower than what most people run: {listed_by_family(labels)}."
    )


def _is_unoptimised(one: Interpreter) -> bool:
    return one.facts.build.pgo is False or one.facts.build.debug is True


def _disturbed(results: Results) -> str:
    """Say how many blocks were disturbed; empty if none was, or if that is unknown."""
    known = [one for one in results.conditions if one.is_known]
    count = sum(one.is_disturbed for one in known)
    return f"The machine was disturbed in {count} of {plural(len(known), 'block')}." if count else ""
