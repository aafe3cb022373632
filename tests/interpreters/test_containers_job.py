from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from gilometer.errors import EngineError
from gilometer.interpreters.containers import job as module
from gilometer.interpreters.containers.job import Job, by_its_step, by_signal, log_of


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path))
    monkeypatch.setattr(module, "POLL_S", 0.01)
    return tmp_path


def job(heard: list[str] | None = None) -> Job:
    return Job("jython", (heard if heard is not None else []).append)


def shell(script: str) -> tuple[str, ...]:
    return ("/bin/sh", "-c", script)


def begin(command: tuple[str, ...]) -> subprocess.Popen[str]:
    """Start a command as a job does, and wait for its first line."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, process_group=0)
    assert child.stdout
    child.stdout.readline()
    return child


def test_each_line_is_heard_and_kept(cache):
    heard: list[str] = []
    job(heard).run(shell("echo one; echo two >&2"), "it failed", by_signal)
    assert heard == ["one", "two"]
    assert (cache / "images" / "jython.log").read_text() == "one\ntwo\n"


def test_colours_are_left_out(cache):
    heard: list[str] = []
    job(heard).run(shell(r"printf '\033[91mE:\033[0m no room\n'"), "it failed", by_signal)
    assert heard == ["E: no room"]
    assert (cache / "images" / "jython.log").read_text() == "E: no room\n"


def test_the_log_is_of_the_latest_job_whole():
    job().run(shell("echo old"), "it failed", by_signal)
    latest = job()
    latest.run(shell("echo base"), "it failed", by_signal)
    latest.run(shell("echo image"), "it failed", by_signal)
    assert log_of("jython").read_text() == "base\nimage\n"


def test_a_failure_says_why_and_where_the_rest_is(cache):
    with pytest.raises(EngineError) as caught:
        job().run(shell("echo no room; echo; exit 3"), "jython could not be built", by_signal)
    assert str(caught.value) == (
        f"jython could not be built (no room); the whole log is {cache}/images/jython.log"
    )


def test_what_can_not_be_started_is_a_sentence():
    with pytest.raises(EngineError, match=r"it failed \(/no/such/tool: No such file or directory\)"):
        job().run(("/no/such/tool",), "it failed", by_signal)


def test_a_log_that_can_not_be_written_is_a_sentence(cache):
    (cache / "images").write_text("a file where a folder should be")
    with pytest.raises(EngineError, match=r"jython\.log can't be written: File exists"):
        job()


def test_a_full_disk_ends_the_command():
    full = job()
    full.log = Path("/dev/full")
    with pytest.raises(EngineError, match=r"it failed \(/dev/full: No space left on device\)"):
        full.run(shell("echo much; exec sleep 600"), "it failed", by_signal)


def test_a_ctrl_c_ends_the_command():
    pids: list[int] = []

    def interrupt(line: str) -> None:
        pids.append(int(line))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Job("jython", interrupt).run(shell("echo $$; exec sleep 600"), "it failed", by_signal)
    assert not psutil.pid_exists(pids[0])


def test_what_may_clear_up_does():
    child = begin(shell("trap 'echo cleared; exit' TERM; echo ready; while :; do sleep 0.01; done"))
    by_signal(child)
    assert child.communicate()[0] == "cleared\n"


def test_what_does_not_end_is_killed(monkeypatch):
    monkeypatch.setattr(module, "TIMEOUT_S", 0.1)
    child = begin(shell("trap '' TERM; echo ready; while :; do sleep 0.01; done"))
    by_signal(child)
    child.communicate()
    assert child.returncode == -signal.SIGKILL


PODMAN = """
import signal, subprocess, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit("its step runs on"))
step = subprocess.Popen(["/bin/sleep", "600"], start_new_session=True)
print(step.pid, flush=True)
step.wait()
print("cleared up", flush=True)
"""


def test_a_build_ends_by_its_step_and_clears_up():
    child = begin((sys.executable, "-c", PODMAN))
    by_its_step(child)
    assert child.communicate()[0] == "cleared up\n"
    assert child.returncode == 0


def test_a_build_between_two_steps_is_ended_by_the_next():
    between = "import sys, time; print('ready', flush=True); time.sleep(0.2)\n" + PODMAN
    child = begin((sys.executable, "-c", between))
    by_its_step(child)
    assert child.communicate()[0].endswith("cleared up\n")


def test_a_build_that_will_not_end_is_signalled(monkeypatch):
    monkeypatch.setattr(module, "TIMEOUT_S", 0.1)
    child = begin(shell("echo ready; while :; do :; done"))
    by_its_step(child)
    child.communicate()
    assert child.returncode == -signal.SIGTERM


def test_a_ctrl_c_of_the_real_kind_reaches_no_command():
    """The commands are in groups of their own, so it is the harness that decides how they end."""
    heard = Interrupting()
    with pytest.raises(KeyboardInterrupt):
        job(heard).run(shell("trap 'echo reached' INT; echo ready; sleep 600"), "it failed", by_its_step)
    assert heard == ["ready"]


class Interrupting(list[str]):
    """Lines, the first of which is followed by a Ctrl-C."""

    def append(self, line: str) -> None:
        super().append(line)
        threading.Timer(0.0, os.kill, (os.getpid(), signal.SIGINT)).start()
