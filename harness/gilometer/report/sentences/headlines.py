"""Sentences computed from the results, with which the plots and the report begin.

They say what was measured and no more: a gain is one beyond the noise (``results.cells.read``), and
everything else is "no clear gain".
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilometer.analysis.claims.verdicts import Verdict
from gilometer.model import Strategy
from gilometer.plan.pairs import pairs
from gilometer.report.results.cells import CellResult, Reading, read
from gilometer.report.results.costs import free_of_gil
from gilometer.report.results.interpreters import Category, ShownInterpreter
from gilometer.report.sentences import costs
from gilometer.report.sentences.answer import answers
from gilometer.report.sentences.bending import unoptimised
from gilometer.report.sentences.certainty import caveat
from gilometer.report.sentences.cores import on_how_many_cores
from gilometer.report.sentences.names import MOST_NAMES
from gilometer.report.sentences.own import own_answer
from gilometer.report.sentences.same_binary import finding
from gilometer.report.sentences.text import (
    FEW_NAMES,
    counted,
    listed,
    noun,
    number,
    plural,
    sentence_case,
    span,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gilometer.model import Work
    from gilometer.report.results import Results
    from gilometer.report.results.comparisons import RelativeSpeed
    from gilometer.report.results.configurations import Configuration

CONTRAST = ("io", "cpu", "native")
"""The kinds of work that a headline contrasts."""


def headlines(results: Results) -> list[str]:
    """Say the main findings of the run: its answers, the strongest evidence, and the price.

    The last sentences say what bends them: few cores, and slow builds.
    """
    if results.plan.own:
        return own_answer(results)
    bent = (on_how_many_cores(results.manifest), unoptimised(results.plan))
    said = [*answered(results, MOST_NAMES), *evidence(results), *price(results), *bent]
    return [sentence for sentence in said if sentence]


def answered(results: Results, most_names: int) -> list[str]:
    """Give the answers, or if no claim gives one, the gains of threads."""
    return [*answers(results.verdicts, most_names)] or [f"{headline(results, Strategy.THREADS)}."]


def evidence(results: Results) -> list[str]:
    """Say what the GIL of the same binary changes, unless an answer says that it can't be told."""
    same = results.same_binary
    if same and (not answers(results.verdicts) or _is_established(results)):
        return [f"{finding(results, same)}."]
    return []


def price(results: Results) -> list[str]:
    """Say what interpreters without a GIL take with one thread, if there are any."""
    if results.costs and free_of_gil(results.costs.of):
        return [f"{costs.finding(results, results.costs)}."]
    return []


def _is_established(results: Results) -> bool:
    """Tell whether all binaries that ran with their GIL on and off have verdicts on threads for both."""
    sure = {
        (one.claim, one.interpreter)
        for one in results.verdicts
        if one.verdict in {Verdict.HOLDS, Verdict.REFUTED}
    }
    return all(
        {("C7", pair.off.label), ("C2", pair.on.label)} <= sure for pair in pairs(results.plan.interpreters)
    )


def headline(results: Results, strategy: Strategy) -> str:
    """Say for which kinds of work the strategy gains, and where."""
    configuration = results.widest(strategy)
    interpreters = [] if configuration is None else _measured(results, results.works, configuration)
    if configuration is None or not interpreters:
        return f"No speedup of {strategy.value} was measured"
    kinds = [kind for kind in CONTRAST if _measured(results, _of_kind(results, kind), configuration)]
    if not kinds:
        kinds = list(dict.fromkeys(work.kind for work in results.works))
    if len(interpreters) == 1:
        return _alone(results, configuration, interpreters[0], kinds)
    places: dict[str, list[str]] = {}
    for kind in kinds:
        places.setdefault(_where(results, configuration, kind), []).append(noun(kind))
    clauses = [f"{listed(nouns)} on {where}" for where, nouns in places.items()]
    return f"{strategy.value.capitalize()} speed up {'; '.join(clauses)}{caveat(results)}"


def comparison(results: Results, works: Sequence[Work]) -> str:
    """Say on how many interpreters each strategy gains, for some workloads of one kind."""
    kind = works[0].kind
    strategies = dict.fromkeys(configuration.strategy for configuration in results.configurations)
    widest = {
        strategy.value: configuration
        for strategy in strategies
        if (configuration := results.widest(strategy))
        and any(work in works for work in results.works_with(configuration))
    }
    gains = {
        name: sum(_gains(results, interpreter, works, configuration) for interpreter in results.present)
        for name, configuration in widest.items()
    }
    if len(results.present) == 1:
        yes = [name for name, count in gains.items() if count]
        no = [name for name, count in gains.items() if not count]
        said = [f"gains from {listed(yes)}"] if yes else []
        said += [f"no clear gain from {listed(no)}"] if no else []
        return (
            f"{sentence_case(noun(kind))} on {results.present[0].label}: {'; '.join(said)}{caveat(results)}"
        )
    clauses = [
        f"from {name} on {count or _none(results, works, widest[name])}" for name, count in gains.items()
    ]
    total = plural(len(results.present), "interpreter")
    return f"{sentence_case(noun(kind))} gains {listed(clauses)} of {total}{caveat(results)}"


