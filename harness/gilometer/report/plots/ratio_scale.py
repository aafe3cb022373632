"""The logarithmic axis of plots that compare interpreters with the baseline."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

MOST_TICKS = 5


def ratio_scale(axes: Axes, ratios: Sequence[float]) -> None:
    """Set the axis of all panels: from half to double at least, with room for ratios and their numbers."""
    low = min(*ratios, 0.5) / 1.3
    high = max(*ratios, 2.0)
    high *= (high / low) ** 0.22
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    ticks = _ticks(low, high)
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_major_formatter(FixedFormatter([f"{tick:g}x" for tick in ticks]))
    axes.xaxis.set_minor_locator(NullLocator())


def _ticks(low: float, high: float) -> list[float]:
    """List the powers of ten, with their halves and doubles if there is room."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    fine = [step * 10.0**exponent for exponent in exponents for step in (1, 2, 5)]
    shown = [tick for tick in fine if low <= tick <= high]
    if len(shown) <= MOST_TICKS:
        return shown
    return [tick for tick in (10.0**exponent for exponent in exponents) if low <= tick <= high]
