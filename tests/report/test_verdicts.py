from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import pytest
from markdown_it import MarkdownIt
from rich.console import Console

from gilometer.analysis.claims.asserting import parse, unmet
from gilometer.analysis.claims.verdict import Basis, Verdict
from gilometer.claims.claim import Speedup
from gilometer.claims.reading import claims
from gilometer.model import Alternative
from gilometer.report.document import Verdicts
from gilometer.report.export.verdicts import VerdictsFile, verdicts_json
from gilometer.report.results import Reading, Spread, board, read
from gilometer.report.verdicts import (
    SENTENCES,
    WORDS,
    claims_tested,
    is_tested,
    print_unmet,
    print_verdicts,
    telling,
    verdicts_section,
)
from gilometer.stats.equivalence import MARGIN
from tests.report.worlds import alone, crowd, doubtful, matrix, ruins, serial_only, usual
from tests.report.written import written

if TYPE_CHECKING:
    from gilometer.analysis import Analysis

IDS = [claim.id for claim in claims()]


def shown(analysis: Analysis, width: int = 80) -> str:
    """What print_verdicts writes into a pipe."""
    stream = io.StringIO()
    print_verdicts(Console(file=stream, width=width), analysis)
    return stream.getvalue()


def rows(text: str) -> dict[str, list[str]]:
    """The cells of the table's rows, by interpreter."""
    lines = [line.split() for line in text.partition("\n\nC")[0].splitlines()]
    return {words[0]: words[1:] for words in lines if words and set(words[1:]) <= set(WORDS.values())}


def cell(analysis: Analysis, claim: str, label: str) -> str:
    """What the table says of a claim on an interpreter."""
    text = shown(analysis, 200)
    head = next(line.split() for line in text.splitlines() if line.split()[:1] == ["C1"])
    return rows(text)[label][head.index(claim)]


def all_holding(analysis: Analysis) -> Analysis:
    """The same, did every claim hold on every interpreter."""
    holding = (msgspec.structs.replace(one, verdict=Verdict.HOLDS) for one in analysis.verdicts)
    return replace(analysis, verdicts=tuple(holding))


def test_the_known_truth_is_found():
    analysis = matrix()[1]
    for label in ("cpython-2.7", "cpython-3.14", "cpython-3.14t+gil", "pypy-3.11"):
        assert cell(analysis, "C2", label) == "yes"
    assert cell(analysis, "C6", "pypy-3.11") == "yes"
    assert cell(analysis, "C7", "jython-2.7") == "yes"
    assert cell(analysis, "C2", "cpython-3.14t") == "-"
    assert cell(analysis, "C4", "jython-2.7") == "-"
    assert cell(analysis, "C1", "pyodide-3.14") == "-"
    assert cell(analysis, "C15", "rustpython-3.12") == "yes"


@pytest.mark.parametrize("world", [usual, alone, crowd, matrix, ruins, doubtful, serial_only])
def test_it_fits_80_columns(world):
    lines = shown(world()[1]).splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert not [line for line in lines if "\N{HORIZONTAL ELLIPSIS}" in line]


def test_fifteen_claims_and_fifteen_interpreters_fit_80_columns():
    analysis = all_holding(matrix()[1])
    text = shown(analysis)
    assert max(map(len, text.splitlines())) <= 80
    first, second = (
        words for line in text.splitlines() if (words := line.split()) and set(words) <= set(IDS)
    )
    assert first + second == IDS
    assert text.count("cpython-3.14t+gil") >= 2


def test_twelve_interpreters_and_fifteen_claims_stand_in_one_table():
    analysis = all_holding(crowd()[1])
    head = next(line for line in shown(analysis).splitlines() if line.split()[:1] == ["C1"])
    assert head.split() == IDS


