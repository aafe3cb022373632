"""The verdicts in the terminal."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import msgspec
import pytest

from gilometer.analysis.claims.assertions import parse, unmet
from gilometer.analysis.claims.verdicts import Basis, Verdict
from gilometer.report.results import results_of
from gilometer.report.terminal.console import Terminal
from gilometer.report.terminal.verdicts import SENTENCES, print_unmet, print_verdicts, telling
from tests.report.worlds import alone, changed, crowd, doubtful, matrix, ruins, serial_only, usual

if TYPE_CHECKING:
    from gilometer.report.results import Results


def shown(results: Results, width: int = 80) -> str:
    """What print_verdicts writes into a pipe."""
    stream = io.StringIO()
    print_verdicts(Terminal(file=stream, width=width), results)
    return stream.getvalue()


def of_claim(text: str, claim: str) -> str:
    """What is printed of a claim, below its words, in one line."""
    found = re.search(rf"\({claim}\) *\n((?: {{4}}.*\n)+)", text)
    assert found
    return " ".join(found[1].split())


def test_the_known_truth_is_found():
    text = shown(results_of(*matrix()))
    assert of_claim(text, "C2").startswith("holds on all 8 interpreters that it is about ")
    assert of_claim(text, "C6").startswith("holds on pypy-3.11")
    assert of_claim(text, "C7") == "holds on all 6 interpreters that it is about"
    assert "jython" not in of_claim(text, "C4")
    assert "pyodide" not in text
    assert "rustpython-3.12" in of_claim(text, "C15")


@pytest.mark.parametrize("world", [usual, alone, crowd, matrix, ruins, doubtful, serial_only])
def test_it_fits_80_columns(world):
    lines = shown(results_of(*world())).splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert not [line for line in lines if "\N{HORIZONTAL ELLIPSIS}" in line]


def test_a_claim_is_told_in_words_with_its_code_after_them_and_needs_no_colour():
    text = shown(results_of(*usual()))
    assert "\x1b" not in text
    assert text.startswith(
        "Claims\n  threads speed up blocking I/O on every interpreter (C1)\n    holds on all 5 "
    )


def test_a_verdict_on_all_interpreters_says_so():
    holding = (msgspec.structs.replace(one, verdict=Verdict.HOLDS) for one in matrix()[1].verdicts)
    text = shown(changed(matrix(), verdicts=tuple(holding)))
    assert of_claim(text, "C5").startswith("holds on all 15 interpreters that it is about")


@pytest.mark.parametrize("width", [60, 80, 200])
def test_claims_that_nothing_tests_are_counted_and_named_in_one_line(width):
    *_, last = shown(results_of(*usual()), width).splitlines()
    assert last.startswith("9 claims not tested: threads that fetch plus processes ")
    assert last.endswith("..")
    assert len(last) == width


def test_what_a_longer_run_may_tell_is_counted():
    text = " ".join(shown(results_of(*crowd())).split())
    assert "Not established: 16 in too few blocks. A longer run (--budget) may tell." in text
    assert "Not established: 6 in too few blocks. A longer run" in shown(results_of(*alone()))
    assert "A longer run" not in shown(results_of(*ruins()))


def test_on_one_core_no_sentence_promises_that_a_longer_run_may_tell():
    of, analysis = alone()
    on_one = msgspec.structs.replace(of, machine=msgspec.structs.replace(of.machine, usable_cores=1.0))
    text = " ".join(shown(results_of(on_one, analysis)).split())
    assert "What computes needs a second core; more time (--budget) can tell of what waits alone." in text
    assert "longer run" not in text


def test_what_is_refuted_is_told_first_and_the_strongest_evidence_of_the_rest():
    said = telling(usual()[1].verdicts)
    assert len(said) == SENTENCES
    assert [(one.claim, one.verdict) for one in said] == [
        *((id_, Verdict.REFUTED) for id_ in ("C9", "C17")),
        *((id_, Verdict.HOLDS) for id_ in ("C1", "C2", "C3")),
    ]
    assert [one.basis for one in said if one.claim != "C17"] == [Basis.SAME_BINARY] * 4


def test_what_decided_two_claims_is_told_once():
    first = next(one for one in crowd()[1].verdicts if one.claim == "C1" and one.verdict is Verdict.HOLDS)
    assert telling([first, msgspec.structs.replace(first, claim="C7")]) == [first]


def test_where_nothing_is_established_a_sentence_says_why():
    said = of_claim(shown(results_of(*ruins())), "C1")
    assert (
        said == "not established on cpython-3.13 On cpython-3.13, sleep was not ok (crashed: exit status 3)."
    )


def test_a_run_that_tests_nothing_says_that_alone():
    assert shown(results_of(*serial_only())) == "Nothing in this run tests a claim.\n"


def failed(*texts: str) -> str:
    stream = io.StringIO()
    broken = unmet([parse(text) for text in texts], usual()[1].verdicts)
    print_unmet(Terminal(file=stream, width=200), broken)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C2 holds on cpython-*", []),
        (
            "C2 refuted on cpython-2.7",
            [
                "Assertion failed: C2 refuted on cpython-2.7",
                "  holds: On cpython-2.7, 2 threads run fib at 0.",
            ],
        ),
        (
            "C2 holds on jython-*",
            ["Assertion failed: C2 holds on jython-*", "  C2 does not apply to jython-2.7."],
        ),
        (
            "C2 holds on pypi*",
            ["Assertion failed: C2 holds on pypi*", "  No interpreter of this run is called pypi*."],
        ),
    ],
)
def test_an_assertion_that_is_not_met_says_why(text, expected):
    lines = [line for line in failed(text).splitlines() if line]
    assert len(lines) == len(expected)
    assert all(line.startswith(start) for line, start in zip(lines, expected, strict=True))
