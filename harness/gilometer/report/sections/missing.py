"""What has no number, why, and what would give it one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.model import Outcome
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
from gilometer.report.results import label_of
from gilometer.report.sentences.text import listed, plural

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from gilometer.analysis import Analysis
    from gilometer.model import Plan
    from gilometer.report.results import Board


ABSENT = frozenset({Outcome.UNSUPPORTED, Outcome.UNAVAILABLE, Outcome.NOT_REACHED})
"""What is no failure, and gave no number."""


def section_of(plan: Plan, analysis: Analysis, shown: Board) -> Section | None:
    """Tell what failed, what interpreters lack, and which are not here."""
    return section(
        "What could not run",
        _missing(plan),
        _failures(analysis),
        _unsupported(shown),
        id="not-run",
    )


def not_reached(analysis: Analysis) -> str:
    """Count the cells that the budget did not last for, by their workloads; empty if there are none."""
    rows = analysis.summary[analysis.summary["outcome"] == Outcome.NOT_REACHED.value]
    if rows.empty:
        return ""
    workloads = listed(list(dict.fromkeys(rows["workload"])))
    total = plural(len(analysis.summary), "cell")
    return f"{len(rows)} of {total} were not reached before the budget was spent ({workloads})"


def go_on(folder: Path) -> str:
    """Give the command that goes on with a run."""
    return f"nox -s compare -- --resume {folder} --budget 5m"


def _missing(plan: Plan) -> Section | None:
    rows: list[list[Words]] = [[Code(one.name), one.why, Code(one.remedy)] for one in plan.missing]
    if not rows:
        return None
    return section("Not on this machine", table(["interpreter", "why", "what adds it"], rows))


def _failures(analysis: Analysis) -> Section | None:
    """Cells that failed in the same way share one entry, with the first one's stderr."""
    keys = ["interpreter", "variant", "outcome", "reason", "stderr_tail"]
    blocks: list[Block] = []
    for _, group in analysis.failures.groupby(keys, sort=False):
        rows = group.to_dict("records")
        first = rows[0]
        words = Outcome(first["outcome"]).words
        blocks.append(paragraph(f"{words} on ", Code(label_of(first)), f": {first['reason']}"))
        blocks.append(paragraph(*_cells(rows)))
        if first["stderr_tail"].strip():
            blocks.append(Verbatim(first["stderr_tail"]))
    return section("Failures", *blocks)


def _cells(rows: Sequence[Mapping[Hashable, Any]]) -> Line:
    line: Line = ("Cells: ",)
    for index, row in enumerate(rows):
        role = "" if row["role"] == "measure" else f" ({row['role']})"
        words = f" {row['strategy']} {row['workers']}{role} x{row['times']}"
        line += (", " if index else "", Code(row["workload"]), words)
    return line


def _unsupported(shown: Board) -> Section | None:
    """What interpreters lack or did not get to, once for each reason."""
    reasons: dict[tuple[str, str, str], list[str]] = {}
    labels = {subject.label for subject in shown.present}
    for (label, workload, spread), result in shown.results.items():
        if label in labels and result.outcome in ABSENT:
            key = (label, result.outcome.words, result.reason)
            reasons.setdefault(key, []).append(f"{workload} {spread.label}")
    rows: list[list[Words]] = [
        [Code(label), outcome, reason, ", ".join(cells)]
        for (label, outcome, reason), cells in reasons.items()
    ]
    if not rows:
        return None
    return detail("Not measured", table(["interpreter", "outcome", "reason", "cells"], rows))
