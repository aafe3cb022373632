"""Whatever the results: no sentence claims more than the verdicts and the rows that it is made of.

The results are random. What a sentence may claim is worked out here anew, from the verdicts and the readings.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from gilometer.analysis import analyse
from gilometer.analysis.claims.verdicts import Basis, ClaimResult, Reason, RuleResult, Verdict, WorkloadResult
from gilometer.claims.claim import Speedup
from gilometer.model import Alternative, Estimate, Outcome, Strategy
from gilometer.report.results import results_of
from gilometer.report.results.cells import Reading, read
from gilometer.report.results.comparisons import RelativeSpeed
from gilometer.report.results.configurations import Configuration
from gilometer.report.results.interpreters import Category, ShownInterpreter
from gilometer.report.results.observations import ObservedValue
from gilometer.report.results.timeline import Lanes, Timeline
from gilometer.report.sections.semantics import TAKING_TURNS, of_gil_release
from gilometer.report.sentences.answer import answers
from gilometer.report.sentences.headlines import by_workload, comparison, curve, headline, headlines, speeds
from gilometer.report.sentences.text import number
from gilometer.report.sentences.timeline import finding
from tests.records import World, interpreter, manifest, plan, run, work
from tests.report.worlds import semantics, usual

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.report.results import Results
    from gilometer.report.results.cells import CellResult

NAMES = ("ape-1.0", "bee-1.0", "cat-1.0", "dog-1.0", "elk-1.0", "fox-1.0")
"""Each of a family of its own, so that no list of them has a range."""
FREE = {"elk-1.0", "fox-1.0"}
RULE = Speedup(kinds=("cpu",), strategy=Strategy.THREADS, expected=Alternative.ABOVE)
YES = {
    ("C1", "holds"),
    ("C2", "refuted"),
    ("C7", "holds"),
    ("C16", "holds"),
    ("C4", "holds"),
}
NO = {
    ("C1", "refuted"),
    ("C2", "holds"),
    ("C7", "refuted"),
    ("C16", "refuted"),
    ("C4", "refuted"),
}
CLAIMS_OF = {
    "Do threads speed up waiting?": {"C1"},
    "Do threads speed up pure Python?": {"C2", "C7"},
    "Do threads speed up native code that lets the GIL go?": {"C16"},
    "Do processes speed up what computes?": {"C4"},
}
many = settings(max_examples=100, deadline=None)


def base() -> Results:
    """One workload on all, to be filled with other cells."""
    of = manifest(plan([interpreter(name, gil=name not in FREE) for name in NAMES], [work("fib")]))
    return results_of(of, analyse(of, run(of.plan, World(spread=0), 3)))


BASE = base()
THREADS = Configuration(Strategy.THREADS, 2)


# --- verdicts ---------------------------------------------------------------------------------


@st.composite
def verdicts(draw: st.DrawFn) -> tuple[ClaimResult, ...]:
    """Verdicts of some claims on some interpreters; two claims may be on one, and contradict each other."""
    claims = st.sampled_from(sorted({claim for own in CLAIMS_OF.values() for claim in own} | {"C9"}))
    pairs = draw(st.lists(st.tuples(claims, st.sampled_from(NAMES)), unique=True, max_size=20))
    return tuple(
        judged(*pair, draw(st.sampled_from(Verdict)), draw(st.sampled_from(Reason))) for pair in pairs
    )


def judged(claim: str, label: str, verdict: Verdict, why: Reason) -> ClaimResult:
    result = WorkloadResult(verdict, why if verdict is Verdict.NOT_ESTABLISHED else Reason.FIGURE)
    return ClaimResult(
        claim, label, verdict, Basis.ONE_BUILD, (RuleResult(RULE, verdict, (result,), result),)
    )


def told(sentence: str, found: Sequence[ClaimResult]) -> dict[str, set[str]]:
    """The interpreters that an answer names, by what it says of them; "all" are those with a verdict."""
    question, _, said = sentence.partition("? ")
    own = CLAIMS_OF[f"{question}?"]
    asked = {
        one.interpreter for one in found if one.claim in own and one.verdict is not Verdict.NOT_APPLICABLE
    }
    named: dict[str, set[str]] = {}
    for clause in said.rstrip(".").split("; "):
        answer, _, names = clause.partition(" on ")
        count = re.fullmatch(r"all (\d+) interpreters", names)
        named[answer.lower()] = asked if count else set(re.split(", | and ", names))
        assert not count or len(asked) >= int(count[1])
    return named


@many
@given(verdicts())
def test_an_interpreter_is_under_yes_or_no_only_by_a_verdict_that_bears_it(found):
    for sentence in answers(found):
        own = CLAIMS_OF[sentence[: sentence.index("?") + 1]]
        borne = {
            answer: {
                one.interpreter for one in found if one.claim in own and (one.claim, one.verdict) in bearing
            }
            for answer, bearing in (("yes", YES), ("no", NO))
        }
        named = told(sentence, found)
        if found_all := re.search(r" on all (\d+)", sentence):
            count = int(found_all[1])
            assert all(count <= len(borne[answer]) for answer in named if answer in borne)
            continue
        assert named.get("yes", set()) <= borne["yes"] - borne["no"]
        assert named.get("no", set()) <= borne["no"] - borne["yes"]


@many
@given(verdicts())
def test_the_headlines_of_page_and_terminal_are_these_answers(found):
    said = headlines(replace(usual_results(), verdicts=found))
    assert [one for one in said if "? " in one] == list(answers(found))


@cache
def usual_results() -> Results:
    return results_of(*usual())


@cache
def semantic_results() -> Results:
    return results_of(*semantics())


# --- cells ------------------------------------------------------------------------------------

ratios = st.floats(0.2, 3.0)


@st.composite
def estimates(draw: st.DrawFn) -> Estimate:
    """A ratio with an interval around it, or after one block, none."""
    value = draw(ratios)
    if draw(st.booleans()):
        return Estimate(value)
    return Estimate(value, value * draw(st.floats(0.3, 1.0)), value * draw(st.floats(1.0, 3.0)))


@st.composite
def filled(draw: st.DrawFn) -> list[CellResult]:
    """Random cells of the same interpreters, some of which failed or are not there."""
    return [cell for old in BASE.cells.values() if (cell := draw(cells_like(old)))]


def having(cells: Sequence[CellResult]) -> Results:
    return replace(BASE, cells={(one.interpreter, one.workload, one.configuration): one for one in cells})


@st.composite
def cells_like(draw: st.DrawFn, old: CellResult) -> CellResult | None:
    if draw(st.integers(0, 9)) == 0:
        return None
    outcome = draw(st.sampled_from([Outcome.OK] * 5 + [Outcome.UNSUPPORTED, Outcome.CRASHED]))
    noise = draw(st.sampled_from([math.nan, 1.02, 1.2]))
    q = draw(st.sampled_from([0.0, 0.01, 0.5]))
    return replace(old, outcome=outcome, speedup=draw(estimates()), speedup_q=q, noise=noise)


def reading_of(results: Results, label: str, configuration: Configuration) -> Reading:
    """What a sentence may say of a cell: beside intervals, what has none tells nothing."""
    cell = results.cells.get((label, "fib", configuration))
    if cell is None or not cell.is_measured:
        return Reading.NOTHING
    return read(cell) if cell.speedup.has_interval or not results.has_intervals else Reading.UNCLEAR


def with_reading(results: Results, *readings: Reading) -> set[str]:
    return {name for name in NAMES if reading_of(results, name, THREADS) in readings}


@many
@given(filled())
def test_the_title_of_the_picture_counts_and_names_only_what_gains(cells):
    results = having(cells)
    said = headline(results, Strategy.THREADS)
    gains = with_reading(results, Reading.GAIN)
    named = {name for name in NAMES if name in said.partition(" (can't tell")[0]}
    if re.match(r"On \S+, threads speed up", said) or said.endswith(" only"):
        assert named <= gains
    for claimed in re.findall(r"all (\d+) interpreters", said):
        assert int(claimed) <= len(gains)
    for many_gain, of in re.findall(r"(?:^| )(\d+) of (\d+) interpreters", said):
        assert int(many_gain) == len(gains) <= int(of)
    for many_gain, of, category in re.findall(r"(none of|all|\d+ of) (\d+) (with a|without a) GIL", said):
        own = {name for name in gains if (name in FREE) == (category == "without a")}
        counted = {"none of": 0, "all": int(of)}.get(many_gain) if many_gain in {"none of", "all"} else None
        assert len(own) == (int(many_gain.split()[0]) if counted is None else counted)
    if "no interpreter" in said:
        assert not gains


@many
@given(filled())
def test_counts_of_strategies_agree_with_the_rows(cells):
    results = having(cells)
    said = comparison(results, results.works)
    for strategy, count in re.findall(r"from (threads|processes) on (\d+|none)", said):
        configuration = Configuration(Strategy(strategy), 2)
        gaining = sum(reading_of(results, name, configuration) is Reading.GAIN for name in NAMES)
        assert gaining == (0 if count == "none" else int(count))


@many
@given(filled())
def test_each_workload_has_every_interpreter_under_its_own_reading(cells):
    results = having(cells)
    for sentence in by_workload(results, THREADS, "cpu"):
        for clause in sentence.removeprefix("fib: ").rstrip(".").split("; "):
            reading, _, names = clause.partition(" on ")
            own = with_reading(results, Reading(reading))
            named = set(re.findall(r"[a-z]+-1\.0", names))
            assert own == named or names.startswith(f"{len(own)} interpreters (")


# --- means and medians ------------------------------------------------------------------------


@many
@given(st.lists(ratios, min_size=2, max_size=4))
def test_a_speed_is_told_by_its_ends_and_by_no_mean(found):
    rows = [RelativeSpeed("pypy", f"w{index}", Estimate(ratio)) for index, ratio in enumerate(found)]
    rows += [RelativeSpeed("base", one.workload, Estimate(1.0)) for one in rows]
    ends = {f"{number(min(found))}x", f"{number(max(found))}x"}
    assert set(re.findall(r"[\d.]+x", speeds(rows, "base"))) == ends


@many
@given(st.lists(ratios, min_size=4, max_size=4), st.lists(ratios, min_size=2, max_size=2))
def test_a_curve_is_told_by_ranges_in_which_all_its_rows_are(locked, free):
    cells = dict(BASE.cells)
    for name, ratio in zip(NAMES, [*locked, *free], strict=True):
        key = (name, "fib", THREADS)
        cells[key] = replace(cells[key], speedup=Estimate(ratio))
    said = curve(replace(BASE, cells=cells), BASE.works, "one to another")
    for of, category in ((locked, "with a GIL"), (free, "without a GIL")):
        ends = "-".join(dict.fromkeys(number(end) for end in (min(of), max(of))))
        assert f"from {ends}x to {ends}x {category}" in said


shares = st.floats(0.0, 1.0)


@many
@given(st.lists(shares, min_size=1, max_size=3), st.lists(shares, max_size=3))
def test_threads_take_turns_or_run_at_once_only_if_all_lanes_show_it(locked, free):
    lanes = [
        Lanes(ShownInterpreter(f"{category.value[:5]}{index}", category), share, 0.0, ())
        for category, own in ((Category.GIL, locked), (Category.NO_GIL, free))
        for index, share in enumerate(own)
    ]
    said = finding(Timeline(THREADS, tuple(lanes)))
    if "take turns" in said:
        assert max(locked) <= 0.1
    if re.search(r"run at once$", said):
        assert min(free) >= 0.5


CALLS = ("sleep", "sha256", "re")


@many
@given(st.lists(st.tuples(shares, shares, shares), min_size=2, max_size=2))
def test_another_thread_runs_beside_a_call_only_if_it_does_on_every_interpreter(found):
    results = semantic_results()
    (released,) = results.observations.of_script("gil_release")
    locked = [one for one in results.present if one.category is Category.GIL][:2]
    by_cell = {
        (one.label, released.label, configuration): {
            call: ObservedValue(call, "share of its speed alone", Estimate(share), 5)
            for call, share in zip(CALLS, own, strict=True)
        }
        for one, own in zip(locked, found, strict=True)
        for configuration in results.observations.configurations[released.label]
    }
    seen = replace(results.observations, by_cell=by_cell)
    said = of_gil_release(replace(results, observations=seen), released)
    beside, _, not_beside = said.partition("not beside ")
    for call, own in zip(CALLS, zip(*found, strict=True), strict=True):
        if call in not_beside or "no other thread" in said:
            assert max(own) <= TAKING_TURNS
        elif call in beside.partition("on some interpreters only")[0] and "on some" not in beside:
            assert min(own) > TAKING_TURNS
