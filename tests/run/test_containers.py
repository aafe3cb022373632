"""The launcher of containers with a real engine: what an invocation may do, and that nothing is left."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import textwrap
from typing import TYPE_CHECKING

import psutil
import pytest
from msgspec.structs import replace

from gilometer.cards import digest_of, read_card
from gilometer.environment import NAMED
from gilometer.interpreters.containers.engine import Limits
from gilometer.locations import workloads_folder
from gilometer.model import Cell, Outcome, Sample, Strategy
from gilometer.plan.effort import QUICK
from gilometer.plan.make import Material, Request, make
from gilometer.run.container import ContainerLauncher
from gilometer.run.launcher import Exit, Invocation, MemberCommand
from gilometer.run.launchers import LauncherPool
from gilometer.run.measure import Measurement
from gilometer.run.outcome import Assessment, Expected, assess
from gilometer.run.services import Services
from gilometer.runs.store import Store, read
from tests import containers, records
from tests.run.fakes import FakeView
from tests.run.holding import contained, holding
from tests.run.waiting import until

if TYPE_CHECKING:
    import subprocess

pytestmark = pytest.mark.containers

LIMITS = Limits(memory_bytes=256 << 20, processes=40)
SCRIPTS = workloads_folder()


@pytest.fixture
def folder(tmp_path):
    """Stand for the scratch folder of a run."""
    tmp_path.chmod(0o1777)
    return tmp_path


@pytest.fixture
def image():
    return containers.image()


@pytest.fixture
def launcher(image, folder):
    with contextlib.closing(ContainerLauncher(contained(image.id), folder, SCRIPTS, LIMITS)) as launcher:
        yield launcher
    assert not running()


def test_the_users_own_folder_is_the_current_one_and_read_only(image, folder, tmp_path_factory):
    own = tmp_path_factory.mktemp("own")
    own.chmod(0o755)
    (own / "mine.txt").write_text("mine")
    code = "import os; print(os.getcwd(), open('mine.txt').read(), os.access('.', os.W_OK))"
    argv = (*image.supervisor, "-I", "-S", "-c", code)
    launcher = ContainerLauncher(contained(image.id), folder, SCRIPTS, LIMITS, own=own)
    with contextlib.closing(launcher):
        (exited,) = launcher.launch(Invocation(argv=argv, env={}, timeout_s=60.0))
    assert exited.stdout == "/gilometer/own mine False\n"


@pytest.fixture
def run(image, launcher: ContainerLauncher):
    """Run Python code in the image, and give the one exit."""

    def run_code(code: str, timeout_s: float = 60.0) -> Exit:
        argv = (*image.supervisor, "-I", "-S", "-c", textwrap.dedent(code))
        (exited,) = launcher.launch(Invocation(argv=argv, env={}, timeout_s=timeout_s))
        return exited

    return run_code


def running() -> list[str]:
    """Names of the containers of this process."""
    engine = containers.engine()
    names = engine.ask("ps", "--all", "--filter=label=gilometer.run", "--format={{.Names}}").split()
    return [name for name in names if f"-{os.getpid()}-" in name]


def verdict_on(exited: Exit) -> Assessment:
    cell = Cell("jython-2.7", "", "fib", Strategy.SERIAL, 1)
    return assess(exited, Expected(records.work("fib"), cell, timeout_s=60.0))


def test_one_container_is_kept_for_many_invocations(run):
    names = {run("import socket; print(socket.gethostname())").stdout for _ in range(5)}
    assert len(names) == 1
    assert len(running()) == 1


def test_time_and_memory_mean_what_they_mean_locally(run):
    code = """
        import sys, time
        block = bytearray(b"x") * (60 << 20)
        until = time.process_time() + 0.3
        while time.process_time() < until: pass
        print(len(block), flush=True)
        time.sleep(0.3)
    """
    exited = run(code)
    assert 60 << 20 < exited.peak_rss < 120 << 20
    assert 0.3 < exited.cpu_s < exited.wall_s
    assert exited.wall_s > 0.6


COUNT = "import os; print(sum(name.isdigit() for name in os.listdir('/proc')))"
"""The processes that there are: the supervisor and this one, if nothing was left."""


def test_a_timeout_ends_the_tree_and_its_container(run):
    code = """
        import os, signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if not os.fork(): os.setsid()
        time.sleep(600)
    """
    assert run(code, timeout_s=5.0).timed_out
    assert not running()
    assert run(COUNT).stdout == "2\n"


def test_orphans_are_ended_and_counted(run):
    code = """
        import os, time
        if not os.fork():
            os.setsid()
            time.sleep(600)
    """
    exited = run(code)
    assert (exited.status, exited.left_behind) == (0, 1)
    assert run(COUNT).stdout == "2\n"


def test_too_much_memory_is_told_with_the_limit(run):
    exited = run("block = bytearray(b'x') * (1 << 30)")
    assert verdict_on(exited) == Assessment(Outcome.KILLED, "out of memory: killed at the limit of 0.25 GiB")
    assert run("print(1)").stdout == "1\n"


def test_so_it_is_when_a_child_had_it(run):
    code = """
        import os, sys
        if not os.fork(): bytearray(b"x") * (1 << 30)
        os.wait()
        sys.exit("my child died")
    """
    assert verdict_on(run(code)).outcome is Outcome.KILLED


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("open('/usr/file', 'w')", "Read-only file system: '/usr/file'"),
        ("open('/gilometer/workloads/file', 'w')", "Read-only file system: '/gilometer/workloads/file'"),
        ("import socket; socket.create_connection(('192.0.2.1', 80))", "Network is unreachable"),
        ("import os; os.setuid(0)", "Operation not permitted"),
        ("import os; os.kill(1, 9); os.listdir('/root')", "Permission denied: '/root'"),
    ],
)
def test_what_it_may_not_do_is_a_crash_with_its_own_words(run, code, complaint):
    verdict = verdict_on(run(code))
    assert verdict.outcome is Outcome.CRASHED
    assert complaint in verdict.reason


def test_what_it_may_do(run, folder):
    code = """
        import os, socket
        open("/tmp/file", "w").close()
        open("file", "w").close()
        server = socket.create_server(("127.0.0.1", 0))
        socket.create_connection(server.getsockname())
        print(os.getcwd(), os.getuid() != 0, open("/proc/self/status").read().split("CapEff:")[1].split()[0])
    """
    assert run(code).stdout == f"/scratch True {0:016x}\n"
    assert (folder / "file").exists()


def test_it_sees_what_the_user_named_and_nothing_else_of_the_shell(run, monkeypatch):
    monkeypatch.setenv(NAMED, "OF_MINE,PATH")
    monkeypatch.setenv("OF_MINE", "hunter2 = a, b")
    monkeypatch.setenv("ANOTHER_OF_MINE", "hunter3")
    code = """
        import json, os
        print(json.dumps([os.environ.get(name) for name in ("OF_MINE", "ANOTHER_OF_MINE", "PATH", "HOME")]))
    """
    mine, another, path, home = json.loads(run(code).stdout)
    assert (mine, another, home) == ("hunter2 = a, b", None, "/tmp")  # noqa: S108  the container's own
    assert path != os.environ["PATH"]
    commands = [one.info["cmdline"] for one in psutil.process_iter(["cmdline"]) if one.info["cmdline"]]
    ours = [words for words in commands if any(running()[0] in word for word in words)]
    assert ours
    assert not any("hunter2" in word for words in ours for word in words)


def test_the_number_of_processes_is_limited(run):
    code = """
        import os, time
        for number in range(200):
            if not os.fork(): time.sleep(600)
    """
    exited = run(code)
    assert "BlockingIOError" in exited.stderr
    assert 0 < exited.left_behind < LIMITS.processes
    assert run(COUNT).stdout == "2\n"


SPEAKER = """
import sys
print("ready", flush=True)
for line in sys.stdin:
    if line == "hog\\n": block = bytearray(b"x") * (1 << 30)
    print("did", line.strip(), flush=True)
