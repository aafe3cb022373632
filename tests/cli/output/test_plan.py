from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from gilometer.cli.output.plan import print_plan
from gilometer.report.terminal.console import Terminal
from tests import records

if TYPE_CHECKING:
    from gilometer.model import Plan

PLAN = records.plan(
    [records.interpreter("cpython-3.13"), records.interpreter("cpython-3.13", "+gil")],
    [records.work("fib"), records.work("mixed:cpu=0.5", "mixed")],
    absent=[records.missing("pypy-3.11")],
)


def printed(plan: Plan = PLAN, width: int = 100) -> str:
    console = Terminal(file=io.StringIO(), width=width)
    print_plan(console, plan)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_interpreters_with_the_same_cells_share_a_table():
    lines = printed().splitlines()
    assert lines[0].rstrip() == "cpython-3.13, cpython-3.13+gil"
    assert [line.split(maxsplit=1)[0] for line in lines[1:4]] == ["workload", "fib", "mixed:cpu=0.5"]
    assert lines[2].split(maxsplit=1)[1].strip() == "serial x1, threads x2, processes x2"


def test_one_with_other_cells_has_its_own():
    cells = tuple(cell for cell in PLAN.cells if not cell.variant or cell.strategy is records.SERIAL)
    lines = printed(replace(PLAN, cells=cells)).splitlines()
    assert [line.strip() for line in lines if line.startswith("cpython")] == [
        "cpython-3.13",
        "cpython-3.13+gil",
    ]


def test_the_sums_say_how_much_and_how_long():
    text = printed()
    assert "12 cells, 4 A/A pairs and " in text
    assert "other controls; order from seed 7" in text
    assert re.search(
        r"whether threads and processes help: in about \d:\d\d; all claims: in about \d:\d\d", text
    )
    assert "then intervals of 2%, until the budget of 4:30 is spent" in " ".join(text.split())


def test_what_is_missing_is_named_with_its_remedy():
    named = "can't run pypy-3.11: no pypy on this machine\n  add it with: gilometer provision pypy\n"
    assert printed().endswith(named)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_lines_fit_but_for_a_command_to_copy(width):
    remedy = "dotnet tool install " + "--global ironpython.console " * 9
    plan = replace(PLAN, missing=(replace(PLAN.missing[0], remedy=remedy),))
    (command,) = [line for line in printed(plan, width).splitlines() if len(line) > width]
    assert command == f"  add it with: {remedy}"
