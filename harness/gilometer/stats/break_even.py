"""The number of workers from which on a slower program with more workers is as fast as a faster one alone."""

from __future__ import annotations

import math

from gilometer.model import Estimate


def workers_needed(cost: Estimate, speedup: Estimate, workers: int) -> Estimate:
    """Estimate how many workers make up for a cost, if each further one adds what those measured added.

        needed = 1 + (cost - 1) (workers - 1) / (speedup - 1)

    ``cost`` is the time with one worker over that of the other program; ``speedup`` is that of ``workers``,
    at least 2. The result is in workers and need not be whole: 1 if nothing is to be made up for, infinite if
    workers add nothing. The ends combine the less favourable ends of both intervals, which have 95% each. So
    the interval holds in at least 90% of runs (Bonferroni). Without either interval there is none.
    """
    needed = _needed(cost.value, speedup.value, workers)
    if not (cost.has_interval and speedup.has_interval):
        return Estimate(needed)
    return Estimate(
        needed, _needed(cost.low, speedup.high, workers), _needed(cost.high, speedup.low, workers)
    )


def _needed(cost: float, speedup: float, workers: int) -> float:
    if cost <= 1:
        return 1.0
    return 1 + (cost - 1) * (workers - 1) / (speedup - 1) if speedup > 1 else math.inf
