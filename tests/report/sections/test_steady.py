from __future__ import annotations

import io
import math
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gilometer.analysis.steady import SteadyState
from gilometer.model import Strategy
from gilometer.report.results import results_of
from gilometer.report.results.configurations import Configuration
from gilometer.report.sections.steady import finding, section, when
from gilometer.report.terminal.console import Terminal
from gilometer.report.terminal.summary import print_summary
from tests.report.cells import cell_result
from tests.report.jits import FLAT, NEVER, world
from tests.report.worlds import usual
from tests.report.written import report, written

if TYPE_CHECKING:
    from gilometer.model import Cell
    from gilometer.report.results.cells import CellResult

NAN = math.nan


def settling(label: str, state: SteadyState, warmup_s: float = 0.0, workload: str = "fib") -> CellResult:
    return cell_result(interpreter=label, workload=workload, warmup_s=warmup_s, steady_state=state)


@pytest.mark.parametrize(
    ("state", "warmup_s", "said"),
    [
        (SteadyState.FLAT, 0.0, "at once"),
        (SteadyState.WARMUP, 0.74, "740 ms"),
        (SteadyState.SLOWDOWN, 2.0, "2 s, slowdown"),
        (SteadyState.INCONSISTENT, 0.0, "at once, inconsistent"),
        (SteadyState.NONE, NAN, "no steady state"),
        (SteadyState.UNKNOWN, NAN, ""),
    ],
)
def test_a_cell_says_when_it_is_steady(state, warmup_s, said):
    assert when(settling("pypy-3.11", state, warmup_s)) == said


def test_the_finding_names_the_latest_of_each_interpreter():
    found = [
        settling("a-1", SteadyState.WARMUP, 0.5),
        settling("a-1", SteadyState.WARMUP, 1.5, "sha256"),
        settling("b-1", SteadyState.FLAT),
        settling("c-1", SteadyState.FLAT),
    ]
    assert finding(found) == "Serial work is steady at once on b-1 and c-1 and within 1.5 s on a-1"


def test_the_finding_says_where_there_is_no_steady_state():
    found = [
        settling("a-1", SteadyState.NONE, NAN),
        settling("a-1", SteadyState.NONE, NAN, "sha256"),
        settling("b-1", SteadyState.WARMUP, 0.1),
    ]
    assert finding(found) == (
        "Serial work is steady within 100 ms on b-1; a-1 finds no steady state in fib and sha256"
    )
    assert finding(found[:1]) == "a-1 finds no steady state in fib"


def test_cells_are_read_from_the_summary():
    one = world().cells["jython-2.7", "fib", Configuration(Strategy.PROCESSES, 2)]
    assert one.steady_state is SteadyState.WARMUP
    assert one.warmup_s == pytest.approx(4, rel=0.05)


def test_the_section_tabulates_serial_and_lists_what_has_no_steady_state():
    text = written(section(world()))
    assert text.startswith("## Start-up, warm-up and steady state\n")
    assert "| interpreter | start-up | `fib` | `sha256` | `sleep` |" in text
    assert "| `cpython-3.15+jit` | 40 ms | at once | at once | at once |" in text
    assert "| `jython-2.7` | 40 ms | 4 s | 4 s | 4 s |" in text
    assert (
        "No steady state, and so no number: `jython-2.7` `fib` threads 2; `jython-2.7` `sha256` thr" in text
    )


def test_a_run_with_too_few_iterations_has_start_up_alone():
    text = written(section(results_of(*usual())))
    assert "| interpreter | start-up |\n" in text
    assert "no number" not in text


def unsteady_serial(cell: Cell) -> list[float]:
    return NEVER if cell.interpreter == "jython-2.7" and cell.strategy is Strategy.SERIAL else FLAT


def test_a_report_says_no_steady_state_where_a_number_would_be():
    rows = report(world()).splitlines()
    assert "| `jython-2.7` | no steady state | no steady state | no steady state |" in rows


def test_without_a_steady_serial_there_is_neither_time_nor_ratio():
    rows = report(world(unsteady_serial)).splitlines()
    assert "| `jython-2.7` | no steady state | no steady state | no steady state |" in rows
    lacking = "no serial to compare with"
    assert f"| `jython-2.7` | {lacking} | {lacking} | {lacking} |" in rows


def test_the_terminal_says_unsteady():
    console = Terminal(file=io.StringIO(), width=100)
    print_summary(console, world(), Path("run"))
    assert isinstance(console.file, io.StringIO)
    said = console.file.getvalue()
    row = next(line for line in said.splitlines() if "jython-2.7" in line and "threads 2" in line)
    assert row.split()[-3:] == ["unsteady"] * 3


def test_a_cell_without_a_steady_state_is_ok_and_has_no_numbers():
    summary = world().frames.summary
    rows = summary[summary["steady_state"] == "no steady state"]
    assert set(rows["interpreter"]) == {"jython-2.7"}
    assert set(rows["strategy"]) == {"threads"}
    assert set(rows["outcome"]) == {"ok"}
    assert set(rows["reason"]) == {"no steady state"}
    assert rows[["wall_s", "speedup", "efficiency", "warmup_s", "cpu_s"]].isna().all(axis=None)
    assert rows["startup_s"].notna().all()
