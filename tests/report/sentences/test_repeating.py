from __future__ import annotations

from msgspec.structs import replace

from gilometer.model import Interpreter, Outcome, Role, Strategy, Work
from gilometer.report.results.configurations import Configuration
from gilometer.report.results.failures import CellFailure, FailureMode
from gilometer.report.sentences.repeating import command_of, needs_servers
from tests import records

HERE = records.interpreter("cpython-3.13")
INSIDE = records.interpreter("jython-2.7", image="jython")
MIXED = records.work("mixed:cpu=0.5", cpu="0.5", note="it's")
TAIL = "--strategy threads --workers 2 --loops 7 --iterations {} --param cpu=0.5 --param 'note=it'\"'\"'s'"


def command(interpreter: Interpreter, work: Work = MIXED, loops: int = 7) -> str:
    plan = records.plan([interpreter], [work])
    tail = TAIL.format(plan.effort.iterations)
    return command_of(plan, failure(interpreter, work, loops)).replace(tail, "TAIL")


def failure(interpreter: Interpreter, work: Work, loops: int = 7) -> CellFailure:
    return CellFailure(
        FailureMode(interpreter.label, Outcome.CRASHED, "exit status 3", ""),
        work.label,
        Configuration(Strategy.THREADS, 2),
        Role.MEASURE,
        times=1,
        loops=loops,
    )


def test_it_is_the_interpreter_s_own_command_with_what_the_cell_was_asked():
    assert command(HERE) == "/opt/cpython-3.13/bin/python workloads/mixed.py TAIL"


def test_variables_of_the_matrix_come_first_without_passwords():
    variables = {"A": "b c", "PROXY": "http://me:secret@host/"}
    assert command(replace(HERE, env=variables)) == (
        "env 'A=b c' 'PROXY=http://***@host/' /opt/cpython-3.13/bin/python workloads/mixed.py TAIL"
    )


def test_in_an_image_it_is_run_in_a_container():
    assert command(replace(INSIDE, env={"A": "b"})) == (
        "podman run --rm --network=none --volume=./workloads:/gilometer/workloads:ro --env=A=b"
        " --entrypoint=/opt/jython-2.7/bin/python sha256:jython /gilometer/workloads/mixed.py TAIL"
    )


def test_what_needs_servers_has_the_network_of_the_machine():
    work = replace(MIXED, services=("http",))
    assert "--network=host" in command(INSIDE, work)
    assert needs_servers(records.plan([INSIDE], [work]), failure(INSIDE, work))
    assert not needs_servers(records.plan([INSIDE], [MIXED]), failure(INSIDE, MIXED))


def test_a_cell_whose_calibration_failed_calibrates():
    seconds = records.plan([HERE], [MIXED]).effort.iteration_s
    assert command(HERE, loops=0) == (
        f"/opt/cpython-3.13/bin/python workloads/mixed.py --calibrate {seconds}"
    )


def test_of_what_the_plan_does_not_have_there_is_none():
    assert not command_of(records.plan([HERE], [MIXED]), failure(INSIDE, MIXED))
