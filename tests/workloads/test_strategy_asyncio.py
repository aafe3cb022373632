"""The strategy `asyncio`: one event loop, a task for each worker, and the hooks that a workload may fill."""

from __future__ import annotations

import pytest

from gilometer.model import Outcome
from tests.workloads.running import ANY_STRATEGY, run

SPREAD = ("--strategy", "asyncio", "--workers", "3", "--units", "6", "--iterations", "2")


def test_tasks_wait_at_the_same_time(write_workload, tmp_path) -> None:
    script = write_workload(
        ANY_STRATEGY + "    met = []\n"
        "    async def unit_async(self, index):\n"
        "        import asyncio\n"
        "        self.met.append(index)\n"
        "        while len(self.met) < 3:  # until all have come\n"
        "            await asyncio.sleep(0)\n"
        "        return index\n"
    )
    assert run(script, *SPREAD, cwd=tmp_path).line.outcome is Outcome.OK


def test_a_workload_may_have_coroutines_of_its_own(write_workload, tmp_path) -> None:
    script = write_workload(
        ANY_STRATEGY + "    said = []\n"
        "    async def opening_async(self): self.said.append('open')\n"
        "    async def unit_async(self, index): self.said.append('unit'); return index\n"
        "    async def closing_async(self): sys.stderr.write(' '.join(self.said))\n"
    )
    words = ("--strategy", "asyncio", "--workers", "1", "--units", "2", "--loops", "2", "--iterations", "1")
    assert run(script, *words, cwd=tmp_path).stderr == "open unit unit unit unit"


def test_a_workload_that_repeats_its_units_itself_may_do_so_here(write_workload, tmp_path) -> None:
    script = write_workload(
        ANY_STRATEGY + "    def run_unit(self, index, loops): return index * loops\n"
        "    async def run_unit_async(self, index, loops): return index * loops\n"
    )
    serial = run(script, "--units", "6", "--loops", "5", cwd=tmp_path).line
    assert run(script, *SPREAD, "--loops", "5", cwd=tmp_path).line.checksum == serial.checksum


@pytest.mark.parametrize("raises", ["ValueError('boom')", "SystemExit(3)"])
def test_a_task_that_fails_leaves_the_others_to_end_and_all_to_close(
    raises, write_workload, tmp_path
) -> None:
    script = write_workload(
        ANY_STRATEGY + "    async def unit_async(self, index):\n"
        "        import asyncio\n"
        f"        if index == 1: raise {raises}\n"
        "        await asyncio.sleep(0.01)\n"
        "        sys.stderr.write('ended ')\n"
        "    def close(self): sys.stderr.write('closed ')\n"
    )
    failed = run(script, *SPREAD, cwd=tmp_path)
    assert (failed.status, failed.stdout) == (1, "")
    assert "Traceback (most recent call last)" in failed.stderr
    assert "ended ended ended ended closed closed closed own.py: task 1 failed with" in failed.stderr


def test_only_what_has_opened_is_closed(write_workload, tmp_path) -> None:
    script = write_workload(
        ANY_STRATEGY + "    def open(self):\n"
        "        if 1 in self.share_of_mine(): raise _contract.Unsupported('no frobs')\n"
        "    def close(self): sys.stderr.write('closed ')\n"
        "    opened = []\n"
        "    def share_of_mine(self): self.opened.append(len(self.opened)); return self.opened[-1:]\n"
    )
    ended = run(script, *SPREAD, cwd=tmp_path)
    assert (ended.line.outcome, ended.line.reason) == (Outcome.UNSUPPORTED, "no frobs")
    assert ended.stderr == "closed closed "


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("sys.modules['asyncio'] = None", "has no asyncio: "),
        ("import asyncio; asyncio.new_event_loop = lambda: 1 // 0", "can't run asyncio: ZeroDivisionError: "),
        (
            "import asyncio; asyncio.BaseEventLoop.run_forever = lambda _: [][0]",
            "can't run asyncio: IndexErr",
        ),
    ],
)
def test_where_asyncio_is_absent_or_broken_it_is_unsupported(
    broken, reason, write_workload, tmp_path
) -> None:
    ended = run(write_workload(f"{ANY_STRATEGY}    {broken}"), *SPREAD, cwd=tmp_path)
    assert (ended.line.outcome, ended.line.checksum) == (Outcome.UNSUPPORTED, "")
    assert ended.line.reason.startswith(reason)
    assert "never awaited" not in ended.stderr


def test_a_python_without_its_syntax_has_no_asyncio(write_workload, tmp_path) -> None:
    script = write_workload(ANY_STRATEGY)
    script.with_name("_strategy_asyncio.py").write_text("async of old: no keyword\n")
    line = run(script, *SPREAD, cwd=tmp_path).line
    assert (line.outcome, line.reason) == (Outcome.UNSUPPORTED, "has no asyncio")
