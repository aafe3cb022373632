"""The answer in the terminal: short, first, and beside what bends it."""

from __future__ import annotations

import io

import msgspec
import pytest

from gilometer.analysis.claims.verdicts import Verdict
from gilometer.model import MachineWarning
from gilometer.report.results import Results, results_of
from gilometer.report.terminal.answer import MOST_LINES, print_answer
from gilometer.report.terminal.console import Terminal
from tests.report.worlds import alone, changed, crowd, matrix, throng, usual


def shown(results: Results, width: int = 80) -> str:
    stream = io.StringIO()
    print_answer(Terminal(file=stream, width=width), results)
    return stream.getvalue()


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("world", [usual, alone, crowd, matrix, throng])
def test_it_has_few_lines_on_any_terminal(world, width):
    assert 0 < len(shown(results_of(*world()), width).splitlines()) <= MOST_LINES


def test_where_it_would_be_long_lists_name_fewer():
    native = "Do threads speed up native code that lets the GIL go? Yes on "
    doubtful = tuple(
        msgspec.structs.replace(one, verdict=Verdict.NOT_ESTABLISHED)
        if one.interpreter in {"cpython-3.2", "pypy-3.11"}
        else one
        for one in throng()[1].verdicts
    )
    results = changed(throng(), verdicts=doubtful)
    whole, short = (" ".join(shown(results, width).split()) for width in (200, 40))
    assert f"{native}cpython-3.0, 3.1, 3.3 to 3.37 and an-interpreter-of-somebody-s-own;" in whole
    assert f"{native}cpython-3.0 and 3 more; can't tell on cpython-3.2 and 1 more." in short


def test_it_says_where_threads_help_whether_processes_do_and_the_price():
    words = " ".join(shown(results_of(*usual())).split())
    assert words.startswith("Do threads speed up waiting? Yes on all 5 interpreters.")
    assert "pure Python? Yes on cpython-3.13t and jython-2.7; no on cpython-2.7, 3.13 and 3.13t+gil." in words
    assert "Do processes speed up what computes? Yes on all 4 interpreters." in words
    assert "Against one thread of cpython-3.13, for fib: cpython-3.13t takes " in words


def test_one_core_stands_beside_it():
    of, analysis = usual()
    machine = msgspec.structs.replace(of.machine, cores=4, usable_cores=1.0)
    mask = MachineWarning("affinity", "An affinity mask leaves 1 of 4 cores.")
    on_one = msgspec.structs.replace(of, machine=machine, warnings=(mask,))
    *_, last = " ".join(shown(results_of(on_one, analysis)).split()).split("! ")
    assert last.startswith("Measured on 1 of 4 cores (an affinity mask): two workers can't ")
