"""The verdicts as a section of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from gilometer.analysis.claims.verdicts import Verdict
from gilometer.report.document import Verdicts
from gilometer.report.results import results_of
from gilometer.report.sections.verdicts import verdicts_section
from tests.report.worlds import matrix, ruins, serial_only, usual
from tests.report.written import written

if TYPE_CHECKING:
    from gilometer.analysis import Analysis
    from gilometer.model import Manifest


def section(world: tuple[Manifest, Analysis]) -> str:
    return written(verdicts_section(results_of(*world)))


def row_of(text: str, claim: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.startswith(f"| {claim}, "))
    return [part.strip() for part in line.strip("|").split("|")]


def test_the_report_says_where_each_claim_holds():
    text = section(usual())
    assert row_of(text, "C2") == [
        "C2, With a GIL, threads make CPU-bound work no faster, or slower",
        "`cpython-2.7`, `cpython-3.13`, `cpython-3.13t+gil`",
        "",
        "",
    ]
    assert row_of(text, "C9")[1:] == ["", "`cpython-3.13t`", ""]


def test_and_what_each_verdict_rests_on():
    lines = section(usual()).partition("**C2,")[2].partition("**C3,")[0].splitlines()
    assert lines[2].startswith("- holds: On cpython-2.7, 2 threads run fib at 0.6")
    assert "; noise 1.0" in lines[2]
    assert lines[2].endswith("x, q &lt; 0.001)")
    assert lines[3].startswith("- holds: On cpython-3.13, 2 threads run fib at 1.0")
    assert "(same version; noise 1.0" in lines[3]
    assert "q = 0.0" in section(usual(4))


def test_what_refutes_a_claim_says_the_most_of_it_else_the_strongest_comparison():
    whole = verdicts_section(results_of(*usual()))
    assert whole
    (said,) = (block for block in whole.blocks if isinstance(block, Verdicts))
    chiefs = {claim.id: claim.chief for claim in said.claims}
    assert (chiefs["C2"].interpreter, chiefs["C2"].verdict) == ("cpython-3.13t+gil", Verdict.HOLDS)
    assert (chiefs["C9"].interpreter, chiefs["C9"].verdict) == ("cpython-3.13t", Verdict.REFUTED)


def test_a_run_that_tests_nothing_says_that_alone():
    assert section(serial_only()) == "## Verdicts\n\nNothing in this run tests a claim."


def test_what_does_not_apply_takes_no_line():
    assert "not applicable" not in section(matrix())
    assert "pyodide" not in section(matrix())


def test_a_verdict_without_a_ratio_has_no_noise_beside_it():
    line = next(line for line in section(ruins()).splitlines() if line.startswith("- not established"))
    assert line.endswith("sleep was not ok (crashed: exit status 3).")


def test_it_is_markdown_whatever_failed():
    calm, hostile = (
        [token.type for token in MarkdownIt("gfm-like", {"linkify": False}).parse(section(ruins(words)))]
        for words in ("calm", "a|b `c` *d* [e](http://f) <script>\x1b[31m\n# g")
    )
    assert hostile == calm
