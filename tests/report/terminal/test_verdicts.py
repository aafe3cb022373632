"""The verdicts in the terminal."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import msgspec
import pytest

from gilometer.analysis.claims.assertions import parse, unmet
from gilometer.analysis.claims.verdicts import Basis, Verdict
from gilometer.claims.reading import claims
from gilometer.report.results import results_of
from gilometer.report.terminal.console import Terminal
from gilometer.report.terminal.verdicts import SENTENCES, WORDS, print_unmet, print_verdicts, telling
from tests.report.worlds import alone, changed, crowd, doubtful, matrix, ruins, serial_only, usual

if TYPE_CHECKING:
    from gilometer.analysis import Analysis
    from gilometer.model import Manifest
    from gilometer.report.results import Results

IDS = [claim.id for claim in claims()]


def shown(results: Results, width: int = 80) -> str:
    """What print_verdicts writes into a pipe."""
    stream = io.StringIO()
    print_verdicts(Terminal(file=stream, width=width), results)
    return stream.getvalue()


def rows(text: str) -> dict[str, list[str]]:
    """The cells of the table's rows, by interpreter."""
    lines = [line.split() for line in text.partition("\n\nC")[0].splitlines()]
    return {words[0]: words[1:] for words in lines if words and set(words[1:]) <= set(WORDS.values())}


def cell(results: Results, claim: str, label: str) -> str:
    """What the table says of a claim on an interpreter."""
    text = shown(results, 200)
    head = next(line.split() for line in text.splitlines() if line.split()[:1] == ["C1"])
    return rows(text)[label][head.index(claim)]


def all_holding(world: tuple[Manifest, Analysis]) -> Results:
    """The same, did every claim hold on every interpreter."""
    holding = (msgspec.structs.replace(one, verdict=Verdict.HOLDS) for one in world[1].verdicts)
    return changed(world, verdicts=tuple(holding))


def test_the_known_truth_is_found():
    results = results_of(*matrix())
    for label in ("cpython-2.7", "cpython-3.14", "cpython-3.14t+gil", "pypy-3.11"):
        assert cell(results, "C2", label) == "yes"
    assert cell(results, "C6", "pypy-3.11") == "yes"
    assert cell(results, "C7", "jython-2.7") == "yes"
    assert cell(results, "C2", "cpython-3.14t") == "-"
    assert cell(results, "C4", "jython-2.7") == "-"
    assert cell(results, "C1", "pyodide-3.14") == "-"
    assert cell(results, "C15", "rustpython-3.12") == "yes"


@pytest.mark.parametrize("world", [usual, alone, crowd, matrix, ruins, doubtful, serial_only])
def test_it_fits_80_columns(world):
    lines = shown(results_of(*world())).splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert not [line for line in lines if "\N{HORIZONTAL ELLIPSIS}" in line]


def test_fifteen_claims_and_fifteen_interpreters_fit_80_columns():
    results = all_holding(matrix())
    text = shown(results)
    assert max(map(len, text.splitlines())) <= 80
    first, second = (
        words for line in text.splitlines() if (words := line.split()) and set(words) <= set(IDS)
    )
    assert first + second == IDS
    assert text.count("cpython-3.14t+gil") >= 2


def test_twelve_interpreters_and_fifteen_claims_stand_in_one_table():
    results = all_holding(crowd())
    head = next(line for line in shown(results).splitlines() if line.split()[:1] == ["C1"])
    assert head.split() == IDS


def test_it_needs_no_colour():
    text = shown(results_of(*usual()))
    assert "\x1b" not in text
    assert text.startswith("Verdicts (yes: holds; NO: refuted; ?: not established; -: does not apply)\n")
    assert rows(text)["cpython-3.13"][:2] == ["yes", "yes"]


def test_each_claim_in_the_table_is_spelt_out_and_the_rest_named():
    text = shown(results_of(*usual()))
    assert "C2  with a GIL, threads make CPU-bound work no faster, or slower" in text
    assert "Nothing in this run tests C5, C6, C8, C10, C11, C12, C13, C14 and C15." in " ".join(text.split())


def test_what_a_longer_run_may_tell_is_counted():
    text = " ".join(shown(results_of(*crowd())).split())
    assert "Not established: 13 in too few blocks. A longer run (--budget) may tell." in text
    assert "Not established: 6 in too few blocks. A longer run" in shown(results_of(*alone()))
    assert "A longer run" not in shown(results_of(*ruins()))


def test_on_one_core_a_longer_run_may_tell_of_waiting_alone():
    of, analysis = alone()
    on_one = msgspec.structs.replace(of, machine=msgspec.structs.replace(of.machine, usable_cores=1.0))
    text = " ".join(shown(results_of(on_one, analysis)).split())
    assert "A longer run (--budget) may tell what waits; what computes needs a second core to tell." in text
    assert "may tell." not in text


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
    text = shown(results_of(*ruins()))
    assert text.rstrip().endswith(
        "C1 not established: On cpython-3.13, sleep was not ok (crashed: exit status 3)."
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
                "  C2 holds: On cpython-2.7, 2 threads run fib at 0.",
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
