"""What the claims that come with Gilometer ask of a run's ratios."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from gilometer.claims.reading import claims, parse
from gilometer.model import Aim, Alternative, Cell, Rank, Strategy
from gilometer.plan.aims import HEADLINE, Aims
from tests import records

WITH_GIL = records.interpreter("cpython-3.13")
WITHOUT = records.interpreter("cpython-3.13t", gil=False)
SAME_WITH_GIL = records.interpreter("cpython-3.13t", "+gil")
PYPY = records.interpreter("pypy-3.11")
EVERYONE = (WITH_GIL, SAME_WITH_GIL, WITHOUT, PYPY)

SLEEP = records.work("sleep", "io")
FIB = records.work("fib")
SHA256 = records.work("sha256", "native")
TURNS = records.work("turns", "semantics", (Strategy.SERIAL, Strategy.THREADS))
OTHERS = (
    records.work("http_api", "io"),
    records.work("objects"),
    records.work("compress", "native"),
    records.work("fetch_transform", "mixed", (*records.STRATEGIES, Strategy.HYBRID)),
    *(records.work(f"mixed:cpu={share}", "mixed", cpu=share) for share in ("0", "0.5", "1")),
    records.work("lost_updates", "semantics"),
)


def aims(interpreters=(WITH_GIL,), works=(SLEEP, FIB, SHA256), workers=(2,)) -> tuple[Aim, ...]:
    cells = records.cells_of([(one.name, one.variant) for one in interpreters], works, workers)
    return Aims(interpreters, works, cells).of(claims())


def of_claim(claim: str, *args: object, **settings: object) -> list[Aim]:
    return [aim for aim in aims(*args, **settings) if aim.claim == claim]


def asked(found, rank: Rank, label: str) -> list[tuple[str, str]]:
    return [
        (aim.claim, aim.over.workload)
        for aim in found
        if aim.rank is rank and aim.over.interpreter_label == label
    ]


# --- in which order -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "headline"),
    [
        ("cpython-3.13", [("C1", "sleep"), ("C2", "fib"), ("C16", "sha256"), ("C4", "fib")]),
        ("cpython-3.13t", [("C1", "sleep"), ("C7", "fib"), ("C16", "sha256"), ("C4", "fib")]),
        ("pypy-3.11", [("C1", "sleep"), ("C2", "fib"), ("C6", "fib"), ("C16", "sha256"), ("C4", "fib")]),
    ],
)
def test_whether_threads_help_and_processes_rescue_comes_first_by_one_workload_of_each_kind(label, headline):
    found = aims(EVERYONE, (*OTHERS, SLEEP, FIB, SHA256))
    assert asked(found, Rank.HEADLINE, label) == headline


def test_the_same_by_all_other_workloads_comes_next():
    assert asked(aims(works=(SLEEP, FIB, SHA256, *OTHERS)), Rank.EVIDENCE, "cpython-3.13") == [
        ("C1", "http_api"),
        ("C2", "objects"),
        ("C16", "compress"),
        ("C4", "sha256"),
        ("C4", "objects"),
        ("C4", "compress"),
    ]


def test_all_other_claims_come_last():
    found = aims(EVERYONE, (SLEEP, FIB, SHA256, *OTHERS))
    assert [aim.rank for aim in found] == sorted(aim.rank for aim in found)
    last = {aim.claim for aim in found if aim.rank is Rank.OTHERS}
    assert last == {"C3", "C5", "C8", "C9", "C17"}
    assert {aim.claim for aim in found if aim.rank is not Rank.OTHERS} == set(HEADLINE)


def test_where_none_does_one_thing_alone_the_first_of_its_kind_stands_for_it():
    found = aims(works=(records.work("objects"), records.work("nbody")))
    assert asked(found, Rank.HEADLINE, "cpython-3.13") == [("C2", "objects"), ("C4", "objects")]
    assert asked(found, Rank.EVIDENCE, "cpython-3.13") == [("C2", "nbody"), ("C4", "nbody")]


def test_that_processes_rescue_is_asked_first_of_pure_python():
    """Where only native code is measured, all that is known is evidence."""
    assert {aim.rank for aim in of_claim("C4", works=(SHA256,))} == {Rank.EVIDENCE}


# --- of which cells -------------------------------------------------------------------------


def test_a_speedup_is_over_serial_with_the_most_workers_and_bounded_by_capacity():
    (one,) = of_claim("C2", works=(FIB,), workers=(2, 4))
    assert one == Aim(
        rank=Rank.HEADLINE,
        claim="C2",
        over=Cell("cpython-3.13", "", "fib", Strategy.SERIAL, 1),
        under=Cell("cpython-3.13", "", "fib", Strategy.THREADS, 4),
        alternative=Alternative.NOT_ABOVE,
        margin=1.1,
        is_bounded=True,
    )


def test_over_another_strategy_both_have_the_most_workers_that_they_share():
    work = records.work("fetch_transform", "mixed", (*records.STRATEGIES, Strategy.HYBRID))
    cells = [
        cell
        for cell in records.cells_of([("cpython-3.13", "")], (work,), (2, 3, 4))
        if (cell.strategy, cell.workers) != (Strategy.HYBRID, 4)
    ]
    found = [one for one in Aims((WITH_GIL,), (work,), cells).of(claims()) if one.claim == "C5"]
    assert [
        (one.over.strategy, one.over.workers, one.under.strategy, one.under.workers) for one in found
    ] == [
        ("threads", 3, "hybrid", 3),
        ("processes", 3, "hybrid", 3),
    ]
    assert not any(one.is_bounded for one in found)


@pytest.mark.parametrize(
    ("claim", "labels"),
    [
        ("C1", ["cpython-3.13", "cpython-3.13t+gil", "cpython-3.13t", "pypy-3.11"]),
        ("C2", ["cpython-3.13", "cpython-3.13t+gil", "pypy-3.11"]),
        ("C6", ["pypy-3.11"]),
        ("C7", ["cpython-3.13t"]),
    ],
)
def test_nobody_is_asked_what_a_claim_is_not_about(claim, labels):
    assert [one.over.interpreter_label for one in of_claim(claim, EVERYONE)] == labels


def test_nor_whom_a_rule_is_not_about():
    text = """
        sentence = "threads help some"

        [[tests]]
        type = "speedup"
        strategy = "threads"
        kinds = ["cpu"]
        expected = "above"
        concerns = { gil = false }
    """
    cells = tuple(records.cells_of([(one.name, one.variant) for one in EVERYONE], (FIB,)))
    found = Aims(EVERYONE, (FIB,), cells).of([parse("C99.toml", text)])
    assert [one.over.interpreter_label for one in found] == ["cpython-3.13t"]


def test_what_was_not_planned_is_not_asked():
    assert of_claim("C13", works=(FIB,)) == []
    serial = records.work("fib", "cpu", (Strategy.SERIAL,))
    assert aims(works=(serial,)) == ()


def test_the_price_of_no_gil_is_asked_of_the_same_binary_with_it():
    (one,) = of_claim("C9", EVERYONE, (FIB,))
    assert (one.over, one.under) == (
        Cell("cpython-3.13t", "", "fib", Strategy.SERIAL, 1),
        Cell("cpython-3.13t", "+gil", "fib", Strategy.SERIAL, 1),
    )
    assert (one.alternative, one.is_bounded) == (Alternative.ABOVE, False)
    assert of_claim("C9", (WITH_GIL, WITHOUT, PYPY), (FIB,)) == []


def test_a_fall_is_asked_at_both_ends_of_its_sweep():
    found = of_claim("C3", works=(SLEEP, *OTHERS), workers=(2, 4))
    assert [(one.under.workload, one.under.workers, one.alternative, one.is_bounded) for one in found] == [
        ("mixed:cpu=0", 4, Alternative.ABOVE, True),
        ("mixed:cpu=1", 4, Alternative.NOT_ABOVE, True),
    ]


@pytest.mark.parametrize("claim", ["C10", "C11", "C12", "C15"])
def test_what_is_no_ratio_of_two_times_is_not_asked(claim):
    assert of_claim(claim, EVERYONE, (SLEEP, FIB, SHA256, *OTHERS)) == []


@pytest.mark.parametrize(("claim", "is_whole"), [("C2", True), ("C6", False), ("C8", False)])
def test_ratios_are_the_whole_of_a_claim_or_not(claim, is_whole):
    """A fact or an observation may still refute it."""
    assert {one.is_whole for one in of_claim(claim, EVERYONE)} == {is_whole}


def test_a_question_is_asked_once_though_two_rules_ask_it():
    claim = next(one for one in claims() if one.id == "C2")
    twice = replace(claim, tests=claim.tests * 2)
    cells = tuple(records.cells_of([("cpython-3.13", "")], (FIB,)))
    assert len(Aims((WITH_GIL,), (FIB,), cells).of([twice])) == 1


@pytest.mark.parametrize(("works", "is_whole"), [((FIB,), True), ((FIB, TURNS), False)])
def test_the_share_at_once_belongs_to_a_claim_where_it_is_measured(works, is_whole):
    free = records.interpreter("jython-2.7", gil=False)
    assert {aim.is_whole for aim in of_claim("C7", [free], works)} == {is_whole}
