"""Programs as services: real processes, each a line of Python."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from gilometer.errors import ServiceError
from gilometer.run.services import program as module
from gilometer.run.services.program import Program
from gilometer.run.services.service import Address
from tests.run.waiting import until

READY = "import sys; print('test://here', flush=True); "
GOOD = READY + "sys.stdin.read()"


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-S", "-c", textwrap.dedent(code))


@contextlib.contextmanager
def program(code: str):
    with contextlib.closing(Program(python(code), "GILOMETER_TEST")) as running:
        yield running


def pid_of(running: Program) -> int:
    return running._process.pid


def test_it_says_where_it_is_and_ends_when_it_is_closed():
    with program(GOOD) as running:
        assert running.address == Address("GILOMETER_TEST", "test://here")
        assert running.is_alive()
    assert not running.is_alive()


def test_its_cpu_time_has_that_of_its_children_and_never_falls():
    burn = "import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
    code = f"""
        import subprocess, sys
        subprocess.run([sys.executable, "-S", "-c", {burn!r}])
        print("test://here", flush=True)
        sys.stdin.read()
    """
    with program(code) as running:
        used_s = running.cpu_s()
        assert used_s >= 0.25
        psutil.Process(pid_of(running)).kill()
        until(lambda: not running.is_alive())
        assert running.cpu_s() >= used_s


def test_one_that_died_is_dead():
    with program(GOOD) as running:
        psutil.Process(pid_of(running)).kill()
        until(lambda: not running.is_alive())


def test_one_that_does_not_end_is_killed(monkeypatch):
    monkeypatch.setattr(module, "END_S", 0.2)
    with program(READY + "import time; time.sleep(600)") as running:
        pass
    assert not psutil.pid_exists(pid_of(running))


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("raise SystemExit('no room')", "it ended at once: no room"),
        ("pass", "it ended at once: it gives no reason"),
        ("1 / 0", "it ended at once: ZeroDivisionError: "),
    ],
)
def test_one_that_ends_at_once_gives_the_reason(code, why):
    with pytest.raises(ServiceError, match=why):
        Program(python(code), "GILOMETER_TEST")


def test_one_that_says_nothing_is_ended():
    before = psutil.Process().children()
    with pytest.raises(ServiceError, match=r"it gave no sign of life in 0\.2 s"):
        Program(python("import sys; sys.stdin.read()"), "GILOMETER_TEST", start_s=0.2)
    assert psutil.Process().children() == before


def test_one_that_is_not_there():
    with pytest.raises(ServiceError, match=r"/no/such/program can't be started: No such file or directory"):
        Program(("/no/such/program",), "GILOMETER_TEST")


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_whoever_started_it(end):
    code = f"""
        from gilometer.run.services.program import Program
        running = Program({python(GOOD)!r}, "GILOMETER_TEST")
        print(running._process.pid, flush=True)
        import time
        time.sleep(600)
    """
    root = Path(__file__).parents[3]
    argv = [sys.executable, "-c", textwrap.dedent(code)]
    with subprocess.Popen(argv, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as starter:
        assert starter.stdout
        pid = int(starter.stdout.readline())
        assert psutil.pid_exists(pid)
        starter.send_signal(end)
    until(lambda: not runs(pid))


def runs(pid: int) -> bool:
    """Whether it does, and is not merely waited for."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_no_password_is_in_the_reason_why_it_ended():
    refusing = "import sys; sys.exit('refused: x://ann:s3cret@db')"
    with pytest.raises(ServiceError, match=r"refused: x://\*\*\*@db$"), program(refusing):
        pass