def _none(results: Results, works: Sequence[Work], configuration: Configuration) -> str:
    """Say that no interpreter gains; not for certain, if one can't tell."""
    doubts = (_is_unclear(results, one, works, configuration) for one in results.present)
    return "none for certain" if any(doubts) else "none"


def speeds(relative: Iterable[RelativeSpeed], baseline: str) -> str:
    """Say which interpreters are fastest and slowest on one thread, of those that ran all workloads.

    Each is told from its slowest workload to its fastest: it may be faster in one and slower in another, and
    then a mean describes neither.
    """
    found: dict[str, list[float]] = {}
    for one in relative:
        found.setdefault(one.interpreter, []).append(one.speed.value)
    whole = max(len(values) for values in found.values())
    others = {label: values for label, values in found.items() if label != baseline and len(values) == whole}
    if not others:
        return f"No other interpreter ran all that {baseline} ran"
    fastest = max(others, key=lambda label: math.prod(others[label]))
    slowest = min(others, key=lambda label: math.prod(others[label]))
    said = f"On one thread {fastest} runs at {_from_to(others[fastest])} the speed of {baseline}"
    return said if slowest == fastest else f"{said}, {slowest} at {_from_to(others[slowest])}"


def _from_to(ratios: Sequence[float]) -> str:
    ends = dict.fromkeys(f"{number(end)}x" for end in (min(ratios), max(ratios)))
    return " to ".join(ends)


def curve(results: Results, works: Sequence[Work], ends_are: str) -> str:
    """Say how the gain from threads changes between the ends of a sweep, which ``ends_are`` names."""
    configuration = results.widest(Strategy.THREADS)
    clauses = []
    for category in (Category.GIL, Category.NO_GIL):
        ends = [_range_of(results, category, work, configuration) for work in (works[0], works[-1])]
        if all(ends):
            clauses.append(f"from {ends[0]} to {ends[1]} {category.value}")
    if not clauses:
        return "No curve of threads was measured at both its ends"
    return f"From {ends_are}, the gain from threads goes {listed(clauses)}{caveat(results)}"


def _range_of(results: Results, category: Category, work: Work, configuration: Configuration | None) -> str:
    """Write the least and the greatest speedup on the interpreters of a category; empty where none has one.

    They may differ in kind, and then a median is none of theirs.
    """
    found = [
        result.speedup.value
        for interpreter in results.present
        if interpreter.category is category
        and configuration
        and (result := results.at(interpreter, work, configuration))
        and result.is_measured
    ]
    ends = dict.fromkeys(number(end) for end in (min(found), max(found))) if found else ()
    return f"{'-'.join(ends)}x" if ends else ""


def by_workload(results: Results, configuration: Configuration, kind: str) -> list[str]:
    """Say for each workload of a kind where it gains, where it is slower, and the result of the rest."""
    return [
        sentence for work in _of_kind(results, kind) if (sentence := _of_work(results, work, configuration))
    ]


def _of_work(results: Results, work: Work, configuration: Configuration) -> str:
    parts = []
    for reading in (Reading.GAIN, Reading.HARM, Reading.LEVEL, Reading.UNCLEAR, Reading.DOUBTFUL):
        interpreters = [
            interpreter
            for interpreter in results.present
            if _readings(results, interpreter, [work], configuration) == {reading}
        ]
        if interpreters:
            parts.append(f"{reading.value} on {_with_ratios(results, interpreters, work, configuration)}")
    return f"{work.label}: {'; '.join(parts)}." if parts else ""


def _with_ratios(
    results: Results, interpreters: Sequence[ShownInterpreter], work: Work, configuration: Configuration
) -> str:
    cells = [results.cells[interpreter.label, work.label, configuration] for interpreter in interpreters]
    if len(interpreters) <= FEW_NAMES:
        pairs = zip(interpreters, cells, strict=True)
        return listed([f"{interpreter.label} ({_ratio(result)})" for interpreter, result in pairs])
    ratios = [result.speedup.value for result in cells]
    return f"{len(interpreters)} interpreters ({number(min(ratios))}x to {number(max(ratios))}x)"


