"""The speedup to follow over runs: the one that was named, or the usual one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.commands import typed
from gilometer.errors import UsageError
from gilometer.model import Strategy
from gilometer.plan.groups import OBSERVED_KINDS, baseline_of
from gilometer.runs.history import TrackedSpeedup
from gilometer.suggest import like

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.model import Cell, Plan
    from gilometer.runs.history import History

CPU_BOUND = "cpu"
"""The kind of workloads that only compute."""


def choose(history: History, named: str) -> TrackedSpeedup:
    """Find a figure by its name; none: threads on the first CPU-bound workload, for the newest baseline.

    Raises:
        UsageError: No run has it in its plan, or none has any.

    """
    plans = [one.manifest.plan for one in reversed(history.runs)]
    known = {str(figure): figure for plan in plans for figure in figures(plan)}
    if not known:
        raise UsageError(f"none of these runs has a speedup to show; `{typed('compare')}` measures some")
    if not named:
        return next(_usual(plan) for plan in plans if figures(plan))
    wanted = " ".join(named.split())
    if wanted not in known:
        listed = ", ".join(f'"{name}"' for name in like(wanted, list(known)))
        raise UsageError(
            f'--of "{wanted}": no run has it; name INTERPRETER WORKLOAD STRATEGY WORKERS, as in {listed}'
        )
    return known[wanted]


def figures(plan: Plan) -> Sequence[TrackedSpeedup]:
    """List the speedups that a plan measures."""
    observed = {work.label for work in plan.works if work.kind in OBSERVED_KINDS}
    return [
        _figure(cell)
        for cell in plan.cells
        if cell.strategy is not Strategy.SERIAL and cell.workload not in observed
    ]


def _figure(cell: Cell) -> TrackedSpeedup:
    return TrackedSpeedup(cell.interpreter_label, cell.workload, cell.strategy, cell.workers)


def _usual(plan: Plan) -> TrackedSpeedup:
    """Return the usual speedup: if possible of the baseline, of threads, and of CPU-bound work."""
    baseline = baseline_of(plan).label
    computing = {work.label for work in plan.works if work.kind == CPU_BOUND}
    return min(
        figures(plan),
        key=lambda one: (
            one.interpreter != baseline,
            one.strategy is not Strategy.THREADS,
            one.workload not in computing,
        ),
    )
