"""A signal that asks a run to end is handled as Ctrl-C is."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from tests import untraced
from tests.cli.running import FAKES, ROOT

SHOWN, HIDDEN = b"\x1b[?25h", b"\x1b[?25l"
OTHERS = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
WORDS = (
    "-i",
    "ok",
    "--offline",
    "-w",
    "sleep",
    "-s",
    "threads",
    "--quick",
    "--budget",
    "60s",
    "--out",
    "run",
)
ON_A_TERMINAL = (
    "import os, sys; os.login_tty(int(sys.argv[1]));"
    " os.execv(sys.executable, [sys.executable, '-m', 'gilometer', *sys.argv[2:]])"
)
"""Makes a pseudo-terminal the controlling terminal of a session of its own, as a terminal's window does."""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))
    Path("ok.toml").write_text(f'command = ["{FAKES / "ok"}"]\n')


@dataclass
class Terminal:
    """A run on a terminal of its own."""

    process: subprocess.Popen[bytes]
    screen: int
    written: bytearray = field(default_factory=bytearray)

    def read(self) -> None:
        """Read what is written until nobody has the terminal any more."""
        try:
            while data := os.read(self.screen, 1 << 16):
                self.written += data
        except OSError:
            pass


def begin(*, ignoring: signal.Signals | None = None) -> Terminal:
    """Begin a run, and wait until it has measured something."""
    screen, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", ON_A_TERMINAL, str(terminal), "compare", "--matrix", "ok.toml", *WORDS],
        env=untraced.environment(PYTHONPATH=str(ROOT / "harness"), TERM="xterm"),
        pass_fds=[terminal],
        preexec_fn=lambda: handle_as_in_a_shell(ignoring),  # noqa: PLW1509  in the child alone
    )
    os.close(terminal)
    running = Terminal(process, screen)
    samples = Path("run/samples.jsonl")
    for _ in range(6000):
        if samples.exists() and samples.read_bytes().count(b"\n") > 2:
            return running
        time.sleep(0.01)
    return pytest.fail("no samples came")


def handle_as_in_a_shell(ignoring: signal.Signals | None) -> None:
    """Ignore no signal, whatever the tests were started by, except this one."""
    for number in (signal.SIGINT, *OTHERS):
        signal.signal(number, signal.SIG_DFL)
    if ignoring:
        signal.signal(ignoring, signal.SIG_IGN)


def family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


@pytest.mark.parametrize("number", OTHERS)
def test_the_terminal_is_as_before_and_the_run_says_how_to_go_on(number):
    running = begin()
    reader = threading.Thread(target=running.read)
    reader.start()
    started = family(running.process)
    running.process.send_signal(number)
    assert running.process.wait(timeout=60) == 128 + number
    reader.join(timeout=60)
    assert started
    assert psutil.wait_procs(started, timeout=30)[1] == []
    assert running.written.rfind(SHOWN) > running.written.rfind(HIDDEN) >= 0
    assert b"gilometer compare --resume run" in running.written
    assert b"Traceback" not in running.written
    assert not Path("run/scratch").exists()


def test_a_terminal_that_is_closed_ends_the_run_and_leaves_nothing():
    running = begin()
    started = family(running.process)
    os.close(running.screen)
    assert running.process.wait(timeout=60) == 128 + signal.SIGHUP
    assert psutil.wait_procs(started, timeout=30)[1] == []
    assert not Path("run/scratch").exists()


def test_a_signal_that_is_ignored_stays_so():
    running = begin(ignoring=signal.SIGHUP)
    reader = threading.Thread(target=running.read)
    reader.start()
    running.process.send_signal(signal.SIGHUP)
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(timeout=60) == 128 + signal.SIGTERM
    reader.join(timeout=60)
