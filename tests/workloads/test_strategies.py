"""Workers: how they are started, what they give, and what happens when one fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from gilometer.model import MOST_SPANS, Outcome, Strategy
from tests import untraced
from tests.workloads.running import ANY_STRATEGY, run, workload

SPREAD = ("threads", "processes", "asyncio")
"""Those that are told apart only by their names here; what is special to one is in a file of its own."""
BOOM = (
    ANY_STRATEGY
    + "    def unit(self, index):\n        if index == 5: raise ValueError('boom')\n        return index"
)


def spread(strategy: str, workers: int = 3) -> list[str]:
    return ["--strategy", strategy, "--workers", str(workers)]


@pytest.mark.parametrize("strategy", SPREAD)
def test_a_worker_that_raises_ends_the_script_with_its_traceback(strategy, write_workload, tmp_path) -> None:
    failed = run(write_workload(BOOM), *spread(strategy), cwd=tmp_path)
    assert (failed.status, failed.stdout) == (1, "")
    assert "Traceback (most recent call last)" in failed.stderr
    assert "ValueError: boom" in failed.stderr
    assert failed.stderr.splitlines()[-1].startswith("own.py: ")
    assert " 2 failed with " in failed.stderr.splitlines()[-1]


def test_serial_work_that_raises_ends_the_script(write_workload, tmp_path) -> None:
    failed = run(write_workload(BOOM), cwd=tmp_path)
    assert (failed.status, failed.stdout) == (1, "")
    assert failed.stderr.endswith("ValueError: boom\n")


@pytest.mark.parametrize("strategy", ["serial", *SPREAD])
def test_a_worker_that_can_not_open_ends_the_script(strategy, write_workload, tmp_path) -> None:
    script = write_workload(
        ANY_STRATEGY + "    def open(self): raise ValueError('shut')\n    def close(self): print('closed')"
    )
    failed = run(script, *spread(strategy, 1), cwd=tmp_path)
    assert (failed.status, failed.stdout) == (1, "")
    assert "ValueError: shut" in failed.stderr
    assert "closed" not in failed.stderr


def test_a_process_that_dies_is_missed(write_workload, tmp_path) -> None:
    script = write_workload(
        "    def unit(self, index):\n        if index == 1: os._exit(7)\n        return index"
    )
    failed = run(script, *spread("processes"), cwd=tmp_path)
    assert (failed.status, failed.stdout) == (1, "")
    assert failed.stderr == "own.py: process 1 failed with exit status 7\n"


@pytest.mark.parametrize("strategy", ["serial", *SPREAD])
def test_each_worker_opens_once_and_closes_after_the_line(strategy, write_workload, tmp_path) -> None:
    script = write_workload(
        ANY_STRATEGY + "    def open(self): sys.stderr.write('open ')\n"
        "    def unit(self, index): return index\n"
        "    def close(self): _contract.channel.tell('closed')\n"
    )
    workers = 1 if strategy == "serial" else 3
    done = run(script, *spread(strategy, workers), cwd=tmp_path)
    assert done.stderr == "open " * workers
    line, *after = done.stdout.splitlines()
    assert line.endswith("}")
    assert after == ["closed"] * workers


@pytest.mark.parametrize("strategy", Strategy)
def test_a_worker_lives_in_a_thread_of_its_own(strategy, write_workload, tmp_path) -> None:
    script = write_workload(
        ANY_STRATEGY + "    def open(self): self.tell()\n"
        "    def transform(self, index, data): self.tell(); return index\n"
        "    def fetch(self, index): self.tell()\n"
        "    def close(self): self.tell()\n"
        "    def tell(self):\n"
        "        from threading import current_thread, main_thread\n"
        "        sys.stderr.write('%s ' % (current_thread() is main_thread()))\n"
    )
    told = run(script, *spread(strategy, 1), "--units", "1", "--iterations", "1", cwd=tmp_path)
    assert told.status == 0
    assert "True" not in told.stderr
    assert told.line.outcome is Outcome.UNSUPPORTED or told.stderr == "False " * 4


NO_THREADS = "    import threading; threading.Thread.start = lambda t: {}['new']\n"


@pytest.mark.parametrize("strategy", ["serial", "processes", "asyncio"])
def test_where_no_thread_can_be_started_the_main_one_does_the_work(
    strategy, write_workload, tmp_path
) -> None:
    unit = "    def unit(self, index): return index\n    def close(self): sys.stderr.write('closed')"
    ended = run(write_workload(ANY_STRATEGY + NO_THREADS + unit), *spread(strategy, 1), cwd=tmp_path)
    assert (ended.line.outcome, ended.stderr) == (Outcome.OK, "closed")
    failed = run(write_workload(ANY_STRATEGY + NO_THREADS + BOOM), *spread(strategy, 1), cwd=tmp_path)
    assert (failed.status, failed.stdout) == (1, "")
    assert "ValueError: boom" in failed.stderr


@pytest.mark.parametrize("strategy", ["serial", "threads", "asyncio"])
def test_a_worker_may_find_out_that_the_command_line_is_wrong(strategy, write_workload, tmp_path) -> None:
    script = write_workload(ANY_STRATEGY + "    def open(self): raise _contract.UsageError('no such file')")
    refused = run(script, *spread(strategy, 1), cwd=tmp_path)
    assert (refused.status, refused.stdout, refused.stderr) == (2, "", "own.py: no such file\n")


@pytest.mark.parametrize("strategy", ["serial", *SPREAD])
def test_values_are_put_in_unit_order_whoever_made_them(strategy, write_workload, tmp_path) -> None:
    script = write_workload(
        ANY_STRATEGY + "    def unit(self, index): return [index, index / 3.0, 'u%d' % index]"
    )
    workers = 1 if strategy == "serial" else 5
    line = run(script, *spread(strategy, workers), "--units", "7", "--loops", "3", cwd=tmp_path).line
    assert line.checksum == run(script, "--units", "7", cwd=tmp_path).line.checksum


@pytest.mark.parametrize("strategy", ["serial", *SPREAD])
def test_each_unit_is_done_once_in_each_loop(strategy, write_workload, tmp_path) -> None:
    script = write_workload(
        ANY_STRATEGY + "    def unit(self, index):\n"
        "        os.write(2, ('%d %d\\n' % (index, os.getpid())).encode())\n"
        "        return index"
    )
    workers = 1 if strategy == "serial" else 2
    loops = ["--units", "6", "--loops", "2", "--iterations", "1"]
    done = run(script, *spread(strategy, workers), *loops, cwd=tmp_path).stderr.splitlines()
    assert sorted(line.split()[0] for line in done) == sorted("012345" * 2)
    pairs = {tuple(line.split()) for line in done}
    assert len(pairs) == 6, "a unit is always done by the same worker"
    assert len({process for _, process in pairs}) == (workers if strategy == "processes" else 1)


@pytest.mark.parametrize("strategy", SPREAD)
def test_workers_beyond_the_units_are_idle(strategy, tmp_path) -> None:
    line = run(workload("fib"), *spread(strategy, 4), "--units", "2", cwd=tmp_path).line
    assert (line.outcome, line.workers, line.units) == (Outcome.OK, 4, 2)


def test_iterations_that_disagree_show_in_the_checksum(write_workload, tmp_path) -> None:
    script = write_workload(
        "    seen = 0\n    def unit(self, index):\n        self.seen += 1\n        return self.seen"
    )
    assert run(script, cwd=tmp_path).line.checksum.count("/") == 2


def test_the_first_worker_is_asked_what_it_observed_after_each_iteration(write_workload, tmp_path) -> None:
    script = write_workload(
        "    done = 0\n"
        "    def unit(self, index): self.done += 1; return index\n"
        "    def observe(self): return [('done', 'units', self.done)]"
    )
    for strategy, first_share in (("serial", 6), ("threads", 3)):
        workers = 1 if strategy == "serial" else 2
        line = run(script, *spread(strategy, workers), "--units", "6", "--iterations", "2", cwd=tmp_path).line
        (done,) = line.observations
        assert (done.what, done.unit, done.values) == ("done", "units", (first_share, 2 * first_share))


def test_spans_count_from_the_beginning_of_the_last_iteration(write_workload, tmp_path) -> None:
    script = write_workload(
        "    def unit(self, index): self.at = _contract.clock(); return index\n"
        "    def spans(self): return [(0, self.at, self.at + 0.25)]"
    )
    line = run(script, "--iterations", "2", cwd=tmp_path).line
    (span,) = line.spans
    assert 0 <= span.start_s <= line.iterations[-1].wall_s
    assert span.end_s - span.start_s == pytest.approx(0.25, abs=1e-5)


def test_of_many_spans_those_that_begin_first_are_told(write_workload, tmp_path) -> None:
    script = write_workload(
        "    def unit(self, index): return index\n"
        "    def spans(self): return [(0, float(n), n + 1.0) for n in range(1000, 0, -1)]"
    )
    line = run(script, cwd=tmp_path).line
    assert len(line.spans) == MOST_SPANS
    starts = [span.start_s for span in line.spans]
    assert starts == sorted(starts)
    assert starts[-1] - starts[0] == pytest.approx(MOST_SPANS - 1)


def test_most_workloads_tell_no_spans(tmp_path) -> None:
    assert run(workload("fib"), cwd=tmp_path).line.spans == ()


def test_calibration_forgets_what_it_observed_with_fewer_loops(write_workload, tmp_path) -> None:
    script = write_workload(
        "    def unit(self, index): return index\n    def observe(self): return [('now', 's', time.time())]"
    )
    line = run(script, "--calibrate", "0.05", cwd=tmp_path).line
    assert line.loops > 1
    assert len(line.observations[0].values) == len(line.iterations)


def test_cpu_time_covers_the_worker_processes(write_workload, tmp_path) -> None:
    script = write_workload(
        "    def unit(self, index):\n"
        "        end = time.process_time() + 0.01\n"
        "        while time.process_time() < end: pass\n"
        "        return index"
    )
    line = run(script, *spread("processes", 2), "--units", "4", "--iterations", "1", cwd=tmp_path).line
    assert (line.iterations[0].cpu_s or 0) >= 0.04


@pytest.mark.parametrize(
    ("strategy", "broken", "reason"),
    [
        (
            "processes",
            "sys.modules['multiprocessing'] = None",
            "can't start a process: ModuleNotFoundError: ",
        ),
        (
            "processes",
            "del os.fork; __import__('multiprocessing').set_start_method('fork')",
            "AttributeError",
        ),
        (
            "threads",
            "import threading; threading.Thread.start = lambda t: {}['new']",
            "can't start a thread: 'new'",
        ),
    ],
)
def test_what_the_interpreter_lacks_is_unsupported(
    strategy, broken, reason, write_workload, tmp_path
) -> None:
    script = write_workload(f"    {broken}\n    def unit(self, index): return index")
    line = run(script, *spread(strategy, 2), cwd=tmp_path).line
    assert (line.outcome, line.checksum, line.iterations) == (Outcome.UNSUPPORTED, "", ())
    assert reason in line.reason


@pytest.mark.parametrize("words", [(), *map(spread, SPREAD), ("--calibrate", "1")])
def test_a_workload_may_say_that_something_is_lacking(words, write_workload, tmp_path) -> None:
    script = write_workload(
        ANY_STRATEGY + "    def open(self): raise _contract.Unsupported('no frobs here')\n"
        "    def close(self): sys.stderr.write('closed')"
    )
    ended = run(script, *words, cwd=tmp_path)
    assert (ended.line.outcome, ended.line.reason) == (Outcome.UNSUPPORTED, "no frobs here")
    assert (ended.line.checksum, ended.line.iterations, ended.stderr) == ("", (), "")


@pytest.mark.parametrize("words", [(), *map(spread, SPREAD), ("--calibrate", "1")])
def test_a_needed_module_that_is_absent_is_lacking(words, write_workload, tmp_path) -> None:
    script = write_workload(
        ANY_STRATEGY + "    with _contract.needs:\n        import frob\n"
        "    with _contract.needs:\n        from os import frobnicate\n"
        "    def check(self): frob.check()\n"
    )
    line = run(script, *words, cwd=tmp_path).line
    assert (line.outcome, line.checksum, line.iterations) == (Outcome.UNSUPPORTED, "", ())
    assert line.reason == "lacks what it needs: No module named 'frob'"
    assert run(script, "--describe", cwd=tmp_path).card.name == "own"


def test_what_is_needed_may_fail_in_no_other_way(write_workload, tmp_path) -> None:
    script = write_workload("    with _contract.needs:\n        1 // 0")
    failed = run(script, cwd=tmp_path)
    assert (failed.status, failed.stdout) == (1, "")
    assert failed.stderr.endswith("ZeroDivisionError: integer division or modulo by zero\n")


LIKE_MICROPYTHON = (
    "    import types, _micropython, _strategies\n"
    "    _strategies.import_threading = lambda shim=_micropython: shim\n"
    "    noted = types.SimpleNamespace(kbd_intr=lambda key: sys.stderr.write('interrupts off '))\n"
    "    sys.modules['micropython'] = noted\n"
)


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_threads_need_no_more_than_micropython_has(workers, write_workload, tmp_path) -> None:
    script = write_workload(LIKE_MICROPYTHON + "    def unit(self, index): return index")
    words = (*spread("threads", workers), "--iterations", "50")
    ended = run(script, *words, cwd=tmp_path)
    assert ended.line.checksum == run(script, cwd=tmp_path).line.checksum
    assert (ended.line.outcome, len(ended.line.iterations), ended.stderr) == (
        Outcome.OK,
        50,
        "interrupts off ",
    )


def test_such_a_thread_that_raises_ends_the_script(write_workload, tmp_path) -> None:
    failed = run(write_workload(LIKE_MICROPYTHON + BOOM), *spread("threads"), cwd=tmp_path)
    assert (failed.status, failed.stdout) == (1, "")
    assert failed.stderr.endswith("thread 2 failed with ValueError: boom\n")


@pytest.mark.parametrize(
    ("strategy", "broken"),
    [
        ("processes", "import multiprocessing as m; m.Pipe = lambda: os.stat('/nowhere')"),
        (
            "threads",
            "from threading import Thread as T; once = [T.start]; T.start = lambda t, o=once: o.pop()(t)",
        ),
    ],
)
def test_what_merely_ran_out_is_a_failure(strategy, broken, write_workload, tmp_path) -> None:
    script = write_workload(f"    {broken}\n    def unit(self, index): return index")
    failed = run(script, *spread(strategy, 2), cwd=tmp_path)
    assert (failed.status, failed.stdout) == (1, "")


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_every_start_method_gives_the_same(method, tmp_path) -> None:
    starter = tmp_path / "starter.py"
    starter.write_text(
        "import sys, multiprocessing\n"
        f"sys.path.insert(0, {str(workload('fib').parent)!r})\n"
        "import _contract, fib\n"
        "if __name__ == '__main__':\n"
        f"    multiprocessing.set_start_method({method!r})\n"
        "    _contract.main(fib.Fib)\n"
    )
    line = run(starter, *spread("processes", 2), cwd=tmp_path).line
    assert line.checksum == run(workload("fib"), "--describe", cwd=tmp_path).card.checksum


def test_worker_processes_live_until_the_line_is_printed(write_workload, tmp_path) -> None:
    script = write_workload(
        "    def unit(self, index): return index\n"
        "    def close(self):\n"
        "        for _ in range(2000):\n"
        "            if os.path.exists('released'): break\n"
        "            time.sleep(0.01)\n"
    )
    words = [sys.executable, str(script), *spread("processes", 3)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, cwd=tmp_path) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline().endswith(b"}\n")
        workers = psutil.Process(parent.pid).children(recursive=True)
        (tmp_path / "released").touch()
    assert len(workers) >= 3
    assert parent.returncode == 0
    assert psutil.wait_procs(workers, timeout=60)[1] == []


def test_no_worker_outlives_a_parent_that_was_killed(write_workload) -> None:
    script = write_workload("    def unit(self, index): time.sleep(0.05); return index")
    words = [sys.executable, str(script), *spread("processes", 3), "--iterations", "1000"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as parent:
        process = psutil.Process(parent.pid)
        while len(workers := process.children(recursive=True)) < 3:
            time.sleep(0.01)
        parent.kill()
    assert psutil.wait_procs(workers, timeout=60)[1] == []


@pytest.mark.parametrize("strategy", ["serial", *SPREAD])
def test_an_interrupt_ends_it_quietly(strategy, write_workload) -> None:
    script = write_workload(
        ANY_STRATEGY + "    def open(self): sys.stderr.write('ready\\n'); sys.stderr.flush()\n"
        "    def unit(self, index): time.sleep(0.02); return index"
    )
    words = [sys.executable, str(script), *spread(strategy, 1), "--iterations", "1000"]
    with subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=untraced.environment(),
        start_new_session=True,
    ) as script_process:
        assert script_process.stderr is not None
        script_process.stderr.readline()
        os.killpg(script_process.pid, signal.SIGINT)
        out, err = script_process.communicate(timeout=60)
    assert (script_process.returncode, out, err) == (130, "", "")
