"""Standard output is for the contract's lines; what a workload prints goes to standard error."""

from __future__ import annotations

import pytest

from gilometer.model import Outcome
from tests import required
from tests.workloads.running import ANY_STRATEGY, HOST, TakingTurns, run

DOTS = ANY_STRATEGY + (
    "    def fetch(self, index): sys.stdout.write('.'); return index\n"
    "    def transform(self, index, data): print('done'); return data\n"
)
WITHOUT_DESCRIPTORS = "    del os.dup2\n"
EACH = ("serial", "threads", "processes", "hybrid", "asyncio")
PRINTS = "    def unit(self, index): print('done'); return index\n"


def spread(strategy: str) -> tuple[str, ...]:
    return ("--strategy", strategy, "--workers", "1" if strategy == "serial" else "2", "--units", "2")


@pytest.mark.parametrize("strategy", EACH)
def test_what_a_workload_prints_is_not_read_as_its_line(strategy, write_workload, tmp_path) -> None:
    ran = run(write_workload(DOTS), *spread(strategy), "--iterations", "1", cwd=tmp_path)
    assert ran.line.outcome is Outcome.OK
    # Two processes may write their words and their ends of line one between the other.
    assert [ran.stderr.count(text) for text in (".", "done", "\n")] == [2, 2, 2]


@pytest.mark.parametrize("strategy", EACH)
def test_what_a_workload_prints_is_not_read_as_an_answer(strategy, write_workload, tmp_path) -> None:
    with TakingTurns(write_workload(DOTS), *spread(strategy), cwd=tmp_path) as script:
        told = [script.ask("turn")["iterations"] for _ in range(3)]
        ended = script.end()
    assert ended.line.iterations
    assert [len(iterations) for iterations in told] == [1, 1, 1]


@pytest.mark.parametrize("printing", ["os.write(1, b'x')", "os.system('echo x')"])
def test_what_passes_by_python_goes_to_standard_error_too(printing, write_workload, tmp_path) -> None:
    script = write_workload(f"    def unit(self, index): {printing}; return index")
    ran = run(script, "--units", "1", "--iterations", "1", cwd=tmp_path)
    assert ran.line.outcome is Outcome.OK
    assert ran.stderr.strip() == "x"


def test_an_interpreter_without_descriptors_replaces_its_sys_stdout(write_workload, tmp_path) -> None:
    script = write_workload(WITHOUT_DESCRIPTORS + DOTS)
    ran = run(script, "--units", "1", "--iterations", "1", cwd=tmp_path)
    assert (ran.line.outcome, ran.stderr) == (Outcome.OK, ".done\n")


@pytest.mark.interpreters
@pytest.mark.parametrize(
    "name",
    ["cpython-2.7", "cpython-3.13", "pypy-3.9", "jython-2.7", "rustpython-3.12", "micropython-3.4"],
)
def test_every_interpreter_keeps_standard_output_for_the_line(name, write_workload, tmp_path) -> None:
    script = write_workload(PRINTS)
    words = ("--units", "1", "--iterations", "1")
    ran = run(script, *words, python=required.interpreter(name), cwd=tmp_path)
    assert (ran.line.outcome, ran.stderr) == (Outcome.OK, "done\n")
    assert ran.line.checksum == run(script, *words, python=HOST, cwd=tmp_path).line.checksum
