"""What failed, and where a GIL was not as the probe had said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.model import Outcome, Role
from gilometer.report.results.rows import configuration_of, label_of, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from gilometer.model import Interpreter, Plan
    from gilometer.report.results.configurations import Configuration


@dataclass(frozen=True)
class FailureMode:
    """How invocations on an interpreter failed."""

    interpreter: str
    """Its label."""
    outcome: Outcome
    reason: str
    stderr_tail: str


@dataclass(frozen=True)
class CellFailure:
    """A cell that failed, once for each role and outcome."""

    mode: FailureMode
    workload: str
    configuration: Configuration
    role: Role
    times: int
    """How many invocations ended so."""


def cell_failures(failures: pd.DataFrame) -> tuple[CellFailure, ...]:
    """Read what failed."""
    return tuple(
        CellFailure(
            mode=FailureMode(label_of(row), Outcome(row["outcome"]), row["reason"], row["stderr_tail"]),
            workload=row["workload"],
            configuration=configuration_of(row),
            role=Role(row["role"]),
            times=row["times"],
        )
        for row in rows_of(failures)
    )


def changed_gils(plan: Plan, invocations: pd.DataFrame) -> Mapping[str, tuple[str, ...]]:
    """List, by the interpreter's label, the workloads after which its GIL was not as the probe had said."""
    return {one.label: _changed_in(one, invocations) for one in plan.interpreters}


def _changed_in(interpreter: Interpreter, rows: pd.DataFrame) -> tuple[str, ...]:
    own = rows[(rows["interpreter"] == interpreter.name) & (rows["variant"] == interpreter.variant)]
    changed = own.loc[own["gil_after"] == (not interpreter.facts.gil), "workload"]
    return tuple(sorted(set(changed)))
