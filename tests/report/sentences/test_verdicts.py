from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from gilometer.analysis.claims.verdicts import Basis, ClaimResult, Reason, RuleResult, Verdict, WorkloadResult
from gilometer.claims.claim import Concerns
from gilometer.claims.reading import claims, parse
from gilometer.model import Alternative, Estimate
from gilometer.report.sentences.verdicts import DOUBTS, OBSTACLES, concerned, sentence
from gilometer.stats.modes import Mode
from tests.report.worlds import matrix, usual


def rule(text: str) -> str:
    return f'sentence = "so it is"\n[[tests]]\n{text}'


SPEEDUP = rule('type = "speedup"\nstrategy = "threads"\nkinds = ["cpu"]\nexpected = "not above"')
HYBRID = rule('type = "speedup"\nstrategy = "hybrid"\nover = "threads"\nkinds = ["cpu"]\nexpected = "above"')
EFFICIENCY = rule('type = "efficiency"\nstrategy = "threads"\nkinds = ["cpu"]\nexpected = "below"')
START = rule(
    'type = "start"\nstrategy = "subinterpreters"\nover = "processes"\nkinds = ["cpu"]\nexpected = "above"'
)
PRICE = rule('type = "overhead"\nkinds = ["cpu"]\nexpected = "above"')
FALL = rule(
    'type = "decline"\nstrategy = "threads"\nworkloads = ["mixed"]\nparameter = "cpu"\nstart = 0\nend = 1'
)
GC = rule('type = "fact"\nfact = "gc"\nvalue = "tracing"')
LESS = "less than the machine can give"
OBSERVATION = rule(
    'type = "observation"\nworkloads = ["convoy"]\nwhat = "delay"\nexpected = "above"\nthreshold = 1'
)
LOST = rule(
    'type = "observation"\nworkloads = ["lost_updates"]\nstrategy = "threads"\nwhat = "counter lost"\n'
    'expected = "above"\nthreshold = 0.001'
)


def measured(why: Reason = Reason.FIGURE, stands: Alternative | None = None) -> WorkloadResult:
    verdict = Verdict.HOLDS if stands else Verdict.NOT_ESTABLISHED
    return WorkloadResult(
        verdict,
        why,
        stands,
        workload="fib",
        workers=2,
        ratio=0.97,
        low=0.94,
        high=1.01,
        band=1.2,
        q=0.08,
        blocks=5,
        capacity=1.04,
    )


def said(text: str, *findings: WorkloadResult) -> str:
    claim = parse("C16.toml", text)
    deciding = findings[-1]
    rule_result = RuleResult(claim.tests[0], deciding.verdict, findings, deciding)
    found = ClaimResult("C16", "cpython-3.13", deciding.verdict, Basis.ONE_BUILD, (rule_result,))
    return sentence(found, claim).removeprefix("On cpython-3.13, ")


@pytest.mark.parametrize(
    ("text", "stands", "expected"),
    [
        (
            SPEEDUP,
            Alternative.NOT_ABOVE,
            "2 threads run fib at 0.97x the speed of one [0.94, 1.01]: no faster.",
        ),
        (SPEEDUP, Alternative.BELOW, "2 threads run fib at 0.97x the speed of one [0.94, 1.01]: slower."),
        (
            HYBRID,
            Alternative.ABOVE,
            "hybrid with 2 workers runs fib at 0.97x the speed of threads [0.94, 1.01]: faster.",
        ),
        (
            EFFICIENCY,
            Alternative.BELOW,
            f"2 threads run fib at 0.97x the speed of 2 independent processes [0.94, 1.01]: {LESS}.",
        ),
        (
            START,
            Alternative.ABOVE,
            "2 subinterpreters start 0.97x as fast as processes for fib [0.94, 1.01]: faster.",
        ),
        (
            PRICE,
            Alternative.ABOVE,
            "one thread without the GIL takes 0.97x as long for fib [0.94, 1.01]: slower.",
        ),
    ],
)
def test_a_ratio_is_told_with_its_interval_and_its_meaning(text, stands, expected):
    assert said(text, measured(stands=stands)) == expected


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (Reason.FEW_BLOCKS, "5 blocks, too few for an interval"),
        (Reason.NO_TWIN, "how noisy that is was not measured"),
        (Reason.DOUBTFUL, "more than 2 workers can give"),
        (Reason.NO_CAPACITY, "but independent processes reached 1.04x, so perhaps nothing could"),
        (Reason.CHANCE, "perhaps by chance, among as many ratios (q = 0.08)"),
        (Reason.NOISE, "not clear of the noise, which reaches 1.20x"),
        (Reason.WIDE, "too uncertain to tell"),
        (Reason.EARLY, "too uncertain to tell after 5 blocks"),
    ],
)
def test_why_a_ratio_decides_nothing(why, words):
    assert (
        said(SPEEDUP, measured(why)) == f"2 threads run fib at 0.97x the speed of one [0.94, 1.01]: {words}."
    )


