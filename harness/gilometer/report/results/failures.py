"""The failures of a run, and the workloads after which a GIL was not as the probe had said."""

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
    """A way in which invocations on an interpreter failed."""

    interpreter: str
    """Label of the interpreter."""
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
    """Number of invocations that ended in this way."""
    loops: int
    """The loops that it was asked for; 0 if calibration did not find them."""


def cell_failures(failures: pd.DataFrame) -> tuple[CellFailure, ...]:
    """Read the failures."""
    return tuple(
        CellFailure(
            mode=FailureMode(label_of(row), Outcome(row["outcome"]), row["reason"], row["stderr_tail"]),
            workload=row["workload"],
            configuration=configuration_of(row),
            role=Role(row["role"]),
            times=row["times"],
            loops=row["loops"],
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
