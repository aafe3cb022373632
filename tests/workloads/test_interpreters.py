"""Each workload under every Python of the machine: one checksum for all, or what the interpreter lacks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.model import Outcome
from tests import required
from tests.workloads.running import NAMES, run, workload

WAYS = (("serial", 1), ("threads", 2), ("processes", 2))
LACKS = {
    ("jython", "processes"): "can't start a process: ImportError: No module named multiprocessing",
    ("micropython", "files"): "lacks what it needs: can't import name fsync",
    ("micropython", "processes"): "can't start a process: ImportError: no module named 'multiprocessing'",
    ("pyodide", "threads"): "can't start a thread: can't start new thread",
    ("pyodide", "processes"): "can't start a process: WebAssembly has none",
}
"""Workloads and strategies that an implementation can't do, with the reason."""

pytestmark = pytest.mark.interpreters


def lack(interpreter: str, *needed: str) -> str:
    """Why something can't be done there; empty if it can."""
    implementation = interpreter.partition("-")[0]
    return next((LACKS[implementation, one] for one in needed if (implementation, one) in LACKS), "")


@pytest.mark.parametrize("interpreter", required.NAMES)
@pytest.mark.parametrize("name", NAMES)
def test_one_checksum_for_every_interpreter_and_strategy(interpreter, name, tmp_path) -> None:
    python = required.interpreter(interpreter)

    def line_of(way):
        strategy, workers = way
        words = ("--strategy", strategy, "--workers", str(workers), "--iterations", "2")
        return run(workload(name), *words, python=python, cwd=tmp_path).line

    with ThreadPoolExecutor(len(WAYS)) as pool:
        lines = dict(zip(WAYS, pool.map(line_of, WAYS), strict=True))
    card = run(workload(name), "--describe", cwd=tmp_path).card
    for (strategy, _), line in lines.items():
        reason = lack(interpreter, name, strategy)
        gave = (Outcome.UNSUPPORTED, "") if reason else (Outcome.OK, card.checksum)
        assert (line.outcome, line.checksum, line.reason) == (*gave, reason)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("interpreter", required.NAMES)
@pytest.mark.parametrize("strategy", ["threads", "processes"])
def test_a_failing_worker_hangs_no_interpreter(interpreter, strategy, write_workload, tmp_path) -> None:
    if reason := lack(interpreter, strategy):
        pytest.skip(reason)
    python = required.interpreter(interpreter)
    script = write_workload("    def unit(self, index): return 1 // (5 - index)")
    failed = run(script, "--strategy", strategy, "--workers", "2", python=python, cwd=tmp_path)
    assert (failed.status, failed.stdout) == (1, "")
    assert "ZeroDivisionError" in failed.stderr


@pytest.mark.parametrize("interpreter", required.NAMES)
@pytest.mark.parametrize("words", [(), ("--calibrate", "1"), *(("--strategy", one) for one, _ in WAYS[1:])])
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("    def open(self): raise _contract.Unsupported('no frobs')", "no frobs"),
        ("    with _contract.needs:\n        import frob", "lacks what it needs: "),
    ],
)
def test_what_a_workload_lacks_is_unsupported(
    interpreter, words, write_workload, tmp_path, *, body, reason
) -> None:
    line = run(write_workload(body), *words, python=required.interpreter(interpreter), cwd=tmp_path).line
    assert (line.outcome, line.checksum, line.iterations) == (Outcome.UNSUPPORTED, "", ())
    assert line.reason.startswith((reason, lack(interpreter, *words) or reason))