@pytest.mark.parametrize(
    ("why", "detail", "words"),
    [
        (Reason.LACKING, "no\nfork", "fib can't run this way (no fork)."),
        (Reason.FAILED, "crashed: \x1b[31mboom", r"fib was not ok (crashed: \x1b[31mboom)."),
        (Reason.UNSTEADY, "", "fib has no steady time."),
        (Reason.FEW_BLOCKS, "", "fib was never measured beside what it is compared with."),
        (Reason.NOT_REACHED, "the budget was spent before it", "fib was not reached."),
    ],
)
def test_why_there_is_no_ratio(why, detail, words):
    finding = WorkloadResult(Verdict.NOT_ESTABLISHED, why, detail=detail, workload="fib")
    assert said(SPEEDUP, finding) == words


def test_what_needs_another_half_says_so():
    finding = WorkloadResult(Verdict.NOT_APPLICABLE, Reason.ONE_HALF)
    assert said(PRICE, finding) == "the same binary was not measured with a GIL."


def test_what_was_not_measured_says_so():
    absent = WorkloadResult(Verdict.NOT_ESTABLISHED, Reason.UNMEASURED)
    assert said(OBSERVATION, absent) == "convoy was not measured."
    assert said(SPEEDUP, absent) == "what this takes was not measured."


def test_beside_what_is_missing_stands_what_was_measured():
    absent = WorkloadResult(Verdict.NOT_ESTABLISHED, Reason.UNMEASURED, workload="objects")
    assert said(EFFICIENCY, measured(stands=Alternative.NOT_BELOW), absent).endswith(
        "[0.94, 1.01]: about what the machine can give; but objects was not measured."
    )


def left_out(why: Reason, workload: str) -> WorkloadResult:
    return WorkloadResult(Verdict.NOT_ESTABLISHED, why, workload=workload)


def test_a_verdict_names_what_it_was_given_without():
    others = [left_out(Reason.NOT_REACHED, "nbody"), left_out(Reason.FEW_BLOCKS, "json")]
    others.append(left_out(Reason.NOT_REACHED, "objects"))
    assert said(SPEEDUP, *others, measured(stands=Alternative.BELOW)).endswith(
        "[0.94, 1.01]: slower; not reached: nbody and objects; in too few blocks: json."
    )


def test_a_verdict_that_nothing_gives_names_what_is_missing_once():
    assert said(SPEEDUP, left_out(Reason.NOT_REACHED, "nbody")) == "nbody was not reached."


def test_an_end_of_a_sweep_is_not_left_out():
    found = said(FALL, measured(stands=Alternative.ABOVE), left_out(Reason.NOT_REACHED, "mixed:cpu=1"))
    assert found.endswith("[0.94, 1.01]: faster; but mixed:cpu=1 was not reached.")


def seen(why: Reason = Reason.FIGURE, stands: Alternative | None = None) -> WorkloadResult:
    verdict = Verdict.HOLDS if stands else Verdict.NOT_ESTABLISHED
    return WorkloadResult(
        verdict,
        why,
        stands,
        workload="convoy",
        what="delay",
        unit="ms",
        value=5.02,
        low=4.95,
        high=5.1,
        q=0.08,
        blocks=6,
    )


def test_what_was_observed_is_told_with_its_unit_and_interval():
    assert said(OBSERVATION, seen(stands=Alternative.ABOVE)) == (
        'in convoy, "delay" is 5.02 ms [4.95, 5.10]: above 1 ms.'
    )
    assert said(OBSERVATION + '\nminus = "delay alone"', seen(stands=Alternative.NOT_ABOVE)) == (
        'in convoy, "delay" is 5.02 ms [4.95, 5.10] more than "delay alone": not above 1 ms.'
    )


def test_what_was_observed_of_a_strategy_names_it():
    lost = WorkloadResult(
        Verdict.HOLDS,
        Reason.FIGURE,
        Alternative.ABOVE,
        workload="lost_updates",
        workers=2,
        what="counter lost",
        unit="share",
        value=0.41,
        low=0.38,
        high=0.44,
        blocks=6,
    )
    assert said(LOST, lost) == (
        'in lost_updates with 2 threads, "counter lost" is 41% [38%, 44%]: above 0.1%.'
    )


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (Reason.FEW_BLOCKS, "6 blocks, too few for an interval"),
        (Reason.WIDE, "too uncertain to tell"),
        (Reason.CHANCE, "perhaps by chance, among as many ratios (q = 0.08)"),
    ],
)
def test_why_an_observation_decides_nothing(why, words):
    assert said(OBSERVATION, seen(why)).endswith(f"[4.95, 5.10]: {words}; above 1 ms is expected.")


def test_losses_of_some_processes_are_told_by_processes():
    lost = replace(seen(stands=Alternative.ABOVE), detail="seen in 2 of 6 processes")
    assert said(OBSERVATION, lost).endswith("[4.95, 5.10]: seen in 2 of 6 processes.")


