"""Each workload under every Python of the machine: one checksum for all, or what the interpreter lacks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase

import pytest

from gilometer.model import Outcome, Strategy
from tests import required
from tests.workloads.running import ANY_STRATEGY, NAMES, run, workload

LACKS = {
    ("cpython-2.7", "asyncio"): "has no asyncio",
    ("cpython-2.7", "subinterpreters"): "has no subinterpreters",
    ("cpython-3.[67]", "subinterpreters"): "has no subinterpreters",
    ("cpython-3.[89]", "subinterpreters"): "has no subinterpreters with a GIL of their own",
    ("cpython-3.1[01]", "subinterpreters"): "has no subinterpreters with a GIL of their own",
    ("jython-*", "processes"): "can't start a process: ImportError: No module named multiprocessing",
    ("jython-*", "hybrid"): "can't start a process: ImportError: No module named multiprocessing",
    ("jython-*", "asyncio"): "has no asyncio",
    ("jython-*", "sqlite"): "lacks what it needs: No module named sqlite3",
    ("jython-*", "subinterpreters"): "has no subinterpreters",
    ("micropython-*", "compress"): "lacks what it needs: no module named 'zlib'",
    ("micropython-*", "files"): "lacks what it needs: can't import name fsync",
    ("micropython-*", "fetch_transform"): "lacks what it needs: no module named 'tempfile'",
    ("micropython-*", "http_api"): "lacks what it needs: no module named 'http'",
    ("micropython-*", "handover"): "lacks what it needs: no module named 'threading'",
    (
        "micropython-*",
        "postgres by asyncio",
    ): "can't limit how long it waits: asyncio's loop ",
    ("micropython-*", "sqlite"): "lacks what it needs: no module named 'shutil'",
    ("micropython-*", "shared_dict"): "has no dict that two threads may change at the same time",
    ("micropython-*", "processes"): "can't start a process: ImportError: no module named 'multiprocessing'",
    ("micropython-*", "hybrid"): "can't start a process: ImportError: no module named 'multiprocessing'",
    ("micropython-*", "subinterpreters"): "has no subinterpreters",
    ("pyodide-*", "fetch_transform"): "can't open a connection: WebAssembly has no sockets",
    ("pyodide-*", "http_api"): "can't open a connection: WebAssembly has no sockets",
    ("pyodide-*", "postgres"): "can't open a connection: WebAssembly has no sockets",
    ("pyodide-*", "convoy"): "can't start a thread: can't start new thread",
    ("pyodide-*", "gil_release"): "can't start a thread: can't start new thread",
    ("pyodide-*", "threads"): "can't start a thread: can't start new thread",
    ("pyodide-*", "processes"): "can't start a process: WebAssembly has none",
    ("pyodide-*", "hybrid"): "can't start a process: WebAssembly has none",
    ("pyodide-*", "asyncio"): "can't run asyncio: RuntimeError: ",
    ("pyodide-*", "subinterpreters"): "has no subinterpreters",
    ("pypy-*", "subinterpreters"): "has no subinterpreters",
    ("rustpython-*", "subinterpreters"): "has no subinterpreters",
}
"""How the reason begins for which an interpreter can't run a workload, a strategy, or one by the other."""

pytestmark = pytest.mark.interpreters


def lack(interpreter: str, *needed: str) -> str:
    """Why something can't be done there; empty if it can."""
    for (pattern, what), reason in LACKS.items():
        if what in needed and fnmatchcase(interpreter, pattern):
            return reason
    return ""


EVERYWHERE = [(name, one) for name in required.NAMES for one in Strategy if one is not Strategy.SERIAL]
"""Each way to spread work, on each interpreter."""


def spread(strategy: Strategy) -> tuple[str, ...]:
    """The words for as few workers as show that the work is shared."""
    return ("--strategy", strategy, "--workers", "1" if strategy is Strategy.SERIAL else "2")


@pytest.mark.parametrize("interpreter", required.NAMES)
@pytest.mark.parametrize("name", NAMES)
def test_one_checksum_for_every_interpreter_and_strategy(interpreter, name, tmp_path) -> None:
    python = required.interpreter(interpreter)
    card = run(workload(name), "--describe", cwd=tmp_path).card

    def line_of(strategy):
        words = (*spread(strategy), "--iterations", "2", "--loops", "1")
        return run(workload(name), *words, python=python, cwd=tmp_path).line

    able = [strategy for strategy in card.strategies if not lack(interpreter, strategy)]
    with ThreadPoolExecutor(len(able)) as pool:
        lines = dict(zip(able, pool.map(line_of, able), strict=True))
    for strategy, line in lines.items():
        reason = lack(interpreter, name, f"{name} by {strategy}")
        gave = (Outcome.UNSUPPORTED, "") if reason else (Outcome.OK, card.checksum)
        assert (line.outcome, line.checksum) == gave, f"{strategy}: {line.reason}"
        assert line.reason.startswith(reason)
        assert bool(line.reason) is bool(reason)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("interpreter", "strategy"), [(name, one) for name, one in EVERYWHERE if lack(name, one)]
)
def test_a_strategy_that_an_interpreter_lacks_is_unsupported(
    interpreter, strategy, write_workload, tmp_path
) -> None:
    python = required.interpreter(interpreter)
    line = run(write_workload(ANY_STRATEGY), *spread(strategy), python=python, cwd=tmp_path).line
    assert (line.outcome, line.checksum, line.iterations) == (Outcome.UNSUPPORTED, "", ())
    assert line.reason.startswith(lack(interpreter, strategy))


@pytest.mark.parametrize(
    ("interpreter", "strategy"), [(name, one) for name, one in EVERYWHERE if not lack(name, one)]
)
def test_a_failing_worker_hangs_no_interpreter(interpreter, strategy, write_workload, tmp_path) -> None:
    python = required.interpreter(interpreter)
    script = write_workload(
        ANY_STRATEGY + "    def fetch(self, index): return index\n"
        "    def transform(self, index, data): return 1 // (5 - data)"
    )
    failed = run(script, *spread(strategy), python=python, cwd=tmp_path)
    assert (failed.status, failed.stdout) == (1, "")
    assert "ZeroDivisionError" in failed.stderr


@pytest.mark.parametrize("interpreter", required.NAMES)
@pytest.mark.parametrize(
    "words", [(), ("--calibrate", "1"), ("--strategy", "threads"), ("--strategy", "processes")]
)
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
