"""The same binary with its GIL on and off, in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilometer.report.sentences.certainty import caveat
from gilometer.report.sentences.text import listed, noun, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gilometer.model import Estimate
    from gilometer.report.results import Results
    from gilometer.report.results.same_binary import Contrast, SameBinary


def finding(results: Results, same: SameBinary) -> str:
    """Say what difference the GIL makes to the first kind of work that ran both ways: CPU-bound, if any did.

    Ranges go from the least to the greatest end of the intervals of its workloads.
    """
    kind = next((one.work.kind for binary in same.binaries for one in binary.whole), None)
    if kind is None:
        return "No workload ran both with and without the GIL of the same binary"
    known = [
        (binary.name, own)
        for binary in same.binaries
        if (own := [one for one in binary.whole if one.work.kind == kind])
    ]
    clauses = [f"{_against(own)} ({name})" for name, own in known]
    every = [one for _, own in known for one in own]
    capacity = _range(one.off.capacity.value for one in every)
    overhead = _range(_ends(one.overhead for one in every))
    return (
        f"Same binary, GIL off against on: {same.configuration.workers} threads give {noun(kind)} "
        f"{listed(clauses)}{capacity and f', where independent processes reach {capacity}'}"
        f"{overhead and f'; switched off, it makes one thread take {overhead} as long'}{caveat(results)}"
    )


def _against(contrasts: Sequence[Contrast]) -> str:
    off = _range(_ends(one.off.speedup for one in contrasts))
    on = _range(_ends(one.on.speedup for one in contrasts))
    return f"{off} against {on}"


def _ends(estimates: Iterable[Estimate]) -> list[float]:
    return [end for one in estimates for end in one.ends]


def _range(values: Iterable[float]) -> str:
    """Write the least and the greatest; empty if none is known."""
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return ""
    numbers = dict.fromkeys(number(end) for end in (min(known), max(known)))
    return f"{'-'.join(numbers)}x"