def test_what_was_not_seen_may_still_happen():
    none = WorkloadResult(
        Verdict.NOT_ESTABLISHED,
        Reason.NONE_SEEN,
        workload="lost_updates",
        workers=2,
        what="counter lost",
        unit="share",
        value=0.0,
        blocks=6,
    )
    assert said(LOST, none) == (
        'in lost_updates with 2 threads, "counter lost" was 0% in all 6 processes: none seen, '
        "which does not show that it can't happen."
    )


def test_a_claim_whose_tests_are_about_others_names_these():
    tests = "".join(
        f'[[tests]]\ntype = "fact"\nfact = "gil"\nvalue = true\nconcerns = {{ {condition} }}\n'
        for condition in ('gc = "tracing"', "gil = false", "gil = false")
    )
    claim = parse("C16.toml", f'sentence = "so it is"\n{tests}')
    found = ClaimResult("C16", "cpython-3.13", Verdict.NOT_APPLICABLE, Basis.ONE_BUILD)
    assert sentence(found, claim) == (
        "C16 is about interpreters whose collector traces and interpreters without a GIL, "
        "and not about cpython-3.13."
    )


@pytest.mark.parametrize(
    ("verdict", "words"),
    [(Verdict.HOLDS, "the collector is tracing."), (Verdict.REFUTED, "the collector is not tracing.")],
)
def test_a_fact_is_told(verdict, words):
    assert said(GC, WorkloadResult(verdict, Reason.FIGURE)) == words


@pytest.mark.parametrize(
    ("concerns", "words"),
    [
        (Concerns(gil=True), "interpreters with a GIL"),
        (Concerns(gil=False), "interpreters without a GIL"),
        (Concerns(implementations=("pypy",)), "PyPy"),
        (Concerns(gil=True, gc="refcount"), "interpreters with a GIL that count references"),
        (Concerns(implementations=("jython", "ironpython", "stranger")), "Jython, IronPython and stranger"),
    ],
)
def test_whom_a_claim_is_about(concerns, words):
    assert concerned(concerns) == words


def test_a_claim_about_others_says_about_whom():
    claim = next(one for one in claims() if one.id == "C2")
    found = ClaimResult("C2", "jython-2.7", Verdict.NOT_APPLICABLE, Basis.ONE_BUILD)
    assert sentence(found, claim) == "C2 is about interpreters with a GIL, and not about jython-2.7."


def test_a_fall_is_told_by_both_its_ends_and_where_it_ends():
    claim = next(one for one in claims() if one.id == "C3")
    found = next(one for one in usual()[1].verdicts if one.claim == "C3" and one.verdict is Verdict.HOLDS)
    assert re.fullmatch(
        r"On cpython-3\.\d+, 2 threads run mixed:cpu=0 at 1\.9\dx the speed of one \[.+\], and mixed:cpu=1 "
        r"at \S+x \[.+\]: the gain ends at about cpu=0\.\d+\.",
        sentence(found, claim),
    )


def test_two_rules_make_one_sentence():
    claim = next(one for one in claims() if one.id == "C6")
    found = next(one for one in matrix()[1].verdicts if (one.claim, one.interpreter) == ("C6", "pypy-3.11"))
    assert sentence(found, claim).endswith(": no faster; the collector is tracing.")


def test_every_reason_has_words():
    said_elsewhere = {Reason.FIGURE, Reason.OTHERS, Reason.NONE_SEEN}
    assert set(DOUBTS) | set(OBSTACLES) | said_elsewhere == set(Reason)


def test_a_speedup_is_said_with_the_cores_that_it_had():
    one = replace(measured(stands=Alternative.NOT_ABOVE), concurrency=Estimate(1.0, 0.99, 1.02))
    assert said(SPEEDUP, one) == (
        "2 threads run fib at 0.97x the speed of one [0.94, 1.01], with 1.00x its cores [0.99, 1.02]: "
        "no faster."
    )
    doubtful = replace(one, stands=None, why=Reason.NO_CONCURRENCY, verdict=Verdict.NOT_ESTABLISHED)
    assert said(SPEEDUP, doubtful).endswith(
        "but its 2 workers did not run at once, so something else makes it faster."
    )


def test_a_speedup_with_modes_is_said_by_its_modes_and_no_mean_of_them():
    two = replace(measured(Reason.WIDE), blocks=50, modes=(Mode(2.5, 0.6), Mode(0.2, 0.4)))
    assert said(SPEEDUP, two) == (
        "2 threads run fib at 2.50x (in 60% of 50 blocks) or 0.20x (40%) the speed of one: "
        "too uncertain to tell."
    )
    three = replace(two, modes=(Mode(2.5, 0.52), Mode(0.95, 0.24), Mode(0.2, 0.24)))
    assert "at 2.50x (in 52% of 50 blocks), 0.95x (24%) or 0.20x (24%) the speed of one" in said(
        SPEEDUP, three
    )
