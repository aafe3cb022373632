"""The cells without a number, the reasons, and the commands that would give them one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.commands import installed, typed
from gilometer.model import Outcome, Role
from gilometer.printing import shortened
from gilometer.report.document import (
    Block,
    Code,
    Line,
    Section,
    Verbatim,
    Words,
    detail,
    paragraph,
    section,
    table,
)
from gilometer.report.sentences import repeating
from gilometer.report.sentences.text import listed, plural

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gilometer.model import Plan
    from gilometer.report.results import Results
    from gilometer.report.results.failures import CellFailure, FailureMode

WITHOUT_NUMBER = frozenset({Outcome.UNSUPPORTED, Outcome.UNAVAILABLE, Outcome.NOT_REACHED})
"""The outcomes that are no failures, but give no number."""


def section_of(results: Results) -> Section | None:
    """List the failures, the lacks of interpreters, and the interpreters that are not here."""
    return section(
        "What could not run",
        _missing(results.plan),
        _failures(results.plan, results.failures),
        _unsupported(results),
        id="not-run",
    )


def not_reached(results: Results) -> str:
    """Count the cells before which the budget was spent, by workload; empty if there are none."""
    cells = [cell for cell in results.cells.values() if cell.outcome is Outcome.NOT_REACHED]
    if not cells:
        return ""
    workloads = listed(list(dict.fromkeys(cell.workload for cell in cells)))
    total = plural(len(results.cells), "cell")
    return f"{len(cells)} of {total} were not reached before the budget was spent ({workloads})"


def go_on(folder: Path) -> str:
    """Return the command that resumes a run."""
    return typed("compare", "--resume", folder, "--budget", "5m")


def _missing(plan: Plan) -> Section | None:
    rows: list[list[Words]] = [
        [Code(one.name), shortened(one.why), Code(shortened(one.remedy))] for one in plan.missing
    ]
    if not rows:
        return None
    return section("Not on this machine", table(["interpreter", "why", "what adds it"], rows))


def _failures(plan: Plan, failures: Sequence[CellFailure]) -> Section | None:
    """Write one entry for all cells that failed in the same way, with the stderr and command of the first."""
    alike: dict[FailureMode, list[CellFailure]] = {}
    for one in failures:
        alike.setdefault(one.mode, []).append(one)
    blocks: list[Block] = []
    for mode, own in alike.items():
        blocks.append(paragraph(f"{mode.outcome.words} on ", Code(mode.interpreter), f": {mode.reason}"))
        blocks.append(paragraph(*_cells(own)))
        if mode.stderr_tail.strip():
            blocks.append(Verbatim(mode.stderr_tail))
        if command := repeating.command_of(plan, own[0]):
            blocks.append(paragraph(*_repeat(plan, own[0], command)))
    return section("Failures", *blocks)


def _repeat(plan: Plan, failure: CellFailure, command: str) -> Line:
    line: Line = ("To repeat the first by hand: ", Code(command))
    if repeating.needs_servers(plan, failure):
        return (
            *line,
            "; before that, start its servers with ",
            Code(installed("serve")),
            " and paste its lines",
        )
    return line


def _cells(failures: Sequence[CellFailure]) -> Line:
    line: Line = ("Cells: ",)
    for index, one in enumerate(failures):
        role = "" if one.role is Role.MEASURE else f" ({one.role.value})"
        words = f" {one.configuration.label}{role} x{one.times}"
        line += (", " if index else "", Code(one.workload), words)
    return line


def _unsupported(results: Results) -> Section | None:
    """Tabulate the cells that were unsupported or not reached, a row for each reason."""
    reasons: dict[tuple[str, str, str], list[str]] = {}
    labels = {one.label for one in results.present}
    for (label, workload, configuration), result in results.cells.items():
        if label in labels and result.outcome in WITHOUT_NUMBER:
            key = (label, result.outcome.words, result.reason)
            reasons.setdefault(key, []).append(f"{workload} {configuration.label}")
    rows: list[list[Words]] = [
        [Code(label), outcome, reason, ", ".join(cells)]
        for (label, outcome, reason), cells in reasons.items()
    ]
    if not rows:
        return None
    return detail("Not measured", table(["interpreter", "outcome", "reason", "cells"], rows))
