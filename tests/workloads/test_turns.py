"""Turns: a script that waits for lines, does what each asks for, and tells all of it in the end."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import ExitStack
from operator import itemgetter

import psutil
import pytest

from gilometer.model import Outcome, Strategy
from tests import required
from tests.run.waiting import until
from tests.workloads.lacking import lack
from tests.workloads.running import ANY_STRATEGY, Ran, TakingTurns, run, workload

READY = {"ready": True}
EACH = ("serial", "threads", "processes", "hybrid", "asyncio")
INDEX = ANY_STRATEGY + (
    "    def fetch(self, index): return index\n    def transform(self, index, data): return data\n"
)
LOOPS = "    def run_unit(self, index, loops): sys.stderr.write('%d ' % loops); return index\n"
"""Says how often a unit is to be repeated."""
IDLE_S = 1.0
LITTLE_S = 0.02
"""The most CPU seconds in that time."""


def spread(strategy: str) -> tuple[str, ...]:
    return ("--strategy", strategy, "--workers", "1" if strategy == "serial" else "2")


@pytest.mark.parametrize("strategy", EACH)
def test_each_command_gets_one_answer_and_the_end_the_line(strategy, write_workload, tmp_path) -> None:
    with TakingTurns(write_workload(INDEX), *spread(strategy), cwd=tmp_path) as script:
        assert script.first == READY
        assert len(script.ask("turn")["iterations"]) == 1
        assert script.ask("loops 5") == {"iterations": []}
        told = [script.ask(command)["iterations"] for command in ("warm 3", "turn", "")]
        ended = script.end()
    assert [len(iterations) for iterations in told] == [3, 1, 1]
    line = ended.line
    assert (line.outcome, line.loops, line.turns_from) == (Outcome.OK, 5, 3)
    assert [one.wall_s for one in line.iterations] == [one["wall_s"] for some in told for one in some]
    assert line.checksum == run(write_workload(INDEX), cwd=tmp_path).line.checksum
    assert ended.stderr == ""


def test_pressing_enter_does_a_round(tmp_path) -> None:
    with TakingTurns(workload("fib"), "--loops", "1", cwd=tmp_path) as script:
        (iteration,) = script.ask("")["iterations"]
    assert iteration["wall_s"] > 0
    assert iteration["cpu_s"] > 0


@pytest.mark.parametrize(("loops", "waking"), [("8", "2"), ("9", "2"), ("3", "1"), ("1", "1")])
def test_before_a_turn_a_part_of_the_work_wakes_the_machine(loops, waking, write_workload, tmp_path) -> None:
    script = write_workload(LOOPS)
    with TakingTurns(script, "--units", "1", "--loops", loops, cwd=tmp_path) as taking:
        ended = taking.end("turn", "warm 2", "turn")
    assert ended.stderr.split() == [waking, loops, loops, loops, waking, loops]


@pytest.mark.parametrize(
    ("commands", "first"),
    [
        ((), 0),
        (("warm 2",), 2),
        (("turn", "warm 2"), 0),
        (("warm 2", "turn", "warm 1", "turn"), 2),
        (("warm 2", "turn", "loops 3", "warm 1", "turn"), 1),
        (("warm 2", "turn", "loops 3"), 0),
    ],
)
def test_the_line_tells_which_iteration_was_the_first_turn(commands, first, write_workload, tmp_path) -> None:
    with TakingTurns(write_workload(INDEX), cwd=tmp_path) as script:
        line = script.end(*commands).last_line
    assert line.turns_from == first


def test_what_was_observed_while_waking_up_is_thrown_away(write_workload, tmp_path) -> None:
    script = write_workload(
        "    done = 0\n"
        "    def unit(self, index): self.done += 1; return index\n"
        "    def observe(self): seen = [('done', 'units', self.done)]; self.done = 0; return seen"
    )
    with TakingTurns(script, "--units", "2", "--loops", "8", cwd=tmp_path) as taking:
        (done,) = taking.end("turn", "warm 1", "turn").last_line.observations
    assert done.values == (16, 16, 16)


def test_iterations_that_disagree_show_even_if_they_were_forgotten(write_workload, tmp_path) -> None:
    script = write_workload("    seen = 0\n    def unit(self, index): self.seen += 1; return self.seen")
    with TakingTurns(script, "--loops", "1", cwd=tmp_path) as taking:
        line = taking.end("warm 2", "loops 2", "warm 1").last_line
    assert line.checksum.count("/") == 2
    assert len(line.iterations) == 1


@pytest.mark.parametrize("strategy", EACH)
def test_between_turns_nothing_uses_the_cpu(strategy, tmp_path) -> None:
    with TakingTurns(workload("fetch_transform"), *spread(strategy), cwd=tmp_path) as script:
        script.ask("turn")
        until(lambda: used_while_idle([script.process.pid])[0] <= LITTLE_S)


def used_while_idle(pids: list[int]) -> list[float]:
    """CPU seconds of each family in a while; what a turn leaves to do may be done in the first."""
    before = [cpu_s(pid) for pid in pids]
    time.sleep(IDLE_S)
    return [cpu_s(pid) - then for pid, then in zip(pids, before, strict=True)]


def cpu_s(pid: int) -> float:
    """Of a process and its children, what they used until now."""
    parent = psutil.Process(pid)
    return sum(sum(each.cpu_times()[:2]) for each in [parent, *parent.children(recursive=True)])


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_no_worker_takes_the_input_from_its_parent(method, tmp_path) -> None:
    starter = tmp_path / "starter.py"
    starter.write_text(
        "import sys, multiprocessing\n"
        f"sys.path.insert(0, {str(workload('fib').parent)!r})\n"
        "import _contract, fib\n"
        "if __name__ == '__main__':\n"
        f"    multiprocessing.set_start_method({method!r})\n"
        "    _contract.main(fib.Fib)\n"
    )
    words = [sys.executable, str(starter), "--turns", *spread("processes"), "--loops", "1"]
    commands = "warm 1\n" + 30 * "turn\n"
    done = subprocess.run(words, input=commands, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.count('{"iterations": [{') == 31


def test_the_line_is_printed_while_the_workers_live(write_workload, tmp_path) -> None:
    script = write_workload(INDEX + "    def close(self): _contract.channel.tell('closed')\n")
    with TakingTurns(script, *spread("processes"), cwd=tmp_path) as taking:
        ended = taking.end("turn")
    _answer, line, *after = ended.stdout.splitlines()
    assert line.endswith("}")
    assert after == ["closed", "closed"]


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("go", "'go' can't be asked for, only: turn, warm N, loops N"),
        ("turn 2", "'turn 2' can't be asked for, only: turn, warm N, loops N"),
        ("warm", "'warm' can't be asked for, only: turn, warm N, loops N"),
        ("warm up", "warm wants a whole number, not 'up'"),
        ("loops 0", "loops must be 1 or more, not 0"),
    ],
)
@pytest.mark.parametrize("strategy", ["serial", "processes"])
def test_what_is_no_command_ends_it_with_a_sentence(
    command, sentence, strategy, write_workload, tmp_path
) -> None:
    with TakingTurns(write_workload(INDEX), *spread(strategy), cwd=tmp_path) as script:
        refused = script.end(command, "turn")
    assert (refused.status, refused.stdout, refused.stderr) == (2, "", f"own.py: {sentence}\n")


@pytest.mark.parametrize("strategy", EACH)
def test_a_worker_that_fails_in_a_turn_ends_it(strategy, write_workload, tmp_path) -> None:
    body = ANY_STRATEGY + (
        "    rounds = 0\n"
        "    def fetch(self, index): return index\n"
        "    def transform(self, index, data):\n"
        "        self.rounds += 1\n"
        "        if self.rounds > 3: raise ValueError('boom')\n"
        "        return index\n"
    )
    words = (*spread(strategy), "--units", "2", "--loops", "1")
    with TakingTurns(write_workload(body), *words, cwd=tmp_path) as script:
        assert script.ask("warm 1")
        failed = script.end("turn", "turn", "turn")
    assert failed.status == 1
    assert "Traceback (most recent call last)" in failed.stderr
    assert "ValueError: boom" in failed.stderr
    assert "contract" not in failed.stdout


@pytest.mark.parametrize("strategy", EACH)
def test_an_interrupt_while_it_waits_ends_it_quietly(strategy, write_workload, tmp_path) -> None:
    with TakingTurns(write_workload(INDEX), *spread(strategy), cwd=tmp_path) as script:
        script.ask("turn")
        script.interrupt()
        assert script.process.wait(timeout=60) == 130
        assert script.end() == Ran(130, "", "")


@pytest.mark.parametrize("strategy", EACH)
def test_an_interrupt_during_a_turn_ends_it_quietly(strategy, write_workload, tmp_path) -> None:
    body = INDEX.replace("return data", "open('begun', 'w').close(); time.sleep(0.02); return data")
    with TakingTurns(write_workload(body), *spread(strategy), cwd=tmp_path) as script:
        assert script.process.stdin is not None
        script.process.stdin.write("warm 1000\n")
        script.process.stdin.flush()
        until((tmp_path / "begun").exists)
        script.interrupt()
        assert script.process.wait(timeout=60) == 130
        assert script.end() == Ran(130, "", "")


def test_without_any_input_it_ends_at_once() -> None:
    words = f"exec {sys.executable} {workload('fib')} --turns <&-"
    done = subprocess.run(["/bin/sh", "-c", words], capture_output=True, text=True, timeout=60, check=True)
    ready, line = done.stdout.splitlines()
    assert ready == '{"ready": true}'
    assert '"iterations": []' in line


@pytest.mark.parametrize(
    ("strategy", "body"),
    [
        ("processes", "    sys.modules['multiprocessing'] = None\n"),
        ("threads", "    import threading; threading.Thread.start = lambda t: {}['new']\n"),
        ("serial", "    def open(self): raise _contract.Unsupported('no frobs')\n"),
    ],
)
def test_what_is_unsupported_says_so_and_is_never_ready(strategy, body, write_workload, tmp_path) -> None:
    with TakingTurns(write_workload(INDEX + body), *spread(strategy), cwd=tmp_path) as script:
        told = itemgetter("outcome", "turns_from", "iterations")(script.first)
        assert told == ("unsupported", None, [])
        assert script.end().stdout == ""
        assert script.process.returncode == 0


def test_spans_are_those_of_the_last_turn(tmp_path) -> None:
    with TakingTurns(workload("turns"), "--param", "ms=5", *spread("threads"), cwd=tmp_path) as script:
        line = script.end("turn", "turn").last_line
    assert len(line.observations[0].values) == 2
    assert {span.worker for span in line.spans} == {0, 1}


@pytest.mark.interpreters
@pytest.mark.parametrize("interpreter", required.NAMES)
def test_every_interpreter_takes_turns_and_uses_little_of_the_cpu_between_them(
    interpreter, write_workload, tmp_path
) -> None:
    python, script = required.interpreter(interpreter), write_workload(INDEX)
    checksum = run(script, cwd=tmp_path).line.checksum
    able = [strategy for strategy in Strategy if not lack(interpreter, strategy)]
    with ExitStack() as stack:
        begun = {
            strategy: stack.enter_context(TakingTurns(script, *spread(strategy), python=python, cwd=tmp_path))
            for strategy in able
        }
        assert {strategy: one.first for strategy, one in begun.items()} == dict.fromkeys(able, READY)
        for one in begun.values():
            one.ask("turn")
        pids = [one.process.pid for one in begun.values()]
        until(lambda: max(used_while_idle(pids)) <= LITTLE_S)
        lines = {strategy: one.end("loops 2", "warm 3", "turn").last_line for strategy, one in begun.items()}
    for strategy, line in lines.items():
        assert (line.loops, line.turns_from, len(line.iterations)) == (2, 3, 4), strategy
        assert line.checksum == checksum, strategy