def _ratio(result: CellResult) -> str:
    return f"{number(result.speedup.value)}x {span(result.speedup.low, result.speedup.high)}".strip()


def _alone(
    results: Results, configuration: Configuration, interpreter: ShownInterpreter, kinds: Sequence[str]
) -> str:
    gaining = [kind for kind in kinds if _gains(results, interpreter, _of_kind(results, kind), configuration)]
    gains = [noun(kind) for kind in gaining]
    others = [noun(kind) for kind in kinds if kind not in gaining]
    said = [f"speed up {listed(gains)}"] if gains else []
    said += [f"give no clear gain on {listed(others)}"] if others else []
    return f"On {interpreter.label}, {configuration.strategy.value} {'; they '.join(said)}{caveat(results)}"


def _where(results: Results, configuration: Configuration, kind: str) -> str:
    works = _of_kind(results, kind)
    interpreters = _measured(results, works, configuration)
    gains = [
        interpreter.label
        for interpreter in interpreters
        if _gains(results, interpreter, works, configuration)
    ]
    unclear = [
        interpreter
        for interpreter in interpreters
        if interpreter.label not in gains and _is_unclear(results, interpreter, works, configuration)
    ]
    told = [interpreter for interpreter in interpreters if interpreter not in unclear]
    if not unclear:
        return _of_told(told, gains)
    doubt = f"can't tell on {counted([interpreter.label for interpreter in unclear])}"
    return f"{_of_told(told, gains)} ({doubt})" if told else f"no interpreter for certain ({doubt})"


def _of_told(told: Sequence[ShownInterpreter], gains: Sequence[str]) -> str:
    """Say on which of the interpreters that have an answer there is a gain."""
    if not gains:
        return "no interpreter"
    if len(gains) < min(FEW_NAMES, len(told)):
        return f"{listed(gains)} only"
    if len(gains) == len(told):
        return gains[0] if len(told) == 1 else f"all {len(told)} interpreters"
    return _shares(told, gains)


def _is_unclear(
    results: Results, interpreter: ShownInterpreter, works: Sequence[Work], configuration: Configuration
) -> bool:
    """Tell whether a gain is neither shown nor ruled out, and no workload is slower."""
    readings = _readings(results, interpreter, works, configuration)
    return Reading.HARM not in readings and bool(readings & {Reading.UNCLEAR, Reading.DOUBTFUL})


def _shares(interpreters: Sequence[ShownInterpreter], gains: Sequence[str]) -> str:
    """Count how many gain, in each category if there are both."""
    categories = [
        category
        for category in Category
        if any(interpreter.category is category for interpreter in interpreters)
    ]
    if len(categories) == 1:
        return f"{len(gains)} of {len(interpreters)} interpreters"
    clauses = []
    for category in categories:
        members = {interpreter.label for interpreter in interpreters if interpreter.category is category}
        count = len(members & set(gains))
        share = "all" if count == len(members) else f"{count or 'none'} of"
        clauses.append(f"{share} {len(members)} {category.value}")
    return listed(clauses)


def _readings(
    results: Results, interpreter: ShownInterpreter, works: Sequence[Work], configuration: Configuration
) -> set[Reading]:
    """Read the speedups of some workloads.

    In a run with intervals, those that too few blocks gave none are left out, as in verdicts. If there are
    no others, nothing can be told.
    """
    cells = [result for work in works if (result := results.at(interpreter, work, configuration))]
    measured = [cell for cell in cells if cell.is_measured]
    certain = [cell for cell in measured if cell.speedup.has_interval or not results.has_intervals]
    return {read(cell) for cell in certain} or ({Reading.UNCLEAR} if measured else set())


def _gains(
    results: Results, interpreter: ShownInterpreter, works: Sequence[Work], configuration: Configuration
) -> bool:
    """Tell whether some of these workloads gain and none is slower; each has its own sentence besides."""
    readings = _readings(results, interpreter, works, configuration)
    return Reading.GAIN in readings and readings <= {Reading.GAIN, Reading.LEVEL, Reading.UNCLEAR}


def _measured(
    results: Results, works: Sequence[Work], configuration: Configuration
) -> list[ShownInterpreter]:
    return [
        interpreter
        for interpreter in results.present
        if any(results.reading(interpreter, work, configuration) is not Reading.NOTHING for work in works)
    ]


def _of_kind(results: Results, kind: str) -> list[Work]:
    return [work for work in results.works if work.kind == kind]
