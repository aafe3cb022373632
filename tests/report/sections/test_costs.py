from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.report.document import Code, Section, Table
from gilometer.report.results import results_of
from gilometer.report.sections.costs import section_of
from tests.report.worlds import alone, usual

if TYPE_CHECKING:
    from gilometer.report.document import Run


def tables() -> dict[str, Table]:
    found = section_of(results_of(*usual()), None)
    assert found
    parts = [block for block in found.blocks if isinstance(block, Section)]
    return {words(part.title): part.blocks[0] for part in parts if isinstance(part.blocks[0], Table)}


def words(run: Run) -> str:
    return run.text if isinstance(run, Code) else str(run)


def test_each_workload_that_never_waits_has_a_table():
    assert list(tables()) == ["fib", "sha256"]


def test_a_row_has_times_their_ratios_and_the_threads_that_are_needed():
    fib = tables()["fib"]
    head = [words(piece) for (piece,) in fib.head]
    assert head == ["interpreter", "one thread", "2 threads", "2 processes", "threads needed"]
    rows = {name: values for name, *values in ([words(piece) for (piece,) in row] for row in fib.rows)}
    assert rows["cpython-3.13"][-1] == "-"
    assert rows["jython-2.7"][2] == "-", "it has no processes"
    assert "x [" in rows["jython-2.7"][0]
    assert rows["cpython-2.7"][-1] == "threads show no gain"


def test_a_run_of_one_interpreter_has_no_such_section():
    assert section_of(results_of(*alone()), None) is None
