"""The growth of speedups with more workers, in words, and the terms of the law that was fitted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilometer.model import Strategy
from gilometer.report.document import Code, Section, Words, detail, paragraph, table
from gilometer.report.order import rank
from gilometer.report.results.cells import KINDS
from gilometer.report.results.interpreters import Category
from gilometer.report.results.scaling import WELL
from gilometer.report.sentences.certainty import caveat
from gilometer.report.sentences.text import NAMED_AFTER_WORKERS, listed, noun, number, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gilometer.model import Estimate
    from gilometer.report.results import Results
    from gilometer.report.results.cells import CellResult
    from gilometer.report.results.scaling import FittedLaw, ScalingCurve


def finding(results: Results, curves: Sequence[ScalingCurve]) -> str:
    """Say which speedup the first strategy reaches for the first kind of work with curves: CPU-bound, if any.

    The best of each category of interpreters, beside the most that the machine gave.
    """
    strategy = next(one for one in Strategy if any(curve.strategy is one for curve in curves))
    own = [one for one in curves if one.strategy is strategy]
    kind = min((one.work.kind for one in own), key=lambda kind: rank(kind, KINDS))
    own = [one for one in own if one.work.kind == kind]
    bests = {
        category: _best(one for one in own if one.interpreter.category is category) for category in Category
    }
    clauses = [
        f"{number(best.speedup.value)}x {category.value} ({best.workers} workers)"
        for category, best in bests.items()
        if best
    ]
    capacities = [result.capacity.value for one in own for result in one.results]
    most = max((one for one in capacities if not math.isnan(one)), default=math.nan)
    verb = "take" if strategy in NAMED_AFTER_WORKERS else "takes"
    limit = "" if math.isnan(most) else f"; the machine gave up to {number(most)}x"
    return (
        f"{strategy.value.capitalize()} {verb} {noun(kind)} to at most {listed(clauses)}{limit}"
        f"{caveat(results)}"
    )


def _best(curves: Iterable[ScalingCurve]) -> CellResult | None:
    results = [result for one in curves for result in one.results]
    return max(results, key=lambda result: result.speedup.value, default=None)


def section(laws: Sequence[FittedLaw]) -> Section | None:
    """Tabulate the terms of the law; None if it was fitted to nothing."""
    if not laws:
        return None
    said = (
        "Speedup of N workers as N / (1 + alpha (N - 1) + beta N (N - 1)), Gunther's Universal Scalability "
        "Law: alpha is contention, the share of the work that is done one at a time; beta is coherence, what "
        "each pair of workers costs. Beyond the number of cores both tell of the machine as well. The misfit "
        f"is the most that a level is off the law: above {WELL:g}x the law does not describe the curve."
    )
    head = ["interpreter", "workload", "strategy", "levels", "contention", "coherence", "peak", "misfit"]
    return detail("The law behind the curves", paragraph(said), table(head, map(_row, laws)))


def _row(law: FittedLaw) -> list[Words]:
    return [
        Code(law.interpreter),
        Code(law.workload),
        law.strategy.value,
        f"{law.levels}, to {law.workers}",
        *([_term(law.contention), _term(law.coherence), _peak(law)] if law.fits else ["-", "-", "-"]),
        f"{number(law.misfit)}x",
    ]


def _term(of: Estimate) -> str:
    return f"{of.value:.2g}" + (f" [{of.low:.2g}, {of.high:.2g}]" if of.has_interval else "")


def _peak(law: FittedLaw) -> str:
    """Say with how many workers the law is greatest, if these were measured."""
    return plural(round(law.peak), "worker") if law.peak <= law.workers else f"beyond {law.workers}"
