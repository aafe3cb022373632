from __future__ import annotations

from msgspec.structs import replace

from gilometer.analysis.environment import Difference, differences
from gilometer.model import MachineWarning
from tests import records

PLAN = records.plan(
    [records.interpreter("cpython-3.13"), records.interpreter("jython-2.7")], [records.work("fib")]
)
RUN = records.manifest(PLAN)


def of_interpreter(**changes: object):
    one = replace(PLAN.interpreters[0], **changes)
    return replace(RUN, plan=replace(PLAN, interpreters=(one, *PLAN.interpreters[1:])))


def test_a_run_differs_in_nothing_from_itself():
    assert differences(RUN, RUN) == ()


def test_another_machine_is_told_fact_by_fact():
    machine = replace(RUN.machine, cpu="Example 9001", usable_cores=1.5, memory_bytes=16 * 10**9)
    assert differences(RUN, replace(RUN, machine=machine)) == (
        Difference("machine", "processor", "Example 9000", "Example 9001"),
        Difference("machine", "usable cores", "2", "1.5"),
        Difference("machine", "memory", "8590 MB", "16000 MB"),
    )


def test_what_bent_the_figures_of_one_run_alone_is_told():
    loaded = replace(RUN, warnings=(MachineWarning("load", "Others want a core."),))
    assert differences(RUN, loaded) == (Difference("machine", "warnings", "none", "load"),)


def test_another_build_of_an_interpreter_is_told():
    facts = PLAN.interpreters[0].facts
    other = replace(facts, version="3.13.2", build=replace(facts.build, lto=True, compiler=None))
    found = differences(RUN, of_interpreter(facts=other, fingerprint="0123456789abcdef"))
    assert found == (
        Difference("cpython-3.13", "version", "3.13.1", "3.13.2"),
        Difference("cpython-3.13", "compiler", "gcc 12.2.0", "?"),
        Difference("cpython-3.13", "LTO", "no", "yes"),
        Difference("cpython-3.13", "fingerprint", "cpython-3.13", "0123456789ab"),
    )


def test_another_environment_and_image_are_told():
    found = differences(RUN, of_interpreter(env={"B": "2", "A": "1"}, image="sha256:c0ffee"))
    assert found == (
        Difference("cpython-3.13", "environment", "-", "A=1 B=2"),
        Difference("cpython-3.13", "image", "-", "ha256:c0ffee"[-12:]),
    )


def test_the_time_the_scripts_and_the_effort_are_told():
    plan = replace(PLAN, workloads_digest="d2", effort=replace(PLAN.effort, name="quick", iterations=3))
    later = replace(RUN, started="2026-02-03T04:05:06Z", harness="0.2.0", plan=plan)
    assert differences(RUN, later) == (
        Difference("run", "begun", "2026-01-02 03:04", "2026-02-03 04:05"),
        Difference("run", "Gilometer", "0.1.0", "0.2.0"),
        Difference("run", "workload scripts", "d1", "d2"),
        Difference("run", "effort", "default", "quick"),
        Difference("run", "iterations", "4", "3"),
    )


def test_an_interpreter_of_one_run_alone_is_left_to_the_refusals():
    alone = replace(RUN, plan=replace(PLAN, interpreters=PLAN.interpreters[:1]))
    assert differences(RUN, alone) == ()
