"""After a strategy has stopped, none of its threads, processes, interpreters and open files is left.

Each script does its job twice, so that what Python itself keeps from the first time on does not count: the
server that starts processes, for one.
"""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass

import psutil
import pytest

from tests import required
from tests.workloads.running import ANY_STRATEGY, HOST, SUBINTERPRETERS

OWN = (
    ANY_STRATEGY + "    parameters = {'ending': ''}\n"
    "    meanings = {'ending': ''}\n"
    "    def open(self): self.file = open(__file__)\n"
    "    def fetch(self, index):\n"
    "        if index == 3 and self.ending == 'failure': raise ValueError('boom')\n"
    "        if index == 3 and self.ending == 'interrupt': os.kill(int(os.environ['MAIN']), 2)\n"
    "        return index\n"
    "    def transform(self, index, data): return data\n"
    "    def close(self): self.file.close()\n"
)
TWICE = """
if __name__ == '__main__':
    try:
        import _interpreters
    except ImportError:
        try:
            import _xxsubinterpreters as _interpreters
        except ImportError:
            _interpreters = None
    os.environ['MAIN'] = str(os.getpid())
    for _ in range(2):
        try:
            _contract.answer(Own, sys.argv[1:], 'own.py')
        except BaseException as error:
            print(type(error).__name__)
        print('rests', len(_interpreters.list_all()) if _interpreters else 1)
        sys.stdout.flush()
        sys.stdin.readline()
"""
PATIENCE_S = 30
ENDINGS = {"well": "{", "failure": "WorkerFailed", "interrupt": "KeyboardInterrupt"}
"""What the script says, at least in the beginning, when its job ends so."""


@dataclass(frozen=True)
class Left:
    """What a script that rests has."""

    said: str
    interpreters: int
    threads: int
    processes: int
    files: int


def left_after_each(script, words, python) -> list[Left]:
    """Do the job twice."""
    with subprocess.Popen(
        [*python, str(script), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        lefts = []
        for _ in range(2):
            said, rests = running.stdout.readline(), running.stdout.readline().split()
            seen = psutil.Process(running.pid)
            processes = len(seen.children(recursive=True))
            lefts.append(Left(said, int(rests[1]), threads_of(seen), processes, seen.num_fds()))
            running.stdin.write("\n")
            running.stdin.flush()
    assert running.returncode == 0
    return lefts


def threads_of(process: psutil.Process) -> int:
    """How many are left in the end; until 3.13, to join a thread was not to wait for the system's."""
    end = time.monotonic() + PATIENCE_S
    while (count := process.num_threads()) > 1 and time.monotonic() < end:
        time.sleep(0.01)
    return count


def check(write_workload, spread, ending, python) -> None:
    script = write_workload(OWN)
    script.write_text(script.read_text().partition("\nif __name__")[0] + TWICE)
    words = (*spread, "--units", "128", "--param", f"ending={ending}")
    first, second = left_after_each(script, words, python)
    assert second.said.startswith(ENDINGS[ending])
    assert second == Left(second.said, 1, 1, first.processes, first.files)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("strategy", ["threads", "processes", "hybrid", "asyncio"])
def test_nothing_is_left_of_64_workers(strategy, ending, write_workload) -> None:
    check(write_workload, ("--strategy", strategy, "--workers", "64"), ending, HOST)


@pytest.mark.interpreters
@pytest.mark.parametrize(("ending", "workers"), [("well", "64"), ("failure", "8"), ("interrupt", "8")])
@pytest.mark.parametrize("name", SUBINTERPRETERS)
def test_nothing_is_left_of_interpreters(name, ending, workers, write_workload) -> None:
    spread = ("--strategy", "subinterpreters", "--workers", workers)
    check(write_workload, spread, ending, required.interpreter(name))
