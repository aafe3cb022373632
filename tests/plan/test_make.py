from __future__ import annotations

import msgspec
import pytest

from gilometer.claims.reading import claims
from gilometer.errors import UsageError
from gilometer.model import Card, Cell, Lack, Plan, Role, Strategy
from gilometer.plan.effort import DEFAULT, QUICK, RIGOROUS
from gilometer.plan.make import Material, Request, choose_baseline, make, thinned
from tests import records


def card(name: str, kind: str = "cpu", **changes: object) -> Card:
    fields: dict[str, object] = {
        "name": name,
        "kind": kind,
        "shows": "",
        "parameters": {},
        "meanings": {},
        "sweep": {},
        "calibrate_with": {},
        "strategies": (Strategy.SERIAL, Strategy.THREADS, Strategy.PROCESSES),
        "claims": (),
        "checksum": "c0ffee",
    }
    return msgspec.convert(fields | changes, Card)


MATERIAL = Material(
    interpreters=(records.interpreter("jython-2.7"), records.interpreter("cpython-3.13")),
    missing=(),
    cards=(
        card("fib"),
        card("mixed", "mixed", sweep={"cpu": [0, 0.25, 0.5, 0.75, 1]}, calibrate_with={"cpu": 1}),
    ),
    workloads_digest="d1",
)
REQUEST = Request(workloads=(), strategies=(), workers=(2,), seed=1, effort=DEFAULT)


def asking(**changes: object) -> Request:
    return msgspec.structs.replace(REQUEST, **changes)


def test_a_workload_has_serial_once_and_the_others_for_each_worker_count():
    plan = make(MATERIAL, asking(workloads=("fib",), workers=(2, 4)))
    spread = [(cell.strategy, cell.workers) for cell in plan.cells if cell.interpreter == "cpython-3.13"]
    assert spread == [("serial", 1), ("threads", 2), ("threads", 4), ("processes", 2), ("processes", 4)]


def test_a_swept_workload_is_one_work_at_each_value():
    plan = make(MATERIAL, asking(workloads=("mixed",), effort=RIGOROUS))
    labels = [work.label for work in plan.works]
    assert labels == ["mixed:cpu=0", "mixed:cpu=0.25", "mixed:cpu=0.5", "mixed:cpu=0.75", "mixed:cpu=1"]
    assert plan.works[1].parameters == {"cpu": "0.25"}
    assert plan.works[1].calibrate_with == {"cpu": "1"}


def test_by_default_both_ends_and_the_middle_are_measured():
    plan = make(MATERIAL, asking(workloads=("mixed",)))
    assert [work.label for work in plan.works] == ["mixed:cpu=0", "mixed:cpu=0.5", "mixed:cpu=1"]


def test_quick_measures_the_middle_value_alone():
    plan = make(MATERIAL, asking(workloads=("mixed",), effort=QUICK))
    assert [work.label for work in plan.works] == ["mixed:cpu=0.5"]


@pytest.mark.parametrize(("points", "kept"), [(9, "abcd"), (4, "abcd"), (2, "ad"), (1, "c")])
def test_thinning(points: int, kept: str):
    assert thinned("abcd", points) == tuple(kept)


def test_quick_measures_its_own_workloads_unless_others_are_asked_for():
    cards = (card("fib"), card("files", "io"))
    material = msgspec.structs.replace(MATERIAL, cards=cards)
    quick = make(material, asking(effort=QUICK))
    asked = make(material, asking(effort=QUICK, workloads=("files",)))
    assert [work.label for work in quick.works] == ["fib"]
    assert [work.label for work in asked.works] == ["files"]


MORE = msgspec.structs.replace(
    MATERIAL,
    cards=(
        *MATERIAL.cards,
        card("sleep", "io", strategies=("serial", "threads", "asyncio")),
        card("fetch_transform", "mixed", strategies=("serial", "threads", "processes", "hybrid", "asyncio")),
        card("lifetimes", "semantics", strategies=("serial",)),
    ),
)


@pytest.mark.parametrize(
    ("words", "labels"),
    [
        (("cpu",), ["fib"]),
        (("io", "cpu"), ["fib", "sleep"]),
        (("mixed",), ["mixed:cpu=0", "mixed:cpu=0.5", "mixed:cpu=1"]),
        (("mixed:cpu=1", "io"), ["mixed:cpu=1", "sleep"]),
        (("f*",), ["fib", "fetch_transform"]),
        (("*",), [
            "fib", "mixed:cpu=0", "mixed:cpu=0.5", "mixed:cpu=1", "sleep", "fetch_transform", "lifetimes",
        ]),
    ],
)  # fmt: skip
def test_workloads_are_chosen_by_name_or_by_kind_and_a_name_goes_first(words, labels):
    assert [work.label for work in make(MORE, asking(workloads=words)).works] == labels


