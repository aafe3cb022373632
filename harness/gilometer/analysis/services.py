"""Find the cells in which the harness's own servers were busy: these took part of the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.analysis.frames import cell_columns
from gilometer.analysis.grid import ok_rows
from gilometer.model import Role

if TYPE_CHECKING:
    import pandas as pd

    from gilometer.analysis.frames import Measurements

BUSY = 0.5
"""The number of cores above which servers count as busy."""


def busy_services(measurements: Measurements) -> pd.DataFrame:
    """Tabulate the cells whose servers were busy, the busiest first.

    Columns: the cell's, and cores: CPU seconds of its servers over those that all its iterations took, the
    median of its ok invocations.
    """
    rows = ok_rows(measurements.invocations, Role.MEASURE)
    cores = (rows["services_cpu_s"] / rows["timed_s"]).groupby(rows["cell"]).median()
    found = cores[cores > BUSY].sort_values(ascending=False, kind="stable")
    names = cell_columns(measurements.cells, found.index.to_list()).drop(columns="cell")
    return names.assign(cores=found.to_numpy())