def test_it_needs_no_colour():
    text = shown(usual()[1])
    assert "\x1b" not in text
    assert text.startswith("Verdicts (yes: holds; NO: refuted; ?: not established; -: does not apply)\n")
    assert rows(text)["cpython-3.13"][:2] == ["yes", "yes"]


def test_each_claim_in_the_table_is_spelt_out_and_the_rest_named():
    text = shown(usual()[1])
    assert "C2  with a GIL, threads make CPU-bound work no faster, or slower" in text
    assert "Nothing in this run tests C5, C6, C8, C10, C11, C12, C13, C14 and C15." in " ".join(text.split())


def test_what_a_longer_run_may_tell_is_counted():
    text = " ".join(shown(crowd()[1]).split())
    assert "Not established: 13 in too few blocks. A longer run (--budget) may tell." in text
    assert "Not established: 6 in too few blocks. A longer run" in shown(alone()[1])
    assert "A longer run" not in shown(ruins()[1])


def test_what_is_refuted_is_told_first_and_the_strongest_evidence_of_the_rest():
    said = telling(usual()[1].verdicts)
    assert len(said) == SENTENCES
    assert [(one.claim, one.verdict) for one in said] == [
        ("C9", Verdict.REFUTED),
        *((id_, Verdict.HOLDS) for id_ in ("C1", "C2", "C3", "C4")),
    ]
    assert {one.basis for one in said} == {Basis.SAME_BINARY}


def test_what_decided_two_claims_is_told_once():
    first = next(one for one in crowd()[1].verdicts if one.claim == "C1" and one.verdict is Verdict.HOLDS)
    assert telling([first, msgspec.structs.replace(first, claim="C7")]) == [first]


def test_where_nothing_is_established_a_sentence_says_why():
    text = shown(ruins()[1])
    assert text.rstrip().endswith(
        "C1 not established: On cpython-3.13, sleep was not ok (crashed: exit status 3)."
    )


def test_a_run_that_tests_nothing_says_that_alone():
    assert shown(serial_only()[1]) == "Nothing in this run tests a claim.\n"
    analysis = serial_only()[1]
    assert section(analysis) == "## Verdicts\n\nNothing in this run tests a claim."


def test_a_claim_is_tested_where_the_run_had_something_to_say():
    analysis = usual()[1]
    found = [claim.id for claim in claims_tested(analysis.verdicts)]
    assert found == ["C1", "C2", "C3", "C4", "C7", "C9", "C16"]
    silent = [one for one in analysis.verdicts if one.claim in {"C8", "C10"}]
    assert not any(map(is_tested, silent)), "of C8, half of what it takes was not measured"


@pytest.mark.parametrize("world", [usual, alone, crowd, matrix, doubtful])
def test_verdicts_and_readings_never_contradict_one_another(world):
    analysis = world()[1]
    results = board(analysis).results
    for judgement in analysis.verdicts:
        for ruling in judgement.rulings:
            for one in ruling.findings:
                if isinstance(ruling.rule, Speedup) and one.stands:
                    place = (judgement.interpreter, one.workload, Spread(ruling.rule.strategy, one.workers))
                    reading = read(results[place])
                    assert (reading is Reading.GAIN) == (one.stands is Alternative.ABOVE)
                    assert reading is Reading.HARM or one.stands is not Alternative.BELOW


# --- report.md ------------------------------------------------------------------------------


def section(analysis: Analysis) -> str:
    return written(verdicts_section(analysis, board(analysis)))


def row_of(text: str, claim: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.startswith(f"| {claim}, "))
    return [part.strip() for part in line.strip("|").split("|")]


def test_the_report_says_where_each_claim_holds():
    text = section(usual()[1])
    assert row_of(text, "C2") == [
        "C2, With a GIL, threads make CPU-bound work no faster, or slower",
        "`cpython-2.7`, `cpython-3.13`, `cpython-3.13t+gil`",
        "",
        "",
    ]
    assert row_of(text, "C9")[1:] == ["", "`cpython-3.13t`", ""]


