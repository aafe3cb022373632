"""The state of the machine during a run: noise of the A/A pairs, disturbed blocks, busy servers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.report.results.rows import configuration_of, estimate_of, label_of, rows_of

if TYPE_CHECKING:
    import pandas as pd

    from gilometer.model import Estimate
    from gilometer.report.results.configurations import Configuration


@dataclass(frozen=True)
class NoisePair:
    """The difference of a serial cell from itself, over its A/A pairs."""

    interpreter: str
    """Label of the interpreter."""
    workload: str
    pairs: int
    """Number of pairs of an invocation and its twin."""
    ratio: Estimate
    """Time of the first of a pair over that of its twin."""
    band: float
    """The ratio above 1 that this difference reaches."""


@dataclass(frozen=True)
class BlockCondition:
    """The speed and the capacity of the machine in a block."""

    block: int
    rounds: int
    """Number of rounds of workloads that never wait."""
    left_out: int
    """Number of these rounds that had too few cores."""
    loads: int
    """Number of capacity controls that keep all cores busy."""
    short: int
    """Number of these controls that had too few cores."""
    speed: float
    """Speed of the baseline, over its median of all blocks; NaN: unknown."""
    capacity: float
    """Capacity in the controls, over its median of all blocks; NaN: unknown."""
    is_disturbed: bool

    @property
    def is_known(self) -> bool:
        """Tell whether the speed or the capacity of the block is known."""
        return not (math.isnan(self.speed) and math.isnan(self.capacity))


@dataclass(frozen=True)
class BusyServers:
    """A cell whose servers used cores that it could have used."""

    interpreter: str
    """Label of the interpreter."""
    workload: str
    configuration: Configuration
    cores: float
    """Number of cores that the servers used."""


def noise_pairs(pairs: pd.DataFrame) -> tuple[NoisePair, ...]:
    """Read the A/A pairs."""
    return tuple(
        NoisePair(label_of(row), row["workload"], row["pairs"], estimate_of(row, "ratio"), row["band"])
        for row in rows_of(pairs)
    )


def block_conditions(disturbances: pd.DataFrame) -> tuple[BlockCondition, ...]:
    """Read how fast the machine was in each block."""
    return tuple(
        BlockCondition(
            block=row["block"],
            rounds=row["rounds"],
            left_out=row["left_out"],
            loads=row["loads"],
            short=row["short"],
            speed=row["speed"],
            capacity=row["capacity"],
            is_disturbed=row["disturbed"],
        )
        for row in rows_of(disturbances)
    )


def busy_servers(rows: pd.DataFrame) -> tuple[BusyServers, ...]:
    """Read the cells whose servers were busy."""
    return tuple(
        BusyServers(label_of(row), row["workload"], configuration_of(row), row["cores"])
        for row in rows_of(rows)
    )
