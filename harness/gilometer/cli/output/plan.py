"""Output of ``plan``: the cells, and the time that they are expected to take."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gilometer.commands import as_typed
from gilometer.model import Rank, Role
from gilometer.plan.planner import Planner
from gilometer.plan.precision import percent
from gilometer.printing import shortened
from gilometer.report.order import in_order
from gilometer.report.terminal.live import minutes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from gilometer.model import Missing, Plan


def print_plan(console: Console, plan: Plan) -> None:
    """Print the cells of each workload, once for all interpreters that have the same, and then the sums."""
    for lines, labels in _alike(plan).items():
        console.print(Text(", ".join(labels), style="cyan"))
        table = Table("workload", "cells", box=None, header_style="bold", pad_edge=False)
        for line in lines:
            table.add_row(line.work, line.cells)
        console.print(Padding(table, (0, 0, 0, 2)))
    print_sums(console, plan)


class _Line(NamedTuple):
    """The cells of a workload."""

    work: str
    cells: str


def _alike(plan: Plan) -> dict[tuple[_Line, ...], list[str]]:
    """Group the labels of interpreters by their cells."""
    found: dict[tuple[_Line, ...], list[str]] = {}
    for one in in_order(plan.interpreters):
        own = [cell for cell in plan.cells if cell.interpreter_label == one.label]
        lines = tuple(
            _Line(
                work.label,
                ", ".join(f"{cell.strategy} x{cell.workers}" for cell in own if cell.workload == work.label),
            )
            for work in plan.works
        )
        found.setdefault(lines, []).append(one.label)
    return found


def print_sums(console: Console, plan: Plan) -> None:
    """Print how many cells there are, how long they take, and which interpreters are missing."""
    twins = sum(control.role is Role.TWIN for control in plan.controls)
    runnable = {one.name for one in plan.interpreters}
    cells = sum(cell.interpreter in runnable for cell in plan.cells)
    console.print()
    console.print(
        f"{cells} cells, {twins} A/A pairs and {len(plan.controls) - twins} other controls; "
        f"order from seed {plan.seed}; baseline {plan.baseline}"
    )
    console.print(_times(plan))
    print_missing(console, plan.missing)


def print_missing(console: Console, missing: Sequence[Missing]) -> None:
    """Print the interpreters that can't run here, and the command that adds each."""
    for one in missing:
        console.print(Text(f"can't run {one.name}: {shortened(one.why)}"))
        console.print(Text(f"  add it with: {shortened(as_typed(one.remedy))}", style="cyan"), soft_wrap=True)


def _times(plan: Plan) -> str:
    """Say when which questions are answered, and when measuring ends."""
    effort = plan.effort
    aim, budget = percent(effort.precision), minutes(effort.budget_s)
    expected = Planner(plan, ()).expected_by_rank()
    headline_s = expected[Rank.HEADLINE]
    claims_s = sum(expected.values())
    return (
        f"whether threads and processes help: in about {minutes(headline_s)}; all claims: in about "
        f"{minutes(claims_s)}; then intervals of {aim}, until the budget of {budget} is spent "
        f"(effort {effort.name})"
    )