def test_and_what_each_verdict_rests_on():
    lines = section(usual()[1]).partition("**C2,")[2].partition("**C3,")[0].splitlines()
    assert lines[2].startswith("- holds: On cpython-2.7, 2 threads run fib at 0.6")
    assert "; noise 1.0" in lines[2]
    assert lines[2].endswith("x, q &lt; 0.001)")
    assert lines[3].startswith("- holds: On cpython-3.13, 2 threads run fib at 1.0")
    assert "(same version; noise 1.0" in lines[3]
    assert "q = 0.0" in section(usual(4)[1])


def test_what_refutes_a_claim_says_the_most_of_it_else_the_strongest_comparison():
    analysis = usual()[1]
    whole = verdicts_section(analysis, board(analysis))
    assert whole
    (said,) = (block for block in whole.blocks if isinstance(block, Verdicts))
    chiefs = {claim.id: claim.chief for claim in said.claims}
    assert (chiefs["C2"].interpreter, chiefs["C2"].verdict) == ("cpython-3.13t+gil", Verdict.HOLDS)
    assert (chiefs["C9"].interpreter, chiefs["C9"].verdict) == ("cpython-3.13t", Verdict.REFUTED)


def test_what_does_not_apply_takes_no_line():
    assert "not applicable" not in section(matrix()[1])
    assert "pyodide" not in section(matrix()[1])


def test_a_verdict_without_a_ratio_has_no_noise_beside_it():
    line = next(line for line in section(ruins()[1]).splitlines() if line.startswith("- not established"))
    assert line.endswith("sleep was not ok (crashed: exit status 3).")


def test_it_is_markdown_whatever_failed():
    calm, hostile = (
        [token.type for token in MarkdownIt("gfm-like", {"linkify": False}).parse(section(ruins(words)[1]))]
        for words in ("calm", "a|b `c` *d* [e](http://f) <script>\x1b[31m\n# g")
    )
    assert hostile == calm


# --- verdicts.json --------------------------------------------------------------------------


def test_the_file_has_every_claim_and_verdict_with_what_it_rests_on():
    of, analysis = usual()
    found = msgspec.json.decode(verdicts_json(of.run, analysis.verdicts), type=VerdictsFile)
    assert (found.schema, found.run, found.margin) == (of.schema, of.run, MARGIN)
    assert [claim.id for claim in found.claims] == IDS
    assert len(found.verdicts) == len(IDS) * len(of.plan.interpreters)
    one = next(one for one in found.verdicts if (one.claim, one.interpreter) == ("C2", "cpython-3.13"))
    assert (one.verdict, one.evidence, one.workload) == (Verdict.HOLDS, Basis.SAME_VERSION, "fib")
    assert one.sentence.startswith("On cpython-3.13, 2 threads run fib at ")
    assert one.low is not None
    assert one.high is not None
    assert one.low < 1 < one.high < MARGIN
    (finding,) = one.findings
    assert (finding.rule, finding.workload, finding.workers, finding.blocks) == ("speedup", "fib", 2, 6)
    assert (finding.ratio, finding.q) == (one.ratio, one.q)


def test_what_is_not_known_is_null_and_numbers_are_short():
    of, analysis = usual()
    raw = msgspec.json.decode(verdicts_json(of.run, analysis.verdicts))
    silent = next(one for one in raw["verdicts"] if one["claim"] == "C10")
    assert [silent[name] for name in ("ratio", "low", "high", "band", "q")] == [None] * 5
    ratio = next(one["ratio"] for one in raw["verdicts"] if one["ratio"])
    assert ratio == float(f"{ratio:.6g}")


# --- assertions -----------------------------------------------------------------------------


def failed(*texts: str) -> str:
    stream = io.StringIO()
    broken = unmet([parse(text) for text in texts], usual()[1].verdicts)
    print_unmet(Console(file=stream, width=200), broken)
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
