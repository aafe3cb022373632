from __future__ import annotations

from gilometer.report.order import in_order, rank
from tests.records import interpreter


def test_families_then_versions_then_variants():
    names = [
        "pyodide-3.14",
        "jython-2.7",
        "pypy-3.11",
        "cpython-3.13t",
        "cpython-3.13",
        "cpython-3.9",
        "mine",
    ]
    found = in_order([interpreter("cpython-3.13t", "+gil"), *map(interpreter, names)])
    assert [one.label for one in found] == [
        "cpython-3.9",
        "cpython-3.13",
        "cpython-3.13t",
        "cpython-3.13t+gil",
        "pypy-3.11",
        "jython-2.7",
        "pyodide-3.14",
        "mine",
    ]


def test_what_is_not_in_an_order_comes_behind_it():
    assert [rank(name, ("a", "b")) for name in "abz"] == [0, 1, 2]
