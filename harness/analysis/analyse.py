"""The whole of this stage: entries in, frames out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.analysis.frames import gather
from harness.analysis.grid import grid
from harness.analysis.noise import Noise, noise
from harness.analysis.outcomes import failures
from harness.analysis.relative import relative_speeds
from harness.analysis.same_binary import prices
from harness.analysis.summary import summarise
from harness.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from harness.model import Entry, Finished, Manifest, Plan


@dataclass(frozen=True)
class Analysis:
    """All that the report shows."""

    plan: Plan
    invocations: pd.DataFrame
    """A row a sample (``frames``)."""
    summary: pd.DataFrame
    """A row a cell (``summary.COLUMNS``)."""
    relative: pd.DataFrame
    """A row a serial cell: its speed over the baseline's (``relative``)."""
    prices: pd.DataFrame
    """A row for each workload of a binary that ran with its GIL on and off (``same_binary``)."""
    failures: pd.DataFrame
    """A row for each way in which a cell failed (``outcomes``)."""
    noise: Noise
    blocks: int
    """How many blocks hold at least one sample."""
    finished: Finished | None
    """None: the run was interrupted."""


def analyse(manifest: Manifest, entries: Iterable[Entry]) -> Analysis:
    """Turn a run's entries into everything that its report shows."""
    plan = manifest.plan
    evidence = gather(plan.cells, entries)
    measured = grid(evidence, Role.MEASURE)
    return Analysis(
        plan=plan,
        invocations=evidence.invocations,
        summary=summarise(plan, evidence, measured),
        relative=relative_speeds(plan, measured),
        prices=prices(plan, measured),
        failures=failures(evidence),
        noise=noise(evidence, measured),
        blocks=len(measured.blocks),
        finished=evidence.finished,
    )
