"""The supervisor with real processes: what it sees, what it ends, and that nothing is left running."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from gilometer.run import local
from gilometer.run.client import GRACE_S
from gilometer.run.launcher import Exit, Invocation, MemberCommand
from gilometer.run.local import LocalLauncher

if TYPE_CHECKING:
    from collections.abc import Callable

SCRIPTS = Path("/workloads")


@pytest.fixture
def launcher(tmp_path):
    with contextlib.closing(LocalLauncher(tmp_path, SCRIPTS)) as launcher:
        yield launcher


def python(code: str, timeout_s: float = 30.0, copies: int = 1) -> Invocation:
    argv = (sys.executable, "-c", textwrap.dedent(code))
    return Invocation(argv=argv, env={}, timeout_s=timeout_s, copies=copies)


def only(exits: tuple[Exit, ...]) -> Exit:
    (exited,) = exits
    return exited


def test_output_status_and_times_are_seen(launcher):
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    exited = only(launcher.launch(python(code)))
    assert (exited.status, exited.signal, exited.stdout, exited.stderr) == (3, 0, "out\n", "err\n")
    assert exited.cpu_s > 0
    assert exited.wall_s > 0


def test_it_runs_in_the_folder_it_was_given(launcher, tmp_path):
    assert only(launcher.launch(python("import os; print(os.getcwd())"))).stdout.strip() == str(tmp_path)


def test_a_secret_of_the_shell_does_not_reach_what_is_measured(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    with contextlib.closing(LocalLauncher(tmp_path, SCRIPTS)) as launcher:
        exited = only(launcher.launch(python("import os; print('AWS_SECRET_ACCESS_KEY' in os.environ)")))
    assert exited.stdout == "False\n"


def test_standard_input_is_empty(launcher):
    assert only(launcher.launch(python("import sys; print(len(sys.stdin.read()))"))).stdout == "0\n"


def test_copies_run_at_the_same_time(launcher):
    waits_for_the_others = """
        import os, time
        open(str(os.getpid()), "w").close()
        while len(os.listdir(".")) < 3: time.sleep(0.01)
    """
    assert [one.status for one in launcher.launch(python(waits_for_the_others, copies=3))] == [0, 0, 0]


def test_a_signal_is_told_from_a_status(launcher):
    exited = only(launcher.launch(python("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")))
    assert (exited.status, exited.signal) == (None, signal.SIGSEGV)


def test_what_can_not_be_started_is_an_error_and_the_next_one_runs(launcher):
    missing = Invocation(argv=("/no/such/python",), env={}, timeout_s=1, copies=2)
    assert only(launcher.launch(missing)).error == "/no/such/python: No such file or directory"
    assert only(launcher.launch(python("print(1)"))).stdout == "1\n"


def test_a_timeout_kills_the_whole_tree_even_out_of_its_session(launcher):
    code = """
        import signal, subprocess, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen(["sleep", "3600"], start_new_session=True)
        print(child.pid, flush=True)
        time.sleep(3600)
    """
    exited = only(launcher.launch(python(code, timeout_s=10.0)))
    assert exited.timed_out
    assert not psutil.pid_exists(int(exited.stdout))


LEAVES_ITS_GROUP = """
    import os, time
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        time.sleep(3600)
    while os.getpgid(child) != child: time.sleep(0.01)
    os.setpgid(0, child)
"""


def test_a_timeout_ends_a_process_that_left_its_group(launcher):
    code = f"{textwrap.dedent(LEAVES_ITS_GROUP)}\ntime.sleep(3600)"
    assert only(launcher.launch(python(code, timeout_s=2.0))).timed_out


def test_a_timeout_ends_a_member_that_left_its_group(launcher):
    code = f"{textwrap.dedent(LEAVES_ITS_GROUP)}\nprint(1, flush=True)\ntime.sleep(3600)"
    launcher.begin([MemberCommand((sys.executable, "-c", code), {})], 30.0)
    (answer,) = launcher.turn([0], "turn", 0.5)
    assert not answer.is_alive
    assert only(launcher.end(30.0)).timed_out


@pytest.mark.parametrize("stream", [1, 2])
def test_a_timeout_ends_output_without_an_end(launcher, stream):
    code = f"""
        import os, time
        if os.fork():
            time.sleep(3600)
        os.setsid()
        while True: os.write({stream}, b"x"); time.sleep(0.001)
    """
    assert only(launcher.launch(python(code, timeout_s=2.0))).timed_out


def test_a_stranger_that_goes_on_to_write_into_a_pipe_is_not_waited_for(launcher, tmp_path):
    """It is no process of the invocation, so nobody ends it."""
    code = """
        import os, time
        open("pid", "w").write(str(os.getpid()))
        while not os.path.exists("is_open"): time.sleep(0.01)
    """
    stranger = """
        import os, time
        while not os.path.exists("pid") or not open("pid").read(): time.sleep(0.01)
        pipe = os.open("/proc/" + open("pid").read() + "/fd/2", os.O_WRONLY)
        open("is_open", "w").close()
        while True: os.write(pipe, b"x" * 65536)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(stranger)], cwd=tmp_path) as process:
        try:
            assert only(launcher.launch(python(code, timeout_s=30.0))).status == 0
        finally:
            process.kill()


def test_a_child_left_behind_is_ended_and_counted(launcher):
    code = """
        import subprocess
        print(subprocess.Popen(["sleep", "3600"], start_new_session=True).pid)
    """
    exited = only(launcher.launch(python(code)))
    assert (exited.status, exited.left_behind) == (0, 1)
    assert not psutil.pid_exists(int(exited.stdout))


def test_a_child_that_ends_soon_by_itself_is_not_counted(launcher):
    code = "import subprocess; subprocess.Popen(['sleep', '0.1'], start_new_session=True)"
    assert only(launcher.launch(python(code))).left_behind == 0


