"""The pairs of cells that rules on ratios compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.analysis.claims.exclusions import time_exclusion
from gilometer.analysis.claims.hypotheses import CellPair, RatioHypothesis
from gilometer.analysis.claims.verdicts import Reason, Verdict, WorkloadResult
from gilometer.claims.claim import Combine
from gilometer.model import Outcome, Strategy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    from numpy.typing import NDArray

    from gilometer.analysis.claims.hypotheses import Hypotheses
    from gilometer.analysis.claims.run_data import RunData
    from gilometer.claims.claim import Decline, Efficiency, Ratio, Speedup, Start
    from gilometer.model import Interpreter, Work


def works_of(rule: Ratio | Decline, run: RunData) -> list[Work]:
    """List the workloads of the run that are evidence for a rule."""
    return [work for work in run.plan.works if work.kind in rule.kinds or work.script in rule.workloads]


def pairs_over(
    over: Strategy, rule: Speedup | Efficiency | Start, interpreter: Interpreter, run: RunData
) -> list[CellPair]:
    """Pair two strategies for each workload of a rule, with the most workers that both have."""
    if over is Strategy.SERIAL:
        found = (pair_over_serial(rule.strategy, interpreter, work, run) for work in works_of(rule, run))
        return [pair for pair in found if pair]
    pairs = []
    for work in works_of(rule, run):
        numerators = run.cells(interpreter, work, over)
        denominators = run.cells(interpreter, work, rule.strategy)
        if shared := numerators.keys() & denominators.keys():
            pairs.append(CellPair(numerators[max(shared)], denominators[max(shared)]))
    return pairs


def pair_over_serial(
    strategy: Strategy, interpreter: Interpreter, work: Work, run: RunData
) -> CellPair | None:
    """Pair serial with a strategy's most workers; None if the plan lacks either."""
    serial = run.cells(interpreter, work, Strategy.SERIAL)
    cells = run.cells(interpreter, work, strategy)
    return CellPair(serial[1], cells[max(cells)]) if serial and cells else None


def log_speedups(pair: CellPair, run: RunData) -> NDArray[np.float64]:
    """Divide the times of a pair, block by block; natural logarithms."""
    return run.log_times(pair.numerator) - run.log_times(pair.denominator)


def ratio_hypotheses(
    rule: Speedup | Efficiency | Start,
    pairs: Iterable[CellPair],
    log_ratios: Callable[[CellPair], NDArray[np.float64]],
    run: RunData,
    *,
    is_bounded: bool = False,
) -> Hypotheses:
    """Hypothesise on the ratio of each pair, or say why it has none; ``log_ratios`` gives one a block."""
    found = tuple(
        pair_exclusion(pair, run)
        or RatioHypothesis(
            pair.denominator,
            rule.expected,
            rule.margin,
            log_ratios(pair),
            is_bounded,
            run.log_concurrency(pair.denominator) if is_bounded else None,
        )
        for pair in pairs
    )
    return with_unmeasured(found, rule, run)


def pair_exclusion(pair: CellPair, run: RunData) -> WorkloadResult | None:
    """Say why a pair has no ratio, if it has none; what the interpreter lacks comes first."""
    cells = sorted(
        (pair.denominator, pair.numerator),
        key=lambda cell: run.summaries[cell].outcome != Outcome.UNSUPPORTED,
    )
    return next((found for cell in cells if (found := time_exclusion(cell, run))), None)


def with_unmeasured(tested: Hypotheses, rule: Ratio, run: RunData) -> Hypotheses:
    """Add a result for each workload that a rule names and the run lacks, where one workload is enough.

    Such a rule is not refuted before all that it names were measured. Nothing is added where nothing is
    tested.
    """
    if rule.combine is not Combine.ANY or not any(isinstance(one, RatioHypothesis) for one in tested):
        return tested
    scripts = {work.script for work in run.plan.works}
    return tested + tuple(
        WorkloadResult(Verdict.NOT_ESTABLISHED, Reason.UNMEASURED, workload=name)
        for name in rule.workloads
        if name not in scripts
    )
