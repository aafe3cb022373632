"""What interpreters take against one thread of the baseline, in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilometer.report.results.costs import free_of_gil
from gilometer.report.sentences.certainty import caveat
from gilometer.report.sentences.text import number, plural, span
from gilometer.stats.equivalence import MARGIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.model import Estimate, Interpreter
    from gilometer.report.results import Results
    from gilometer.report.results.costs import Cost, Costs, InterpreterCosts

MOST_NAMED = 3
"""The most interpreters that the finding names."""
MOST_THREADS = 99
"""The most threads that are written as a number."""


def finding(results: Results, found: Costs) -> str:
    """Say what the first workload costs without a GIL, or if all have one, on the other interpreters."""
    work = found.works[0]
    others = [one for one in found.of_work(work) if one.interpreter != found.baseline]
    named = _certain(free_of_gil(others) or others)
    first, *further = named[:MOST_NAMED]
    clauses = [_first_clause(first, found), *(_clause(one, found) for one in further)]
    if len(named) > MOST_NAMED:
        clauses.append(f"and {plural(len(named) - MOST_NAMED, 'more interpreter')}")
    whole = "; ".join(clauses)
    return f"Against one thread of {found.baseline.label}, for {work.label}: {whole}{caveat(results)}"


def _certain(costs: Sequence[InterpreterCosts]) -> Sequence[InterpreterCosts]:
    """Leave out the costs that too few blocks gave no interval, if others have one."""
    return [one for one in costs if one.serial.ratio.has_interval] or costs


def _first_clause(one: InterpreterCosts, found: Costs) -> str:
    said = f"{one.interpreter.label} takes {times(one.serial.ratio)} as long with one thread"
    if one.threads and found.threads and one.threads.ratio.has_interval:
        said += f" and {times(one.threads.ratio)} with {found.threads.doers}"
    return said + _build(one, found)


def _clause(one: InterpreterCosts, found: Costs) -> str:
    said = f"{one.interpreter.label} {times(one.serial.ratio)}"
    if one.threads and one.threads.ratio.has_interval:
        said += f" and {times(one.threads.ratio)}"
    return said + _build(one, found)


def _build(one: InterpreterCosts, found: Costs) -> str:
    return " (another build)" if is_other_build(one.interpreter, found.baseline) else ""


def is_other_build(one: Interpreter, baseline: Interpreter) -> bool:
    """Tell whether an interpreter is the baseline's implementation in another build."""
    ours, theirs = one.facts, baseline.facts
    return ours.implementation == theirs.implementation and ours.build != theirs.build


def times(ratio: Estimate) -> str:
    """Write a ratio with its interval: ``1.99x [1.95, 2.03]``."""
    return f"{number(ratio.value)}x {span(ratio.low, ratio.high)}".strip()


def threads_needed(one: InterpreterCosts, baseline: Interpreter, cores: float) -> str:
    """Say how many threads are as fast as one of the baseline, and whether the machine has the cores.

    A difference within ``MARGIN`` is none in practice.
    """
    if one.interpreter == baseline:
        return "-"
    low, high = one.serial.ratio.ends
    if high <= MARGIN:
        return "1"
    if one.threads_needed is None:
        return "1 may do" if low <= MARGIN else _why_none(one.threads)
    return _amount(one.threads_needed, cores)


def _why_none(threads: Cost | None) -> str:
    return "not measured" if threads is None else "threads show no gain"


def _amount(needed: Estimate, cores: float) -> str:
    fewest, most = (math.ceil(end) if end <= MOST_THREADS else math.inf for end in needed.ends)
    if fewest > MOST_THREADS:
        return f"more than {MOST_THREADS}"
    if most > MOST_THREADS:
        said = f"{fewest} or more"
    else:
        said = str(fewest) if fewest == most else f"{fewest} to {most}"
    if not needed.has_interval:
        said = f"about {said}"
    return f"{said}: not with the {cores:g} cores here" if fewest > cores else said


def other_builds(of: Sequence[InterpreterCosts], baseline: Interpreter) -> list[str]:
    """List the labels of interpreters that are the baseline's implementation in another build."""
    found = (one.interpreter for one in of)
    return list(dict.fromkeys(one.label for one in found if is_other_build(one, baseline)))
