"""What ``plan`` prints: the cells, and the time that they are expected to take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from harness.model import Role
from harness.plan.budget import Estimate
from harness.report.live import minutes

if TYPE_CHECKING:
    from rich.console import Console

    from harness.model import Plan


def print_plan(console: Console, plan: Plan) -> None:
    """One row for each interpreter and workload, then the sums."""
    table = Table("interpreter", "workload", "cells", box=None, header_style="bold", pad_edge=False)
    names = [one.name + one.variant for one in plan.interpreters]
    for name in names:
        for index, work in enumerate(plan.works):
            cells = [
                f"{cell.strategy} x{cell.workers}"
                for cell in plan.cells
                if (cell.interpreter + cell.variant, cell.workload) == (name, work.label)
            ]
            table.add_row(
                "" if index else f"[cyan]{escape(name)}[/cyan]", escape(work.label), ", ".join(cells)
            )
    console.print(table)
    print_sums(console, plan)


def print_sums(console: Console, plan: Plan) -> None:
    """How much there is, how long it takes, what is missing."""
    estimate = Estimate(plan)
    twins = sum(control.role is Role.TWIN for control in plan.controls)
    runnable = {one.name for one in plan.interpreters}
    cells = sum(cell.interpreter in runnable for cell in plan.cells)
    console.print(
        f"\n{cells} cells, {twins} A/A pairs and {len(plan.controls) - twins} capacity controls a block; "
        f"order from seed {plan.seed}; baseline {plan.baseline}",
        highlight=False,
    )
    console.print(
        f"about {minutes(estimate.calibration_s)} to calibrate, then {estimate.blocks} block(s) of about "
        f"{minutes(estimate.block_s)}: {minutes(estimate.total_s)} in all "
        f"(budget {minutes(plan.effort.budget_s)}, effort {plan.effort.name})",
        highlight=False,
    )
    for one in plan.missing:
        console.print(f"can't run {one.name}: {one.why}; add it with: {one.remedy}", markup=False)