def test_a_point_of_a_sweep_that_is_asked_for_is_measured_whatever_the_effort():
    plan = make(MORE, asking(workloads=("mixed:cpu=0.25", "mixed:cpu=1"), effort=QUICK))
    assert [work.label for work in plan.works] == ["mixed:cpu=0.25", "mixed:cpu=1"]


def test_workloads_that_have_none_of_the_strategies_asked_for_are_left_out():
    plan = make(MORE, asking(workloads=("*",), strategies=(Strategy.ASYNCIO,)))
    assert {(cell.workload, cell.strategy) for cell in plan.cells} == {
        ("sleep", "serial"),
        ("sleep", "asyncio"),
        ("fetch_transform", "serial"),
        ("fetch_transform", "asyncio"),
    }
    assert {control.cell.workload for control in plan.controls} == {"sleep", "fetch_transform"}


def test_all_are_measured_serially_if_that_is_asked_for():
    plan = make(MORE, asking(workloads=("*",), strategies=(Strategy.SERIAL,)))
    assert len(plan.works) == 7


def capacities(plan: Plan) -> list[int]:
    """Of a group."""
    return [
        slot.copies
        for slot in plan.controls
        if slot.role is Role.CAPACITY and slot.cell.interpreter == "jython-2.7"
    ]


def test_a_worker_of_hybrid_is_two_and_so_is_its_capacity():
    plan = make(MORE, asking(workloads=("fetch_transform",), workers=(2, 3)))
    assert capacities(plan) == [2, 3, 4, 6]


def test_the_tasks_of_asyncio_are_workers_like_others():
    plan = make(MORE, asking(workloads=("sleep",), workers=(2, 4), strategies=(Strategy.ASYNCIO,)))
    assert capacities(plan) == [2, 4]


def test_serial_is_there_even_if_not_asked_for_since_a_speedup_is_over_it():
    plan = make(MATERIAL, asking(workloads=("fib",), strategies=(Strategy.THREADS,)))
    assert {cell.strategy for cell in plan.cells} == {Strategy.SERIAL, Strategy.THREADS}


@pytest.mark.parametrize("name", ["cpython-3.13", "jython-2.7"])
def test_every_group_has_an_aa_pair_and_a_capacity_control_for_each_worker_count(name):
    plan = make(MATERIAL, asking(workloads=("fib",), workers=(1, 2, 4)))
    own = [slot for slot in plan.controls if slot.cell.interpreter == name and not slot.beside]
    assert [(slot.role, slot.copies) for slot in own] == [
        (Role.TWIN, 1),
        (Role.CAPACITY, 2),
        (Role.CAPACITY, 4),
    ]
    assert {slot.cell for slot in own} == {Cell(name, "", "fib", Strategy.SERIAL, 1)}


def beside(plan: Plan) -> list[tuple[str, str]]:
    """Which interpreter's serial is measured beside which other's."""
    references = [slot for slot in plan.controls if slot.role is Role.REFERENCE]
    assert {slot.cell.strategy for slot in references} <= {Strategy.SERIAL}
    return [(slot.cell.interpreter_label, slot.beside) for slot in references]


def test_beside_each_other_interpreter_stands_the_baseline():
    plan = make(MATERIAL, asking(workloads=("fib",)))
    assert beside(plan) == [("cpython-3.13", "jython-2.7")]


def test_and_beside_one_without_its_gil_the_same_binary_with_it():
    binary = (records.interpreter("cpython-3.13t", gil=False), records.interpreter("cpython-3.13t", "+gil"))
    material = msgspec.structs.replace(MATERIAL, interpreters=(*MATERIAL.interpreters, *binary))
    found = beside(make(material, asking(workloads=("fib",))))
    assert found == [
        ("cpython-3.13", "jython-2.7"),
        ("cpython-3.13", "cpython-3.13t"),
        ("cpython-3.13t+gil", "cpython-3.13t"),
        ("cpython-3.13", "cpython-3.13t+gil"),
    ]


