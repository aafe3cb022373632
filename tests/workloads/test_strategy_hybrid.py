"""The strategy `hybrid`: threads that fetch, and processes that transform."""

from __future__ import annotations

import pytest

from gilometer.model import Outcome
from tests.workloads.running import ANY_STRATEGY, run

TWO = ("--strategy", "hybrid", "--workers", "2", "--units", "6", "--iterations", "1")
ONE = ("--strategy", "hybrid", "--workers", "1", "--units", "3", "--iterations", "1")
FETCH = "    def fetch(self, index): return {'n': index, 'of': [index, 'text']}\n"
TRANSFORM = "    def transform(self, index, data): return [index, data['n'], data['of'][1]]\n"


@pytest.mark.parametrize("loops", ["1", "3"])
def test_gives_what_serial_gives(loops, write_workload, tmp_path) -> None:
    script = write_workload(ANY_STRATEGY + FETCH + TRANSFORM)
    serial = run(script, "--units", "6", cwd=tmp_path).line
    line = run(script, *TWO, "--loops", loops, cwd=tmp_path).line
    assert (line.outcome, line.checksum) == (Outcome.OK, serial.checksum)


def test_each_worker_is_a_thread_here_and_a_process_there(write_workload, tmp_path) -> None:
    script = write_workload(
        ANY_STRATEGY + "    def open(self): sys.stderr.write('open %d\\n' % os.getpid())\n"
        "    def fetch(self, index): return os.getpid()\n"
        "    def transform(self, index, data):\n"
        "        sys.stderr.write('%d from %d in %d\\n' % (index % 2, data, os.getpid()))\n"
        "        sys.stderr.flush()\n"
    )
    said = [line.split() for line in run(script, *TWO, cwd=tmp_path).stderr.splitlines()]
    (opened,) = {where for what, where in (words for words in said if words[0] == "open")}
    done = {tuple(words) for words in said if words[0] != "open"}
    assert {fetched for _, _, fetched, _, _ in done} == {opened}
    assert len({transformed for _, _, _, _, transformed in done} | {opened}) == 3
    assert len(done) == 2, "a worker's thread sent to another worker's process"


def test_the_next_is_fetched_while_the_process_computes_and_no_more(write_workload, tmp_path) -> None:
    script = write_workload(
        ANY_STRATEGY + "    def fetch(self, index):\n"
        "        open('fetched %d' % index, 'w').close()\n"
        "        return sorted(os.listdir('.'))\n"
        "    def transform(self, index, data):\n"
        "        for _ in range(2000 * (index < 2)):\n"
        "            if os.path.exists('fetched %d' % (index + 1)): break\n"
        "            time.sleep(0.01)\n"
        "        sys.stderr.write('%d %s\\n' % (index, os.path.exists('fetched %d' % (index + 1))))\n"
        "        sys.stderr.write('%s\\n' % os.path.exists('fetched %d' % (index + 2)))\n"
        "        sys.stderr.flush()\n"
    )
    folder = tmp_path / "empty"
    folder.mkdir()
    assert run(script, *ONE, cwd=folder).stderr == "0 True\nFalse\n1 True\nFalse\n2 False\nFalse\n"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "    def fetch(self, index): return {'n': 1 // (3 - index), 'of': 'ab'}\n" + TRANSFORM,
            "thread 1 failed with ZeroDivisionError",
        ),
        (
            FETCH + "    def transform(self, index, data): return 1 // (3 - index)\n",
            "process 1 failed with exit",
        ),
        (
            FETCH + "    def transform(self, index, data): os._exit(7) if index == 1 else None\n",
            "process 1 failed with exit status 7",
        ),
        (
            FETCH + TRANSFORM + "    def open(self): raise ValueError('shut')\n",
            "thread 0 failed with ValueError",
        ),
        ("    def fetch(self, index): return set()\n" + TRANSFORM, "thread 0 failed with TypeError"),
    ],
)
def test_what_fails_ends_the_script(body, said, write_workload, tmp_path) -> None:
    failed = run(write_workload(ANY_STRATEGY + body), *TWO, cwd=tmp_path)
    assert (failed.status, failed.stdout) == (1, "")
    assert failed.stderr.splitlines()[-1].startswith("own.py: " + said)


def test_what_a_workload_lacks_is_unsupported(write_workload, tmp_path) -> None:
    script = write_workload(
        ANY_STRATEGY + FETCH + TRANSFORM + "    def open(self): raise _contract.Unsupported('no frobs')\n"
    )
    line = run(script, *TWO, cwd=tmp_path).line
    assert (line.outcome, line.reason, line.iterations) == (Outcome.UNSUPPORTED, "no frobs", ())


def test_cpu_time_covers_threads_and_processes(write_workload, tmp_path) -> None:
    burn = (
        "        end = time.thread_time() + 0.01\n"
        "        while time.thread_time() < end: pass\n"
        "        return index\n"
    )
    script = write_workload(
        f"{ANY_STRATEGY}    def fetch(self, index):\n{burn}    def transform(self, index, data):\n{burn}"
    )
    line = run(script, *TWO, cwd=tmp_path).line
    assert (line.iterations[0].cpu_s or 0) >= 0.12
