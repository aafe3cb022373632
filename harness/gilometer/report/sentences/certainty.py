"""The certainty of a run, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.report.sentences.text import plural

if TYPE_CHECKING:
    from gilometer.report.results import Results


def certainty(results: Results) -> str:
    """Say over how many blocks the intervals of a run are, or that it has none."""
    counts = [one.invocations for one in results.cells.values() if one.speedup.has_interval]
    if not counts:
        return f"{plural(results.blocks, 'block')}: no interval"
    fewest, most = min(counts), max(counts)
    return f"95% intervals over {f'{fewest} to ' if fewest < most else ''}{plural(most, 'block')}"


def caveat(results: Results) -> str:
    """Return the caveat of a sentence if too few blocks give no intervals; else empty."""
    return "" if results.has_intervals else f" ({plural(results.blocks, 'block')}: not established)"
