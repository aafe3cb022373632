"""How the machine did: the noise of the A/A pairs, disturbed blocks and busy servers."""

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
    """How much a serial cell differs from itself."""

    interpreter: str
    """Its label."""
    workload: str
    pairs: int
    """How many pairs of an invocation and its twin."""
    ratio: Estimate
    """Time of the first of a pair over that of its twin."""
    band: float
    """How far from 1 that reaches, as a ratio above 1."""


@dataclass(frozen=True)
class BlockCondition:
    """How fast the machine was in a block."""

    block: int
    rounds: int
    """Of work alone."""
    left_out: int
    """How many of these were short of cores."""
    loads: int
    """How many capacity controls keep all cores busy."""
    short: int
    """How many of these had too few cores."""
    speed: float
    """Of the baseline, over its median of all blocks; NaN: unknown."""
    capacity: float
    """Likewise, of the controls."""
    is_disturbed: bool

    @property
    def is_known(self) -> bool:
        """Tell whether the block can tell."""
        return not (math.isnan(self.speed) and math.isnan(self.capacity))


@dataclass(frozen=True)
class BusyServers:
    """A cell whose servers took part of the machine from it."""

    interpreter: str
    """Its label."""
    workload: str
    configuration: Configuration
    cores: float
    """What they used."""


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
    """Read in which cells servers were busy."""
    return tuple(
        BusyServers(label_of(row), row["workload"], configuration_of(row), row["cores"])
        for row in rows_of(rows)
    )