def test_a_flood_of_output_is_stopped(launcher):
    exited = only(launcher.launch(python("while True: print('x' * 1_000_000)")))
    assert exited.flooded
    assert len(exited.stdout) == 1 << 20


def test_a_flood_of_errors_is_swallowed_and_its_tail_kept(launcher):
    code = """
        import sys
        for _ in range(20): sys.stderr.write("x " * 500_000)
        sys.stderr.write("the end")
        print("fine")
    """
    exited = only(launcher.launch(python(code)))
    assert (exited.status, exited.stdout) == (0, "fine\n")
    assert 4000 < len(exited.stderr) <= 4096
    assert exited.stderr.endswith("the end")


def test_output_that_is_not_text_is_no_trouble(launcher):
    assert "\ufffd" in only(launcher.launch(python("import os; os.write(1, b'\\xff\\xfe')"))).stdout


def test_memory_is_that_of_the_whole_tree_and_not_of_the_harness(launcher):
    ballast = bytearray(os.urandom(1)) * (200 << 20)
    hog = "block = bytearray(b'x') * (60 << 20)"
    alone = only(launcher.launch(python(f"{hog}; print(1, flush=True); import time; time.sleep(0.2)")))
    code = f"""
        import subprocess, sys
        hog = "{hog}; print(1, flush=True); input()"
        children = [
            subprocess.Popen([sys.executable, "-c", hog], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            for _ in range(2)
        ]
        for child in children: child.stdout.readline()
        print(1, flush=True)
        for child in children: child.communicate(b"\\n")
    """
    tree = only(launcher.launch(python(code)))
    assert 60 << 20 < alone.peak_rss < 120 << 20
    assert 120 << 20 < tree.peak_rss < 220 << 20
    assert ballast


def test_what_was_gone_too_soon_to_be_seen_has_no_memory(launcher):
    exited = only(launcher.launch(Invocation(argv=("/bin/true",), env={}, timeout_s=5)))
    assert exited.peak_rss == 0


def test_a_killed_harness_leaves_nothing_running(tmp_path):
    code = f"""
        import sys
        from pathlib import Path
        from gilometer.run.launcher import Invocation
        from gilometer.run.local import LocalLauncher
        launcher = LocalLauncher(Path({str(tmp_path)!r}), Path("/workloads"))
        launcher.launch(Invocation(argv=("/bin/sleep", "3600"), env={{}}, timeout_s=4000))
    """
    root = Path(__file__).parents[2]
    harness = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], cwd=root)
    tree = wait_for(lambda: [one for one in family(harness) if one.name() == "sleep"] and family(harness))
    harness.kill()
    harness.wait()
    _, alive = psutil.wait_procs(tree, timeout=60)
    assert not alive


def family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def wait_for(condition, patience_s: float = 60.0):
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    return pytest.fail("nothing happened")


ENDINGS = {signal.SIGKILL: "killed", signal.SIGSTOP: "stopped"}


@pytest.mark.parametrize("number", ENDINGS)
def test_a_supervisor_that_is_killed_or_stopped_by_what_it_runs_is_replaced(
    launcher, tmp_path, monkeypatch, number
):
    monkeypatch.setattr(local, "GRACE_S", math.nan)  # no grace is given, which would fail
    attack = f"""
        import os, time
        if os.fork(): time.sleep(600)
        os.setsid()
        open("pid", "w").write(str(os.getpid()))
        os.kill({launcher._supervisor.pid}, {int(number)})
        time.sleep(600)
    """
    exited = only(launcher.launch(python(attack, timeout_s=5.0)))
    assert exited.lost == f"the process that starts and times it was {ENDINGS[number]}"
    attacker = int((tmp_path / "pid").read_text())
    assert wait_for(lambda: not psutil.pid_exists(attacker) or psutil.Process(attacker).status() == "zombie")
    assert launcher.losses == 1
    monkeypatch.undo()
    assert only(launcher.launch(python("print(1)"))).stdout == "1\n"


def test_one_that_is_stopped_has_no_grace_and_one_that_is_busy_has(launcher, monkeypatch):
    monkeypatch.setattr(local, "STILL_S", 0.0)
    process = psutil.Process(launcher._supervisor.pid)
    assert launcher._grace_s() == GRACE_S
    process.suspend()
    assert wait_for(lambda: process.status() == psutil.STATUS_STOPPED)
    assert launcher._grace_s() == 0.0
    monkeypatch.setattr(time, "sleep", lambda _: process.resume())
    assert launcher._grace_s() == GRACE_S


def test_a_supervisor_that_was_stopped_does_not_keep_the_harness_from_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(local, "GRACE_S", 0.2)
    launcher = LocalLauncher(tmp_path, SCRIPTS)
    launcher._supervisor.send_signal(signal.SIGSTOP)
    launcher.close()
    assert launcher._supervisor.returncode == -signal.SIGKILL


def test_an_answer_that_came_while_the_harness_was_stopped_counts(launcher, monkeypatch):
    monkeypatch.setattr(local, "GRACE_S", -60.0)
    wait = launcher._client._poll.poll
    monkeypatch.setattr(launcher._client, "_poll", Late(wait))
    assert only(launcher.launch(python("print(1)"))).stdout == "1\n"


class Late:
    """A poll as it is after Ctrl-Z and `fg`: nothing has come before its time was over."""

    def __init__(self, wait: Callable[[float], list[tuple[int, int]]]) -> None:
        self.wait = wait
        self.is_first = True

    def poll(self, _patience_ms: float) -> list[tuple[int, int]]:
        if self.is_first:
            self.is_first = False
            self.wait(20_000)
            return []
        return self.wait(20_000)
