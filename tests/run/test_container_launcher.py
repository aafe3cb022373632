"""The launcher of containers, with an engine whose containers are processes of this machine."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import textwrap
from pathlib import Path

import pytest
from msgspec.structs import replace

from gilometer.errors import EngineError
from gilometer.interpreters.containers.engine import Limits, Network, find_engine
from gilometer.model import Cell, Outcome, Strategy
from gilometer.run import container as container_module
from gilometer.run import kept_container
from gilometer.run.container import ContainerLauncher
from gilometer.run.launcher import Answer, Exit, Invocation, MemberCommand
from gilometer.run.launchers import LauncherPool
from gilometer.run.outcome import Assessment, Expected, assess
from tests import records
from tests.run.fake_engine import RunningEngine
from tests.run.holding import contained, holding
from tests.run.waiting import until

SCRIPTS = Path("/workloads")
LIMITS = Limits(memory_bytes=2 << 30, processes=64)
DEAF = "import sys, time; [print('[]', flush=True) for _ in sys.stdin]; time.sleep(600)"
"""In a supervisor's place: greets, and doesn't end when it should."""
MUTE = "import time; time.sleep(600)"


@pytest.fixture
def engine(tmp_path, monkeypatch):
    engine = RunningEngine(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return engine


@pytest.fixture
def launcher(engine, tmp_path):
    """Launch in an image that has this Python."""
    with contextlib.closing(launcher_of(engine.has_image(sys.executable), tmp_path)) as launcher:
        yield launcher
    assert not engine.containers


@pytest.fixture
def launch(launcher):
    return launcher.launch


def launcher_of(image: str, folder: Path) -> ContainerLauncher:
    return ContainerLauncher(contained(image), folder, SCRIPTS, LIMITS)


def python(code: str, timeout_s: float = 30.0, copies: int = 1) -> Invocation:
    argv = (sys.executable, "-S", "-c", textwrap.dedent(code))
    return Invocation(argv=argv, env={}, timeout_s=timeout_s, copies=copies)


def only(exits: tuple[Exit, ...]) -> Exit:
    (exited,) = exits
    return exited


def verdict_on(exited: Exit) -> Assessment:
    cell = Cell("jython-2.7", "", "fib", Strategy.SERIAL, 1)
    return assess(exited, Expected(records.work("fib"), cell, timeout_s=60.0))


def test_one_container_serves_many_invocations(launch, engine):
    for number in range(3):
        assert only(launch(python(f"print({number})"))).stdout == f"{number}\n"
    assert len(launch(python("print(1)", copies=2))) == 2
    assert len(engine.calls_of("run")) == 1


def test_answers_of_any_length_arrive_whole(launch):
    assert len(only(launch(python("print('x' * 1_000_000)"))).stdout) == 1_000_001


def test_it_runs_in_the_folder_of_the_run_and_adds_to_the_environment_of_the_container(launch, tmp_path):
    asked = replace(
        python("import os; print(os.getcwd(), os.environ['A'], 'PATH' in os.environ)"), env={"A": "b"}
    )
    assert only(launch(asked)).stdout == f"{tmp_path} b True\n"


def test_the_engine_is_asked_for_what_the_warden_needs_and_no_more(launch, engine):
    launch(python("print(1)"))
    (run,) = engine.calls_of("run")
    mounts = [word for word in run if word.startswith("--mount=")]
    assert [("readonly" in mount) for mount in mounts] == [True, True, False]
    assert "--memory=2147483648" in run
    assert run[-3:] == ["-I", "-S", "/gilometer/supervisor.py"]


def test_invocations_see_the_scripts_where_they_are_mounted(launch):
    assert launch.__self__.scripts == Path("/gilometer/workloads")


@pytest.mark.parametrize("code", ["import time; time.sleep(60)", "raise SystemExit(1)"])
def test_a_container_in_which_a_process_failed_is_replaced(launch, engine, code):
    exited = only(launch(python(code, timeout_s=5.0)))
    assert (exited.timed_out, exited.status) in {(True, None), (False, 1)}
    assert not engine.containers
    assert only(launch(python("print(1)"))).stdout == "1\n"
    assert len(engine.calls_of("run")) == 2


def test_one_in_which_a_process_could_not_be_started_is_kept(launch, engine):
    assert only(launch(Invocation(("/no/such/python",), {}, 5.0))).error
    assert only(launch(python("print(1)"))).stdout == "1\n"
    assert len(engine.calls_of("run")) == 1


def test_a_container_that_was_killed_is_told_and_replaced(launch, engine):
    exited = only(launch(python("import os, signal; os.kill(os.getppid(), signal.SIGKILL)")))
    assert verdict_on(exited) == Assessment(
        Outcome.KILLED, "its container was killed; the limit of memory there is 2 GiB"
    )
    assert only(launch(python("print(1)"))).stdout == "1\n"
    assert len(engine.calls_of("run")) == 2


def test_so_is_one_that_ended_in_another_way(launch):
    exited = only(launch(python("import os, signal, sys; os.kill(os.getppid(), signal.SIGABRT)")))
    assert verdict_on(exited) == Assessment(
        Outcome.CRASHED, "its container ended with status 134: it gives no reason"
    )
    assert exited.wall_s > 0
    assert only(launch(python("print(1)"))).stdout == "1\n"


def test_one_that_ends_between_two_invocations_costs_the_second(launch, engine):
    launch(python("print(1)"))
    engine.kill()
    assert "its container was killed" in only(launch(python("print(1)"))).lost
    assert only(launch(python("print(1)"))).stdout == "1\n"


def test_a_container_that_answers_no_more_is_removed(launch, engine, monkeypatch):
    monkeypatch.setattr(container_module, "GRACE_S", 0.2)
    monkeypatch.setattr(kept_container, "END_S", 0.2)
    stop = "import os, signal; os.kill(os.getppid(), signal.SIGSTOP)"
    exited = only(launch(python(stop, timeout_s=10.0)))
    assert verdict_on(exited).outcome is Outcome.TIMEOUT
    assert not engine.containers
    assert len(engine.calls_of("rm")) == 1


def test_a_container_that_does_not_end_is_removed(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(kept_container, "END_S", 0.2)
    launcher = launcher_of(engine.has_image(sys.executable, "-c", DEAF), tmp_path)
    assert launcher.launch(python("print(1)")) == ()
    launcher.close()
    assert not engine.containers


def test_what_can_not_be_removed_is_told(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(kept_container, "END_S", 0.2)
    launcher = launcher_of(engine.has_image(sys.executable, "-c", DEAF), tmp_path)
    launcher.launch(python("print(1)"))
    engine.fails("rm", "Error: no answer from the daemon")
    with pytest.raises(EngineError, match=r"podman can't remove the container gilometer-.*: no answer"):
        launcher.close()
    engine.kill()


def test_an_image_that_vanished_costs_its_own_interpreter_alone(engine, tmp_path):
    image = engine.has_image(sys.executable, name="pypy")
    with LauncherPool(tmp_path / "scratch", SCRIPTS) as fleet:
        gone, local = fleet.of(contained("sha256:0123")), fleet.of(records.interpreter("cpython-3.13"))
        verdict = verdict_on(only(gone.launch(python("print(1)"))))
        assert verdict.outcome is Outcome.CRASHED
        assert verdict.reason == (
            "could not be started: the image jython is gone; build it again: gilometer images jython"
        )
        assert only(local.launch(python("print(1)"))).stdout == "1\n"
        assert only(fleet.of(contained(image, "+gil")).launch(python("print(2)"))).stdout == "2\n"


def test_what_needs_this_machine_s_network_has_a_container_of_its_own(engine, tmp_path):
    inside = contained(engine.has_image(sys.executable))
    with LauncherPool(tmp_path / "scratch", SCRIPTS) as fleet:
        for network in (Network.NONE, Network.HOST, Network.NONE, Network.HOST):
            assert only(fleet.of(inside, network).launch(python("print(1)"))).stdout == "1\n"
    runs = [[word for word in run if word.startswith("--network=")] for run in engine.calls_of("run")]
    assert runs == [["--network=none"], ["--network=host"]]


def test_all_that_runs_here_has_one_launcher(tmp_path):
    here = records.interpreter("cpython-3.13")
    with LauncherPool(tmp_path / "scratch", SCRIPTS) as fleet:
        assert fleet.of(here, Network.HOST) is fleet.of(here, Network.NONE)


def test_an_image_that_was_built_anew_is_another_one(engine, tmp_path):
    launcher = launcher_of("sha256:0123", tmp_path)
    engine.has_image(sys.executable)
    assert only(launcher.launch(python("print(1)"))).error == (
        "the image jython has been built anew since it was found; start a new run"
    )


@pytest.mark.parametrize(
    ("complaint", "reason"),
    [
        (
            "Error: crun: cgroups are not mounted",
            "its container ended at once: crun: cgroups are not mounted",
        ),
        ("", "its container ended at once: it gives no reason"),
    ],
)
def test_a_container_that_does_not_start(engine, tmp_path, complaint, reason):
    launcher = launcher_of(engine.has_image(sys.executable), tmp_path)
    engine.fails("run", complaint)
    assert only(launcher.launch(python("print(1)"))) == Exit(error=reason)


def test_none_is_tried_any_more_after_two_that_did_not_start(engine, tmp_path):
    launcher = launcher_of(engine.has_image(sys.executable), tmp_path)
    engine.fails("run", "Error: no space left")
    reasons = {only(launcher.launch(python("print(1)"))).error for _ in range(5)}
    assert reasons == {"its container ended at once: no space left"}
    assert len(engine.calls_of("run")) == container_module.MOST_FAULTS


def test_one_that_could_not_be_removed_is_tried_again_at_the_end(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(kept_container, "END_S", 0.2)
    launcher = launcher_of(engine.has_image(sys.executable), tmp_path)
    launcher.launch(python("print(1)"))
    engine.fails("rm", "Error: no answer from the daemon")
    engine.kill()
    assert only(launcher.launch(python("print(1)"))).lost
    assert only(launcher.launch(python("print(1)"))).stdout == "1\n"
    before = len(engine.calls_of("rm"))
    with pytest.raises(EngineError, match="can't remove the container"):
        launcher.close()
    assert len(engine.calls_of("rm")) > before
    assert len({call[-1] for call in engine.calls_of("rm")}) == 1


def test_an_image_without_the_warden_s_python(engine, tmp_path):
    launcher = launcher_of(
        engine.has_image("/bin/sh", "-c", "echo python3: not found >&2; exit 127"), tmp_path
    )
    assert (
        only(launcher.launch(python("print(1)"))).error == "its container ended at once: python3: not found"
    )


def test_a_container_that_gives_no_sign_of_life(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(container_module, "START_S", 0.3)
    monkeypatch.setattr(kept_container, "END_S", 0.2)
    launcher = launcher_of(engine.has_image(sys.executable, "-c", MUTE), tmp_path)
    assert only(launcher.launch(python("print(1)"))).error == "its container gave no sign of life in 0.3 s"
    assert not engine.containers


def test_an_engine_that_is_gone(engine, tmp_path, monkeypatch):
    launcher = launcher_of(engine.has_image(sys.executable), tmp_path)
    engine.path.unlink()
    monkeypatch.setenv("PATH", str(engine.path.parent))
    verdict = verdict_on(only(launcher.launch(python("print(1)"))))
    assert verdict.outcome is Outcome.UNAVAILABLE
    assert "there is no container engine" in verdict.reason


def test_what_can_not_be_removed_does_not_keep_the_pool_from_its_end(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(kept_container, "END_S", 0.2)
    inside = contained(engine.has_image(sys.executable, "-c", DEAF))
    with LauncherPool(tmp_path / "scratch", SCRIPTS) as fleet:
        fleet.of(inside).launch(python("print(1)"))
        engine.fails("rm", "Error: no answer from the daemon")
    (complaint,) = fleet.complaints
    assert "can't remove the container" in complaint
    assert "no answer from the daemon" in complaint
    engine.kill()


def test_an_engine_that_goes_while_a_container_is_started(engine):
    found = find_engine()
    engine.has_image(sys.executable)
    (image,) = found.images()
    engine.path.unlink()
    with pytest.raises(EngineError, match=r"podman can't be started: No such file or directory"):
        kept_container.KeptContainer(found, image, (), LIMITS, Network.NONE)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_harness_that_ends_takes_its_container_along(engine, tmp_path, end):
    """The signal goes to the whole group, as Ctrl-C does."""
    with holding(tmp_path / "scratch", engine.has_image(sys.executable)) as harness:
        until(lambda: engine.containers or harness.poll() is not None)
        assert harness.poll() is None, harness.communicate()
        os.killpg(harness.pid, end)
    until(lambda: not engine.containers)
    assert (tmp_path / "scratch").exists() == (end is not signal.SIGINT)


# --- turns ------------------------------------------------------------------------------------

SPEAKER = """
    import os, signal, sys, time
    print("ready", flush=True)
    for line in sys.stdin:
        {on_turn}
        print("did", line.strip(), flush=True)
