"""The harness is stopped with Ctrl-Z, and continued."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from tests import untraced

WAITS = """
import sys, time
from gilometer.run.stops import Stops
with Stops(lambda: print("prepared", flush=True)) as stops:
    print("ready", flush=True)
    while sys.stdin.readline():
        now = time.monotonic()
        print(stops.count(), stops.clock() < now, flush=True)
"""


def waiting() -> subprocess.Popen[str]:
    """Start one in a process group of its own, as a shell does."""
    running = subprocess.Popen(
        [sys.executable, "-c", WAITS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=untraced.environment(PYTHONPATH=os.pathsep.join(sys.path)),
        process_group=0,
    )
    assert running.stdout
    assert running.stdout.readline() == "ready\n"
    return running


def stop(running: subprocess.Popen[str], number: signal.Signals) -> None:
    running.send_signal(number)
    _, status = os.waitpid(running.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    time.sleep(0.05)  # far longer than two readings of a clock are apart
    running.send_signal(signal.SIGCONT)


def test_ctrl_z_stops_it_and_that_time_is_not_on_its_clock():
    running = waiting()
    stop(running, signal.SIGTSTP)
    assert running.communicate("\n")[0] == "prepared\n1 True\n"
    assert running.returncode == 0


def test_a_stop_that_no_program_notices_is_counted_when_it_goes_on():
    running = waiting()
    stop(running, signal.SIGSTOP)
    assert running.communicate("\n")[0] == "1 False\n"


def test_it_can_be_stopped_more_than_once():
    running = waiting()
    assert running.stdin
    assert running.stdout
    stop(running, signal.SIGTSTP)
    running.stdin.write("\n")
    running.stdin.flush()
    assert [running.stdout.readline() for _ in range(2)] == ["prepared\n", "1 True\n"]
    stop(running, signal.SIGTSTP)
    assert running.communicate("\n")[0] == "prepared\n2 True\n"
