"""Test what the share of the time at once decides beside speedups, on synthetic runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gilometer.analysis.claims.verdicts import Reason, Verdict
from gilometer.model import Role
from tests.analysis.claims.synthetic_runs import verdict, without, world
from tests.records import SERIAL, THREADS, interpreter, plan, work

if TYPE_CHECKING:
    from gilometer.analysis.claims.verdicts import ClaimResult

PYPY = interpreter("pypy-3.11")
JYTHON = interpreter("jython-2.7", gil=False)
FIB = work("fib")
TURNS = work("turns", "semantics", (SERIAL, THREADS))
OPEN = {"C6": 1.1, "C7": 1.05}
"""Gains on the margins of the claims, which decide nothing."""


def judged(claim: str, gain: float, at_once: float, role_lost: Role | None = None) -> ClaimResult:
    of = plan([PYPY if claim == "C6" else JYTHON], [FIB, TURNS])
    share = {("at once", "share of the time"): at_once}
    entries = world(of, threads={("", "fib"): gain}, observed=lambda _: share)
    return verdict(claim, of, without(entries, role_lost) if role_lost else entries)


@pytest.mark.parametrize(
    ("claim", "at_once", "expected"),
    [
        ("C6", 0.0, Verdict.HOLDS),
        ("C6", 0.04, Verdict.HOLDS),
        ("C6", 0.95, Verdict.REFUTED),
        ("C7", 0.0, Verdict.REFUTED),
        ("C7", 0.95, Verdict.NOT_ESTABLISHED),
    ],
)
def test_the_share_at_once_decides_where_speedups_do_not(claim, at_once, expected):
    """To run at once is no gain yet, so it never makes C7 hold."""
    found = judged(claim, OPEN[claim], at_once)
    assert found.verdict is expected
    if expected is not Verdict.NOT_ESTABLISHED:
        assert (found.deciding.workload, found.deciding.what) == ("turns", "at once")


@pytest.mark.parametrize(
    ("claim", "gain", "at_once", "expected"),
    [
        ("C6", 0.95, 0.0, Verdict.HOLDS),
        ("C6", 1.9, 0.95, Verdict.REFUTED),
        ("C7", 1.9, 0.95, Verdict.HOLDS),
        ("C7", 0.95, 0.0, Verdict.REFUTED),
        ("C7", 0.95, 0.95, Verdict.REFUTED),
    ],
)
def test_where_both_are_clear_the_speedup_is_named_first(claim, gain, at_once, expected):
    found = judged(claim, gain, at_once)
    assert (found.verdict, found.deciding.workload) == (expected, "fib")


@pytest.mark.parametrize(
    ("claim", "gain", "at_once"), [("C6", 1.9, 0.0), ("C6", 0.95, 0.95), ("C7", 1.9, 0.0)]
)
def test_two_ways_that_contradict_each_other_establish_nothing(claim, gain, at_once):
    found = judged(claim, gain, at_once)
    assert (found.verdict, found.deciding.why) == (Verdict.NOT_ESTABLISHED, Reason.CONTRARY)


@pytest.mark.parametrize("claim", ["C6", "C7"])
def test_that_none_ran_at_once_shows_nothing_without_a_capacity(claim):
    """One core that is left makes any threads take turns."""
    found = judged(claim, OPEN[claim], 0.0, Role.CAPACITY)
    reasons = [rule_result.deciding.why for rule_result in found.rule_results]
    assert found.verdict is Verdict.NOT_ESTABLISHED
    assert Reason.NO_CAPACITY in reasons


@pytest.mark.parametrize("claim", ["C6", "C7"])
def test_a_run_without_the_workload_is_judged_by_speedups_alone(claim):
    of = plan([PYPY if claim == "C6" else JYTHON], [FIB])
    found = verdict(claim, of, world(of))
    assert [one.deciding.workload for one in found.rule_results if one.deciding.workload] == ["fib"]
    assert found.verdict is (Verdict.HOLDS if claim == "C6" else Verdict.REFUTED)
