"""Each workload under every Python of the machine: one checksum for all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.model import Outcome
from tests import required
from tests.workloads.running import NAMES, run, workload

WAYS = (("serial", 1), ("threads", 2), ("processes", 2))

pytestmark = pytest.mark.interpreters


def test_what_is_required_has_a_name_that_is_known() -> None:
    assert required.required_names() <= set(required.NAMES)


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
    if interpreter.startswith("jython"):
        lacking = lines.pop(("processes", 2))
        assert lacking.outcome is Outcome.UNSUPPORTED
        assert "multiprocessing" in lacking.reason
    card = run(workload(name), "--describe", cwd=tmp_path).card
    assert {line.outcome for line in lines.values()} == {Outcome.OK}
    assert {line.checksum for line in lines.values()} == {card.checksum}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("interpreter", required.NAMES)
@pytest.mark.parametrize("strategy", ["threads", "processes"])
def test_a_failing_worker_hangs_no_interpreter(interpreter, strategy, write_workload, tmp_path) -> None:
    if (interpreter, strategy) == ("jython-2.7", "processes"):
        pytest.skip("Jython has no processes to fail")
    python = required.interpreter(interpreter)
    script = write_workload("    def unit(self, index): return 1 // (5 - index)")
    failed = run(script, "--strategy", strategy, "--workers", "2", python=python, cwd=tmp_path)
    assert (failed.status, failed.stdout) == (1, "")
    assert "ZeroDivisionError" in failed.stderr
