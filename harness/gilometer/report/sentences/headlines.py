"""Sentences computed from the results: what the plots and the report say first.

They say what was measured and no more: a gain is one beyond the noise (``board.read``), and everything else
is "no clear gain".
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gilometer.analysis.claims.verdict import Verdict
from gilometer.model import Strategy
from gilometer.plan.pairs import pairs
from gilometer.report.results import Board, Group, Reading, Result, Spread, Subject, label_of
from gilometer.report.sections.same_binary import finding, same_binary
from gilometer.report.sentences.answer import answers
from gilometer.report.sentences.text import FEW_NAMES, listed, noun, number, plural, sentence_case, span

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from gilometer.analysis import Analysis
    from gilometer.model import Work

CONTRAST = ("io", "cpu", "native")
"""The kinds that a headline sets against each other."""


def headlines(analysis: Analysis, board: Board) -> list[str]:
    """Say the most that this run says: its answers, or what was found where no claim asks for one."""
    same = same_binary(analysis, board)
    said = list(answers(analysis.verdicts))
    strongest = [f"{finding(same)}."] if same and (not said or _is_established(analysis)) else []
    return [*(said or [f"{headline(board, Strategy.THREADS)}."]), *strongest]


def _is_established(analysis: Analysis) -> bool:
    """Whether each binary that ran with its GIL on and off has a verdict on threads both ways."""
    sure = {
        (one.claim, one.interpreter)
        for one in analysis.verdicts
        if one.verdict in {Verdict.HOLDS, Verdict.REFUTED}
    }
    return all(
        {("C7", pair.off.label), ("C2", pair.on.label)} <= sure for pair in pairs(analysis.plan.interpreters)
    )


def headline(board: Board, strategy: Strategy) -> str:
    """Say for which kinds of work the strategy gains, and where."""
    spread = board.widest(strategy)
    subjects = [] if spread is None else _measured(board, board.works, spread)
    if spread is None or not subjects:
        return f"No speedup of {strategy.value} was measured"
    kinds = [kind for kind in CONTRAST if _measured(board, _of_kind(board, kind), spread)]
    if not kinds:
        kinds = list(dict.fromkeys(work.kind for work in board.works))
    if len(subjects) == 1:
        return _alone(board, spread, subjects[0], kinds)
    places: dict[str, list[str]] = {}
    for kind in kinds:
        places.setdefault(_where(board, spread, kind), []).append(noun(kind))
    clauses = [f"{listed(nouns)} on {where}" for where, nouns in places.items()]
    return f"{strategy.value.capitalize()} speed up {'; '.join(clauses)}{board.caveat}"


def comparison(board: Board, works: Sequence[Work]) -> str:
    """Say on how many interpreters each strategy gains, for some workloads of one kind."""
    kind = works[0].kind
    strategies = dict.fromkeys(spread.strategy for spread in board.spreads)
    gains = {
        spread.strategy.value: sum(_gains(board, subject, works, spread) for subject in board.present)
        for strategy in strategies
        if (spread := board.widest(strategy)) and any(work in works for work in board.works_with(spread))
    }
    if len(board.present) == 1:
        yes = [name for name, count in gains.items() if count]
        no = [name for name, count in gains.items() if not count]
        said = [f"gains from {listed(yes)}"] if yes else []
        said += [f"no clear gain from {listed(no)}"] if no else []
        return f"{sentence_case(noun(kind))} on {board.present[0].label}: {'; '.join(said)}{board.caveat}"
    clauses = [f"from {name} on {count or 'none'}" for name, count in gains.items()]
    total = plural(len(board.present), "interpreter")
    return f"{sentence_case(noun(kind))} gains {listed(clauses)} of {total}{board.caveat}"


def speeds(relative: pd.DataFrame, baseline: str) -> str:
    """Say which interpreters are fastest and slowest on one thread, over the workloads that all ran."""
    logs: dict[str, list[float]] = {}
    for row in relative.to_dict("records"):
        logs.setdefault(label_of(row), []).append(math.log(row["speed"]))
    whole = max(len(values) for values in logs.values())
    means = {
        label: math.exp(sum(values) / whole)
        for label, values in logs.items()
        if label != baseline and len(values) == whole
    }
    if not means:
        return f"No other interpreter ran all that {baseline} ran"
    fastest = max(means, key=lambda label: means[label])
    slowest = min(means, key=lambda label: means[label])
    said = f"On one thread {fastest} runs at {number(means[fastest])}x the speed of {baseline}"
    return said if slowest == fastest else f"{said}, {slowest} at {number(means[slowest])}x"


def curve(board: Board, works: Sequence[Work], ends_are: str) -> str:
    """Say how the gain from threads changes between the ends of a sweep, which ``ends_are`` names."""
    spread = board.widest(Strategy.THREADS)
    clauses = []
    for group in (Group.GIL, Group.NO_GIL):
        ends = (
            [] if spread is None else [_middle(board, group, work, spread) for work in (works[0], works[-1])]
        )
        if ends and not np.isnan(ends).any():
            clauses.append(f"from {number(ends[0])}x to {number(ends[1])}x {group.value}")
    if not clauses:
        return "No curve of threads was measured at both its ends"
    return f"From {ends_are}, the gain from threads goes {listed(clauses)}{board.caveat}"


def _middle(board: Board, group: Group, work: Work, spread: Spread) -> float:
    """Median speedup over the interpreters of a group."""
    found = [
        result.speedup
        for subject in board.present
        if subject.group is group and (result := board.at(subject, work, spread)) and result.is_measured
    ]
    return float(np.median(found)) if found else float("nan")


def by_workload(board: Board, spread: Spread, kind: str) -> list[str]:
    """One sentence a workload of a kind: where it gains, where it is slower, and how the rest did."""
    return [sentence for work in _of_kind(board, kind) if (sentence := _of_work(board, work, spread))]


def _of_work(board: Board, work: Work, spread: Spread) -> str:
    parts = []
    for reading in (Reading.GAIN, Reading.HARM, Reading.LEVEL, Reading.DOUBTFUL):
        subjects = [subject for subject in board.present if board.reading(subject, work, spread) is reading]
        if subjects:
            parts.append(f"{reading.value} on {_with_ratios(board, subjects, work, spread)}")
    return f"{work.label}: {'; '.join(parts)}." if parts else ""


def _with_ratios(board: Board, subjects: Sequence[Subject], work: Work, spread: Spread) -> str:
    results = [board.results[subject.label, work.label, spread] for subject in subjects]
    if len(subjects) <= FEW_NAMES:
        pairs = zip(subjects, results, strict=True)
        return listed([f"{subject.label} ({_ratio(result)})" for subject, result in pairs])
    ratios = [result.speedup for result in results]
    return f"{len(subjects)} interpreters ({number(min(ratios))}x to {number(max(ratios))}x)"


def _ratio(result: Result) -> str:
    return f"{number(result.speedup)}x {span(result.speedup_low, result.speedup_high)}".strip()


def _alone(board: Board, spread: Spread, subject: Subject, kinds: Sequence[str]) -> str:
    gaining = [kind for kind in kinds if _gains(board, subject, _of_kind(board, kind), spread)]
    gains = [noun(kind) for kind in gaining]
    others = [noun(kind) for kind in kinds if kind not in gaining]
    said = [f"speed up {listed(gains)}"] if gains else []
    said += [f"give no clear gain on {listed(others)}"] if others else []
    return f"On {subject.label}, {spread.strategy.value} {'; they '.join(said)}{board.caveat}"


def _where(board: Board, spread: Spread, kind: str) -> str:
    works = _of_kind(board, kind)
    subjects = _measured(board, works, spread)
    gains = [subject.label for subject in subjects if _gains(board, subject, works, spread)]
    if not gains:
        return "no interpreter"
    if len(gains) == len(subjects):
        return f"all {len(subjects)} interpreters"
    if len(gains) < FEW_NAMES:
        return f"{listed(gains)} only"
    return _shares(subjects, gains)


def _shares(subjects: Sequence[Subject], gains: Sequence[str]) -> str:
    """Count how many gain, in each group if there are both."""
    groups = [group for group in Group if any(subject.group is group for subject in subjects)]
    if len(groups) == 1:
        return f"{len(gains)} of {len(subjects)} interpreters"
    clauses = []
    for group in groups:
        members = {subject.label for subject in subjects if subject.group is group}
        count = len(members & set(gains))
        share = "all" if count == len(members) else f"{count or 'none'} of"
        clauses.append(f"{share} {len(members)} {group.value}")
    return listed(clauses)


def _gains(board: Board, subject: Subject, works: Sequence[Work], spread: Spread) -> bool:
    """Whether some of these workloads gain and none is slower; each has a sentence of its own besides."""
    readings = {board.reading(subject, work, spread) for work in works} - {Reading.NOTHING}
    return Reading.GAIN in readings and readings <= {Reading.GAIN, Reading.LEVEL}


def _measured(board: Board, works: Sequence[Work], spread: Spread) -> list[Subject]:
    return [
        subject
        for subject in board.present
        if any(board.reading(subject, work, spread) is not Reading.NOTHING for work in works)
    ]


def _of_kind(board: Board, kind: str) -> list[Work]:
    return [work for work in board.works if work.kind == kind]
