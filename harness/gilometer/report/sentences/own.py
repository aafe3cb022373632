"""The answer of a run of the user's own function: one sentence of what was decided, and what it returned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.model import Strategy
from gilometer.report.results.cells import NO_GAIN, Reading, read
from gilometer.report.sentences.cores import on_how_many_cores
from gilometer.report.sentences.names import listed_by_family
from gilometer.report.sentences.text import NAMED_AFTER_WORKERS, listed, number, sentence_case, span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gilometer.model import Work
    from gilometer.report.results import Results
    from gilometer.report.results.cells import CellResult
    from gilometer.report.results.configurations import Configuration
    from gilometer.report.results.values import Way


def own_answer(results: Results) -> list[str]:
    """Answer in one sentence, then say what differs in the values, and on how many cores it was measured."""
    cores = on_how_many_cores(results.manifest)
    answers = [answer(results, work) for work in results.works]
    return [*answers, *values(results), *([cores] if cores else [])]


def answer(results: Results, work: Work) -> str:
    """Say for each strategy where it speeds the function up, where not, and where that is unclear."""
    clauses: list[str] = []
    for configuration in _widest(results):
        found = _by_reading(results, work, configuration)
        if found:
            clauses.append(_clause(_Doers(configuration, "it" if clauses else f"`{work.label}`"), found))
    return f"{sentence_case('; '.join(clauses))}." if clauses else f"Nothing was measured of `{work.label}`."


def _widest(results: Results) -> Iterable[Configuration]:
    """List for each strategy the configuration with the most workers."""
    found = map(results.widest, dict.fromkeys(one.strategy for one in results.configurations))
    return [one for one in found if one]


def _by_reading(
    results: Results, work: Work, configuration: Configuration
) -> dict[Reading, list[CellResult]]:
    found: dict[Reading, list[CellResult]] = {}
    for interpreter in results.present:
        cell = results.at(interpreter, work, configuration)
        if cell and cell.is_measured:
            found.setdefault(decided(cell), []).append(cell)
    return found


class _Doers:
    """The subject and the object of a clause, with the verbs between them."""

    def __init__(self, configuration: Configuration, it: str) -> None:
        is_plural = configuration.strategy in NAMED_AFTER_WORKERS and configuration.workers != 1
        s, do = ("", "don't") if is_plural else ("s", "doesn't")
        self.speed_up = f"{configuration.doers} speed{s} {it} up"
        self.do_not = f"{configuration.doers} {do} speed {it} up"
        self.slow_down = f"{configuration.doers} slow{s} {it} down"


def _clause(doers: _Doers, found: Mapping[Reading, Sequence[CellResult]]) -> str:
    """Say what one configuration does on each interpreter: first the gains, last what is unclear."""
    gains, level, harms, unclear = (
        found.get(one, ()) for one in (Reading.GAIN, Reading.LEVEL, Reading.HARM, Reading.UNCLEAR)
    )
    said = [f"{doers.speed_up} {_ratios(gains)}"] if gains else []
    if level:
        said.append(f"not on {_names(level)}" if said else f"{doers.do_not} on {_names(level)}")
    if harms:
        said.append(f"slower {_ratios(harms)}" if said else f"{doers.slow_down} {_ratios(harms)}")
    if unclear:
        where = f"unclear on {_names(unclear)}"
        said.append(where if said else f"whether {doers.speed_up} is {where}")
    return ", ".join(said)


def decided(cell: CellResult) -> Reading:
    """Read a speedup; without an interval, or with one that can't be, nothing is decided."""
    reading = read(cell)
    if reading is Reading.LEVEL:
        is_decided = cell.speedup.high <= NO_GAIN
    else:
        is_decided = cell.speedup.has_interval and reading in {Reading.GAIN, Reading.HARM}
    return reading if is_decided else Reading.UNCLEAR


def _ratios(cells: Sequence[CellResult]) -> str:
    """Name interpreters with their ratios."""
    return listed(
        [
            f"{number(cell.speedup.value)}x {span(cell.speedup.low, cell.speedup.high)} on {cell.interpreter}"
            for cell in cells
        ]
    )


def _names(cells: Iterable[CellResult]) -> str:
    return listed_by_family(cell.interpreter for cell in cells)


def values(results: Results) -> list[str]:
    """Say in which ways the function returned other values than on one thread of the baseline."""
    found, name = results.values, " and ".join(work.label for work in results.works)
    said = []
    if found.changing:
        said.append(f"`{name}` did not return the same values each time: {_ways(found.changing)}.")
    if found.differing:
        baseline = results.plan.baseline
        said.append(
            f"`{name}` returned other values than with one thread of {baseline}: {_ways(found.differing)}."
        )
    return said


def _ways(ways: Sequence[Way]) -> str:
    by_interpreter: dict[str, list[str]] = {}
    for way in ways:
        name = "one thread" if way.configuration.strategy is Strategy.SERIAL else way.configuration.doers
        by_interpreter.setdefault(way.interpreter, []).append(name)
    return "; ".join(f"{label} ({', '.join(names)})" for label, names in by_interpreter.items())