def test_and_beside_a_free_threaded_build_the_ordinary_one():
    """It is not the baseline, as there is a newer one."""
    free = records.interpreter("cpython-3.13t", gil=False)
    interpreters = (records.interpreter("cpython-3.14"), records.interpreter("cpython-3.13"), free)
    material = msgspec.structs.replace(MATERIAL, interpreters=interpreters)
    assert beside(make(material, asking(workloads=("fib",)))) == [
        ("cpython-3.14", "cpython-3.13"),
        ("cpython-3.14", "cpython-3.13t"),
        ("cpython-3.13", "cpython-3.13t"),
    ]


def test_where_a_workload_waits_nobody_s_time_of_one_thread_is_compared():
    assert beside(make(MORE, asking(workloads=("sleep", "fetch_transform")))) == []


def test_what_is_observed_has_no_controls():
    cards = (card("fib"), card("convoy", "semantics"))
    plan = make(msgspec.structs.replace(MATERIAL, cards=cards), asking())
    assert {slot.cell.workload for slot in plan.controls} == {"fib"}
    assert {cell.workload for cell in plan.cells} == {"fib", "convoy"}


def test_serial_alone_needs_no_capacity_control():
    plan = make(MATERIAL, asking(workloads=("fib",), strategies=(Strategy.SERIAL,)))
    assert {slot.role for slot in plan.controls} == {Role.TWIN, Role.REFERENCE}


def test_a_plan_says_what_its_interpreters_lack_of_what_was_asked_for():
    jython, cpython = MATERIAL.interpreters
    facts = msgspec.structs.replace(
        jython.facts, lacks={"processes": "has no multiprocessing", "subinterpreters": "has no interpreters"}
    )
    lacking = msgspec.structs.replace(jython, facts=facts)
    plan = make(msgspec.structs.replace(MATERIAL, interpreters=(lacking, cpython)), REQUEST)
    assert plan.lacks == (Lack("jython-2.7", "", Strategy.PROCESSES, "has no multiprocessing"),)


def test_a_plan_knows_what_the_claims_ask_of_it():
    material = msgspec.structs.replace(MATERIAL, claims=claims())
    plan = make(material, asking(workloads=("fib",)))
    assert {(aim.claim, aim.over.interpreter) for aim in plan.aims} == {
        ("C2", "jython-2.7"),
        ("C2", "cpython-3.13"),
        ("C4", "jython-2.7"),
        ("C4", "cpython-3.13"),
    }
    assert make(MATERIAL, asking(workloads=("fib",))).aims == ()


def test_cells_of_missing_interpreters_are_planned_so_that_they_show_in_the_report():
    material = msgspec.structs.replace(MATERIAL, missing=(records.missing("pypy-3.11"),))
    plan = make(material, asking(workloads=("fib",)))
    assert sum(cell.interpreter == "pypy-3.11" for cell in plan.cells) == 3


def test_the_baseline_is_the_newest_cpython_with_a_gil():
    several = [records.interpreter(name) for name in ("jython-2.7", "cpython-3.9", "cpython-3.13")]
    assert choose_baseline(several).name == "cpython-3.13"
    assert choose_baseline(several[:1]).name == "jython-2.7"


def test_a_baseline_of_this_machine_goes_before_a_newer_one_in_a_container():
    contained = records.interpreter("cpython-3.15", image="debian-sid")
    several = [records.interpreter("cpython-3.9"), contained, records.interpreter("jython-2.7")]
    assert choose_baseline(several).name == "cpython-3.9"
    assert choose_baseline(several[1:]) is contained


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"workloads": ("fibb",)},
            r"no workload matches 'fibb', and no kind \(cpu, mixed\); did you mean `fib`\?",
        ),
        ({"workloads": ("cpus",)}, r"no workload matches 'cpus', and no kind .*; did you mean `cpu`\?"),
        ({"workloads": ("x*",)}, r"no workload matches 'x\*', .*; `gilometer workloads` lists them all"),
        (
            {"strategies": (Strategy.ASYNCIO,)},
            "none of these workloads has the strategy asyncio, but: serial, threads, processes",
        ),
    ],
)
def test_what_does_not_exist_is_refused(changes: dict[str, object], sentence: str):
    with pytest.raises(UsageError, match=sentence):
        make(MATERIAL, asking(**changes))


def test_no_interpreter_at_all_is_refused():
    with pytest.raises(UsageError, match="none of the selected interpreters can run here"):
        make(msgspec.structs.replace(MATERIAL, interpreters=()), REQUEST)