"""
DEAD = Answer(is_alive=False)


def speaker(on_turn: str = "pass") -> MemberCommand:
    return MemberCommand(python(SPEAKER.replace("{on_turn}", on_turn)).argv, {})


def test_members_take_turns_in_one_container(launcher, engine):
    begun = launcher.begin([speaker(), speaker()], 30.0)
    assert [(one.is_alive, one.answer) for one in begun] == [(True, "ready")] * 2
    assert [one.answer for one in launcher.turn([1, 0], "turn", 30.0)] == ["did turn"] * 2
    both, first = launcher.turns([[1, 0], [0]], "turn", 30.0, 30.0)
    assert [one.answer for one in (*both, *first)] == ["did turn"] * 3
    exits = launcher.end(30.0)
    assert [(one.status, one.stdout) for one in exits] == [
        (0, "ready\n" + "did turn\n" * turns) for turns in (3, 2)
    ]
    assert only(launcher.launch(python("print(1)"))).stdout == "1\n"
    assert len(engine.calls_of("run")) == 1


def test_a_member_that_fails_costs_neither_the_others_nor_the_container(launcher):
    launcher.begin([speaker("sys.exit(3)"), speaker("time.sleep(60)"), speaker()], 30.0)
    assert [one.is_alive for one in launcher.turn([0, 1, 2], "turn", 5.0)] == [False, False, True]
    assert [(one.status, one.timed_out, one.lost) for one in launcher.end(30.0)] == [
        (3, False, ""),
        (None, True, ""),
        (0, False, ""),
    ]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT])
def test_members_go_with_their_container(launcher, engine, number):
    launcher.begin([speaker(f"os.kill(os.getppid(), {number:d})"), speaker()], 30.0)
    assert launcher.turns([[1, 0], [0]], "turn", 30.0, 30.0) == ((DEAD, DEAD), (DEAD,))
    for members in ([0], [1], [1, 0]):
        assert launcher.turn(members, "turn", 30.0) == (DEAD,) * len(members)
    exits = launcher.end(30.0)
    assert len(exits) == 2
    outcome = Outcome.KILLED if number == signal.SIGKILL else Outcome.CRASHED
    assert [verdict_on(one).outcome for one in exits] == [outcome] * 2
    assert all("its container" in one.lost for one in exits)
    assert [one.is_alive for one in launcher.begin([speaker()], 30.0)] == [True]
    assert len(launcher.end(30.0)) == 1
    assert len(engine.calls_of("run")) == 2


def test_a_container_that_is_lost_between_turns_is_told_at_the_end(launcher, engine):
    launcher.begin([speaker(), speaker()], 30.0)
    engine.kill()
    assert ["its container was killed" in one.lost for one in launcher.end(30.0)] == [True, True]
    assert launcher.begin([speaker()], 30.0)[0].is_alive
    launcher.end(30.0)


def test_one_that_is_lost_after_the_last_end_costs_the_next_members(launcher, engine):
    launcher.begin([speaker()], 30.0)
    launcher.end(30.0)
    engine.kill()
    assert launcher.begin([speaker(), speaker()], 30.0) == (DEAD, DEAD)
    assert [bool(one.lost) for one in launcher.end(30.0)] == [True, True]


def test_a_container_that_answers_no_more_in_a_turn_is_removed(launcher, engine, monkeypatch):
    monkeypatch.setattr(container_module, "GRACE_S", 0.2)
    monkeypatch.setattr(kept_container, "END_S", 0.2)
    launcher.begin([speaker("os.kill(os.getppid(), signal.SIGSTOP)"), speaker()], 30.0)
    assert launcher.turn([0], "turn", 10.0) == (DEAD,)
    assert not engine.containers
    assert [verdict_on(one).outcome for one in launcher.end(30.0)] == [Outcome.TIMEOUT] * 2


def test_members_of_a_container_that_can_not_be_started(engine, tmp_path):
    launcher = launcher_of(engine.has_image(sys.executable), tmp_path)
    engine.fails("run", "Error: no space left")
    assert launcher.begin([speaker(), speaker()], 30.0) == (DEAD, DEAD)
    assert launcher.turn([1], "turn", 30.0) == (DEAD,)
    assert launcher.end(30.0) == (Exit(error="its container ended at once: no space left"),) * 2


def test_closing_a_launcher_whose_members_live_ends_them(engine, tmp_path):
    launcher = launcher_of(engine.has_image(sys.executable), tmp_path)
    launcher.begin([speaker(), speaker()], 30.0)
    launcher.close()
    assert not engine.containers
