"""What two runs have in common, and what of it changed. What does not compare is refused, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gilometer.analysis.capacity import capacities
from gilometer.analysis.comparison import Pair, compare
from gilometer.analysis.cores import with_enough_cores, with_whole_rounds
from gilometer.analysis.environment import differences
from gilometer.analysis.frames import cell_columns, gather
from gilometer.analysis.grid import grid
from gilometer.analysis.noise import noise
from gilometer.analysis.outcomes import cell_outcomes
from gilometer.analysis.resolution import resolved
from gilometer.model import Outcome, Role, Sample
from gilometer.plan.groups import OBSERVED_KINDS, baseline_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from gilometer.analysis.environment import Difference
    from gilometer.analysis.frames import Measurements
    from gilometer.analysis.grid import Grid
    from gilometer.model import Cell, Entry, Group, Interpreter, Line, Manifest, Plan

OTHER_LOOPS = "other loops"
"""The refusal that has a remedy: to measure again with the loops of the other run."""


@dataclass(frozen=True)
class Run:
    """All that is known of one run."""

    manifest: Manifest
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Diff:
    """Two runs, compared; the first is called A, the second B."""

    around: tuple[Difference, ...]
    reference: str
    """Label of the interpreter that speeds are over; empty: the runs have no baseline in common."""
    figures: pd.DataFrame
    """A row for each figure of each cell that compares (``compare``)."""
    refused: pd.DataFrame
    """A row for each cell that doesn't: interpreter, variant, workload, strategy, workers, reason."""


def diff(before: Run, after: Run) -> Diff:
    """Compare two runs: the figures of the second, B, over those of the first, A."""
    first, second = _side(before), _side(after)
    either = dict.fromkeys([*first.outcomes, *second.outcomes])
    reasons = {cell: _refusal(cell, first, second) for cell in either if not _lacked(cell, first, second)}
    alike = [cell for cell, reason in reasons.items() if not reason]
    reference = _reference(before.manifest.plan, after.manifest.plan)
    pair = Pair(first.measured.of(alike), second.measured.of(alike))
    return Diff(
        around=differences(before.manifest, after.manifest),
        reference=reference.label if reference else "",
        figures=compare(pair, before.manifest.plan, reference, _wider(first.bands, second.bands)),
        refused=_refused(reasons),
    )


@dataclass(frozen=True)
class _Side:
    """One run, ready to be compared."""

    measured: Grid
    outcomes: Mapping[Cell, Outcome]
    """Of the cells that some invocation measured, for their times."""
    lines: Mapping[Cell, Line]
    """The first of each cell: what the work was."""
    timed: frozenset[Cell]
    """Cells with a time that stands for them."""
    bands: Mapping[Group, float]
    """How far noise alone takes a ratio from 1."""


def _side(run: Run) -> _Side:
    plan = run.manifest.plan
    evidence = resolved(plan, gather(plan.cells, with_whole_rounds(plan, run.entries).entries))
    every = grid(evidence, Role.MEASURE)
    measured, _ = with_enough_cores(plan, every, capacities(plan, evidence, every))
    timed = np.flatnonzero(~np.isnan(measured.logs).all(axis=0))
    groups = dict.fromkeys(cell.group for cell in plan.cells)
    return _Side(
        measured=measured,
        outcomes=_outcomes(plan, evidence),
        lines=_lines(run.entries),
        timed=frozenset(measured.cells[column] for column in timed),
        bands=noise(plan, evidence, every).bands(groups),
    )


def _outcomes(plan: Plan, evidence: Measurements) -> dict[Cell, Outcome]:
    rows = evidence.invocations
    tried = set(rows.loc[rows["role"] == Role.MEASURE.value, "cell"])
    ends = cell_outcomes(plan, evidence)
    observed = {work.label for work in plan.works if work.kind in OBSERVED_KINDS}
    return {
        cell: ends[code].outcome
        for code, cell in enumerate(plan.cells)
        if code in tried and cell.workload not in observed
    }


def _lines(entries: Sequence[Entry]) -> dict[Cell, Line]:
    found: dict[Cell, Line] = {}
    for entry in entries:
        if isinstance(entry, Sample) and entry.slot.role is Role.MEASURE and entry.line is not None:
            found.setdefault(entry.slot.cell, entry.line)
    return found


def _lacked(cell: Cell, first: _Side, second: _Side) -> bool:
    """Whether its interpreter could do it in neither run: nobody would compare it."""
    return first.outcomes.get(cell) is second.outcomes.get(cell) is Outcome.UNSUPPORTED


def _refusal(cell: Cell, first: _Side, second: _Side) -> str:
    """Why a cell of the two runs does not compare; empty if it does."""
    if cell not in first.outcomes or cell not in second.outcomes:
        return f"measured in {'A' if cell in first.outcomes else 'B'} only"
    return (
        _not_ok(first.outcomes[cell], second.outcomes[cell])
        or _untimed([name for name, side in (("A", first), ("B", second)) if cell not in side.timed])
        or _other_work(first.lines[cell], second.lines[cell])
    )


def _not_ok(before: Outcome, after: Outcome) -> str:
    if before is after:
        return "" if before is Outcome.OK else f"{before.words} in both"
    return f"{before.words} in A, {after.words} in B"


def _untimed(runs: Sequence[str]) -> str:
    return f"no steady state in {' and '.join(runs)}" if runs else ""


def _other_work(before: Line, after: Line) -> str:
    if before.parameters != after.parameters:
        return "other parameters"
    if before.units != after.units:
        return "other units"
    if before.checksum != after.checksum:
        return "other checksum"
    return OTHER_LOOPS if before.loops != after.loops else ""


def _refused(reasons: Mapping[Cell, str]) -> pd.DataFrame:
    cells = [cell for cell, reason in reasons.items() if reason]
    names = cell_columns(cells, range(len(cells))).drop(columns="cell")
    return names.assign(reason=[reasons[cell] for cell in cells])


def _reference(before: Plan, after: Plan) -> Interpreter | None:
    """The baseline of A, or else of B, that both runs have."""
    shared = {one.label for one in before.interpreters} & {one.label for one in after.interpreters}
    return next((one for one in map(baseline_of, (before, after)) if one.label in shared), None)


def _wider(before: Mapping[Group, float], after: Mapping[Group, float]) -> dict[Group, float]:
    """The wider band of each group that either run has one of."""
    return {group: max(before.get(group, 1.0), after.get(group, 1.0)) for group in {**before, **after}}
