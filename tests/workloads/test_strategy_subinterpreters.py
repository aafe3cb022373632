"""The strategy `subinterpreters`, under each CPython here that has some with a GIL of their own."""

from __future__ import annotations

import pytest

from gilometer.model import Outcome
from tests import required
from tests.workloads.running import ANY_STRATEGY, SUBINTERPRETERS, run

SPREAD = ("--strategy", "subinterpreters", "--workers", "3", "--units", "6", "--iterations", "2")
TWO = ("--strategy", "subinterpreters", "--workers", "2", "--units", "2", "--iterations", "1")

pytestmark = pytest.mark.interpreters


@pytest.fixture(params=SUBINTERPRETERS)
def python(request):
    """Give the command of each in turn."""
    return required.interpreter(request.param)


@pytest.mark.parametrize("size", [1, 4096, 300_000])
def test_gives_what_serial_gives_however_long_it_is(size, python, write_workload, tmp_path) -> None:
    script = write_workload(f"{ANY_STRATEGY}    def unit(self, index): return [index, 'x' * {size}]\n")
    serial = run(script, "--units", "6", python=python, cwd=tmp_path).line
    line = run(script, *SPREAD, "--loops", "2", python=python, cwd=tmp_path).line
    assert (line.outcome, line.checksum, line.loops) == (Outcome.OK, serial.checksum, 2)


def test_each_worker_has_a_script_of_its_own_with_the_parameters(python, write_workload, tmp_path) -> None:
    script = write_workload(
        ANY_STRATEGY + "    parameters = {'share': 0.5, 'word': ''}\n"
        "    opened = []\n"
        "    def open(self):\n"
        "        self.opened.append(self)\n"
        "        sys.stderr.write('%d %s %s\\n' % (len(self.opened), self.share, self.word))\n"
        "        sys.stderr.flush()\n"
        "    def unit(self, index): return index\n"
    )
    words = (*SPREAD, "--param", "share=0.25", "--param", "word=it's")
    assert run(script, *words, python=python, cwd=tmp_path).stderr == "1 0.25 it's\n" * 3


def test_they_run_at_once_as_each_has_a_gil_of_its_own(python, write_workload, tmp_path) -> None:
    script = write_workload(
        ANY_STRATEGY + "    def open(self):\n"
        "        import mmap\n"
        "        sys.setswitchinterval(1000)  # who has a GIL keeps it\n"
        "        self.file = open('begun', 'r+b')\n"
        "        self.begun = mmap.mmap(self.file.fileno(), 2)\n"
        "    def unit(self, index):\n"
        "        self.begun[index] = 1\n"
        "        end = time.monotonic() + 60\n"
        "        while self.begun[1 - index] == 0 and time.monotonic() < end: pass\n"
        "        return self.begun[1 - index]\n"
        "    def close(self): self.begun.close(); self.file.close()\n"
    )
    (tmp_path / "begun").write_bytes(b"\0\0")
    met = run(script, *TWO, python=python, cwd=tmp_path).line
    assert met.iterations[0].wall_s < 60


def test_a_worker_that_raises_ends_the_script_with_its_traceback(python, write_workload, tmp_path) -> None:
    script = write_workload(
        ANY_STRATEGY + "    def unit(self, index): return 1 // (4 - index)\n"
        "    def close(self): sys.stderr.write('closed '); sys.stderr.flush()\n"
    )
    failed = run(script, *SPREAD, python=python, cwd=tmp_path)
    assert (failed.status, failed.stdout) == (1, "")
    assert "Traceback (most recent call last)" in failed.stderr
    assert failed.stderr.count("closed ") == 3
    assert "own.py: interpreter 1 failed with ZeroDivisionError: " in failed.stderr


@pytest.mark.parametrize("raises", ["ValueError('shut')", "SystemExit(3)"])
def test_a_worker_that_can_not_open_ends_the_script(raises, python, write_workload, tmp_path) -> None:
    script = write_workload(f"{ANY_STRATEGY}    def open(self): raise {raises}\n")
    failed = run(script, *TWO, python=python, cwd=tmp_path)
    assert (failed.status, failed.stdout) == (1, "")
    assert "own.py: interpreter 0 failed with " in failed.stderr


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("    def open(self): raise _contract.Unsupported('no frobs')\n", "no frobs"),
        (
            "    if __name__ != '__main__': raise ImportError('one only')\n",
            "can't be imported in a subinterpreter: one only",
        ),
        (
            "    with _contract.needs:\n        if __name__ != '__main__': raise ImportError('one only')\n",
            "lacks what it needs: one only",
        ),
    ],
)
def test_what_can_not_be_there_is_unsupported(body, reason, python, write_workload, tmp_path) -> None:
    ended = run(write_workload(ANY_STRATEGY + body), *TWO, python=python, cwd=tmp_path)
    assert (ended.line.outcome, ended.line.reason) == (Outcome.UNSUPPORTED, reason)
    assert (ended.line.iterations, ended.stderr) == ((), "")


def test_a_guest_that_can_not_even_begin_is_a_failure(python, write_workload, tmp_path) -> None:
    script = write_workload(ANY_STRATEGY)
    with script.with_name("_strategy_subinterpreters.py").open("a") as strategy:
        strategy.write("\nif not hasattr(sys.modules['__main__'], 'Own'): raise ValueError('not here')\n")
    failed = run(script, *TWO, python=python, cwd=tmp_path)
    assert (failed.status, failed.stdout) == (1, "")
    assert "not here" in failed.stderr
    assert "own.py: thread 0 failed with " in failed.stderr


def test_cpu_time_covers_the_interpreters_once(python, write_workload, tmp_path) -> None:
    script = write_workload(
        ANY_STRATEGY + "    def unit(self, index):\n"
        "        end = time.thread_time() + 0.02\n"
        "        while time.thread_time() < end: pass\n"
        "        return index\n"
    )
    line = run(script, *TWO, python=python, cwd=tmp_path).line
    assert (line.iterations[0].cpu_s or 0) >= 0.04