print("over", flush=True)
"""


def test_members_take_turns_and_fail_alone(launcher, image, run):
    member = MemberCommand((*image.supervisor, "-I", "-S", "-c", SPEAKER), {})
    assert [one.answer for one in launcher.begin([member] * 3, 60.0)] == ["ready"] * 3
    assert [one.answer for one in launcher.turn([2, 0], "turn", 60.0)] == ["did turn"] * 2
    assert [one.is_alive for one in launcher.turn([1], "hog", 60.0)] == [False]
    assert [one.answer for one in launcher.turn([0], "turn", 60.0)] == ["did turn"]
    first, hog, last = launcher.end(60.0)
    assert (first.stdout, last.stdout) == ("ready\ndid turn\ndid turn\nover\n", "ready\ndid turn\nover\n")
    assert verdict_on(hog) == Assessment(Outcome.KILLED, "out of memory: killed at the limit of 0.25 GiB")
    assert min(first.peak_rss, last.peak_rss) > 1 << 20
    assert run(COUNT).stdout == "2\n"


def test_members_whose_container_is_removed(launcher, image, run):
    launcher.begin([MemberCommand((*image.supervisor, "-I", "-S", "-c", SPEAKER), {})] * 2, 60.0)
    containers.engine().remove(*running())
    assert [one.is_alive for one in launcher.turn([0], "turn", 60.0)] == [False]
    assert [verdict_on(one).outcome for one in launcher.end(60.0)] == [Outcome.KILLED] * 2
    assert run("print(2)").stdout == "2\n"


def test_a_container_that_is_removed_meanwhile_is_told_and_replaced(run):
    run("print(1)")
    containers.engine().remove(*running())
    assert verdict_on(run("print(1)")).outcome is Outcome.KILLED
    assert run("print(2)").stdout == "2\n"


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_harness_that_ends_leaves_no_container(image, tmp_path, end):
    """The signal goes to the whole group, as Ctrl-C does."""
    with holding(tmp_path / "scratch", image.id) as harness:
        until(lambda: names_of(harness) or harness.poll() is not None)
        assert harness.poll() is None, harness.communicate()
        os.killpg(harness.pid, end)
    until(lambda: not names_of(harness))


def names_of(harness: subprocess.Popen[bytes]) -> list[str]:
    """Names of the containers that a harness has running or not yet removed."""
    listed = containers.engine().ask("ps", "--all", "--format={{.Names}}").split()
    return [name for name in listed if f"-{harness.pid}-" in name]


def test_an_image_that_vanished(folder):
    containers.engine()
    gone = replace(contained("0" * 64), source="image none")
    launcher = ContainerLauncher(gone, folder, SCRIPTS)
    (exited,) = launcher.launch(Invocation(argv=("/bin/true",), env={}, timeout_s=1.0))
    assert exited.error == "the image none is gone; build it again: gilometer images none"


@pytest.mark.parametrize("name", ["files", "http_api"])
def test_a_measurement_is_the_same_in_an_image_and_beside_it(image, tmp_path, name):
    inside = replace(records.interpreter("cpython-3.13"), command=image.supervisor, image=image.id)
    material = Material((inside,), (), (read_card(SCRIPTS / f"{name}.py"),), digest_of(SCRIPTS))
    effort = replace(QUICK, iteration_s=0.002, iterations=2, blocks=1, workloads=(name,))
    plan = make(material, Request((), (), (2,), 1, effort))
    with (
        Services() as services,
        Store(tmp_path, "run1", "plan1") as store,
        LauncherPool(tmp_path / "scratch", SCRIPTS) as fleet,
    ):
        Measurement(plan, fleet, services, store, FakeView()).run()
    samples = [one for one in read(tmp_path) if isinstance(one, Sample)]
    assert {(one.outcome, one.reason) for one in samples} == {(Outcome.OK, "")}
    assert all(one.cpu_s > 0 for one in samples)
    assert any(one.peak_rss > 0 for one in samples)  # of one that is gone too soon nothing is seen
    assert not (tmp_path / "scratch").exists()
