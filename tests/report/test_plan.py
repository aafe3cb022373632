from __future__ import annotations

import io

from rich.console import Console

from harness.report.plan import print_plan
from tests import records

PLAN = records.plan(
    [records.interpreter("cpython-3.13"), records.interpreter("cpython-3.13", "+gil")],
    [records.work("fib"), records.work("mixed:cpu=0.5", "mixed")],
    absent=[records.missing("pypy-3.11")],
)


def printed() -> str:
    console = Console(file=io.StringIO(), width=100)
    print_plan(console, PLAN)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_each_interpreter_and_workload_has_a_row_with_its_cells():
    rows = [line.split(maxsplit=2) for line in printed().splitlines()]
    assert ["cpython-3.13", "fib", "serial x1, threads x2, processes x2"] in rows
    assert ["mixed:cpu=0.5", "serial", "x1, threads x2, processes x2"] in rows
    assert ["cpython-3.13+gil", "fib", "serial x1, threads x2, processes x2"] in rows


def test_the_sums_say_how_much_and_how_long():
    text = printed()
    assert "12 cells, 2 A/A pairs and 2 capacity controls a block; order from seed 7" in text
    assert "in all (budget 4:30, effort default)" in text


def test_what_is_missing_is_named_with_its_remedy():
    assert "can't run pypy-3.11: no pypy on this machine; add it with: nox -s provision -- pypy" in printed()
