from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gilometer.model import Outcome
from gilometer.report.results import results_of
from gilometer.report.terminal.console import Terminal
from gilometer.report.terminal.summary import FAILURES, print_summary
from tests.report.worlds import (
    HOSTILE,
    all_strategies,
    alone,
    changed,
    crowd,
    doubtful,
    matrix,
    ruins,
    semantics,
    serial_only,
    throng,
    usual,
)

if TYPE_CHECKING:
    from gilometer.report.results import Results

FOLDER = Path("reports") / ("a-long-name-" * 10)


def shown(results: Results, width: int = 80, encoding: str = "utf-8") -> str:
    """What print_summary writes into a pipe."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    print_summary(Terminal(file=stream, width=width), results, folder=FOLDER)
    return raw.getvalue().decode(encoding)


def coloured(results: Results) -> str:
    """What print_summary writes to a terminal."""
    stream = io.StringIO()
    print_summary(Terminal(file=stream, force_terminal=True, color_system="standard"), results, folder=FOLDER)
    return stream.getvalue()


def line_of(text: str, *words: str) -> str:
    """The first line of the tables that has these words."""
    lines = text.partition("Speedup over serial")[2].splitlines()
    return next(line for line in lines if all(word in line for word in words))


@pytest.mark.parametrize("world", [usual, alone, crowd, matrix, ruins])
def test_tables_fit_80_columns(world):
    table = (
        shown(results_of(*world()))
        .partition("Speedup over serial")[2]
        .partition("Failed")[0]
        .partition("Not on")[0]
    )
    assert all(len(line) <= 80 for line in table.splitlines() if "report.html" not in line)
    assert "\N{HORIZONTAL ELLIPSIS}" not in table


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("world", [usual, matrix, ruins, semantics, all_strategies, throng])
def test_lines_fit_any_terminal_but_for_what_is_to_be_copied(world, width, encoding):
    text = shown(results_of(*world()), width, encoding)
    assert "\x1b" not in text
    for line in text.splitlines():
        assert len(line) <= width or line.startswith(("    add it with: ", "Report: "))


def test_the_answer_comes_first_then_the_table_then_the_claims():
    text = shown(results_of(*matrix()))
    assert text.startswith("\nDo threads speed up waiting? Yes on all ")
    answer, _, rest = text.partition("\n\nSpeedup over serial")
    assert "Do threads speed up pure Python? " in answer
    assert "Against one thread of " in answer
    table, _, claims = rest.partition("\n\nClaims\n")
    assert "threads 2" in table
    assert "\nSame binary, GIL off against on: 2 threads give" in claims
    assert claims.rstrip().endswith("report.html")


def test_what_was_not_reached_is_counted_with_the_command_that_goes_on():
    summary = usual()[1].summary
    outcomes = summary["outcome"].mask(summary["workload"] == "fib", "not_reached")
    text = shown(changed(usual(), summary=summary.assign(outcome=outcomes)))
    count = (summary["workload"] == "fib").sum()
    assert f"{count} of {len(summary)} cells were not reached before the budget was spent (fib)" in text
    assert "gilometer compare --resume " in text
    assert "not reached" not in shown(results_of(*usual()))


def test_threads_and_processes_stand_below_one_another():
    lines = shown(results_of(*usual())).partition("Speedup over serial")[2].splitlines()
    first = next(index for index, line in enumerate(lines) if line.startswith("cpython-2.7"))
    assert lines[first].split()[1:3] == ["threads", "2"]
    assert lines[first + 1].split()[:2] == ["processes", "2"]


def test_speedups_have_their_spread():
    line = line_of(shown(results_of(*usual())), "jython-2.7", "threads")
    assert re.fullmatch(r"jython-2.7 +threads 2( +\d\.\d\d\N{PLUS-MINUS SIGN}\.\d\d)+ *", line)


def test_a_terminal_that_knows_only_ascii_gets_only_that():
    text = shown(results_of(*usual()), encoding="ascii")
    assert "+-.0" in text


def test_one_block_has_numbers_without_a_spread():
    text = shown(results_of(*alone()))
    assert "1 block: no interval" in text
    assert "\N{PLUS-MINUS SIGN}" not in text


def test_failures_are_told_by_name_and_reason():
    text = shown(results_of(*usual()))
    assert "  X cpython-2.7: crashed, died of SIGSEGV\n    in sha256 threads 2\n" in text
    assert "X crash" in line_of(text, "cpython-2.7", "threads 2")


def test_many_cells_that_failed_alike_are_counted():
    assert "in fib serial 1, fib threads 2, fib processes 2, sha256 serial 1 and 14 more" in shown(
        results_of(*ruins()), 100
    )


def test_every_failure_has_a_word_for_its_cell():
    assert set(FAILURES) == {outcome for outcome in Outcome if outcome.is_failure}


def test_what_is_missing_comes_with_the_one_command_that_adds_it():
    assert (
        "  graalpy-3.12: no graalpy on this machine\n    add it with: gilometer provision graalpy\n"
        in shown(results_of(*usual()))
    )


def test_the_path_of_the_report_is_on_one_line():
    assert shown(results_of(*usual())).endswith(f"\nReport: {FOLDER / 'report.html'}\n")


def test_an_interrupted_run_says_so():
    answer = shown(results_of(*ruins())).partition("Speedup over serial")[0]
    assert "! This run was interrupted" in answer
    assert "interrupted" not in shown(results_of(*usual()))


def test_hostile_words_reach_the_terminal_as_words():
    text = shown(results_of(*ruins(f"[red]{HOSTILE}")), 200)
    assert "\x1b" not in text
    assert "[red]a|b" in text


def test_colour_is_for_terminals_that_want_it(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[1;32m1.9" in coloured(results_of(*usual()))
    assert "\x1b" not in shown(results_of(*usual()))
    monkeypatch.setenv("NO_COLOR", "1")
    assert "32m" not in coloured(results_of(*usual()))


def test_a_doubt_is_marked_and_explained():
    text = shown(results_of(*doubtful()))
    assert "?: more than its workers can give" in text
    assert "?" in line_of(text, "jython-2.7", "threads")
    assert "?: more than" not in shown(results_of(*usual()))


def test_serial_alone_has_nothing_to_tabulate():
    text = shown(results_of(*serial_only()))
    assert "No speedup of threads was measured." in text
    assert "Report:" in text


def test_a_cell_without_a_ratio_says_so():
    summary = usual()[1].summary.assign(speedup=float("nan"))
    assert "no ratio" in shown(changed(usual(), summary=summary))


def test_a_cell_that_was_not_planned_is_empty():
    rows = usual()[1].summary.query("workload != 'fib'")
    line = line_of(shown(changed(usual(), summary=rows)), "jython-2.7", "threads")
    assert re.match(r"jython-2.7 +threads 2 {9}1\.", line)


def test_a_wide_interval_keeps_its_column():
    wide = usual()[1].summary.assign(speedup_low=0.5, speedup_high=4.5)
    assert "\N{PLUS-MINUS SIGN}2.0" in shown(changed(usual(), summary=wide))
