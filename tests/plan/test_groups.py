from __future__ import annotations

from gilometer.model import Cell, Group, Strategy
from gilometer.plan.groups import baseline_of, baseline_serial, groups_of
from tests import records

PLAN = records.plan(
    [records.interpreter("cpython-3.13t", "+gil"), records.interpreter("cpython-3.13t", gil=False)],
    [records.work("fib"), records.work("sleep", "io")],
    absent=[records.missing("pypy-3.11")],
)


def test_a_group_is_one_workload_on_one_variant_of_an_interpreter_that_runs_here():
    groups = groups_of(PLAN)
    assert list(groups) == [
        Group("cpython-3.13t", variant, workload) for variant in ("+gil", "") for workload in ("fib", "sleep")
    ]
    for group, cells in groups.items():
        assert {cell.group for cell in cells} == {group}
        assert [cell.strategy for cell in cells] == ["serial", "threads", "processes"]


def test_the_baseline_is_a_variant_only_where_there_is_nothing_else_of_its_name():
    assert baseline_of(PLAN).variant == ""
    alone = records.plan(PLAN.interpreters[:1], PLAN.works)
    assert baseline_of(alone).variant == "+gil"
    assert baseline_serial(alone, "fib") == Cell("cpython-3.13t", "+gil", "fib", Strategy.SERIAL, 1)
