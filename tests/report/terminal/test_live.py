from __future__ import annotations

import io
import math
import threading
import time
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from gilometer.model import Cell, Decided, Step, Strategy
from gilometer.report.terminal.console import Terminal
from gilometer.report.terminal.live import Live, minutes
from gilometer.run.measure import Measurement
from gilometer.run.services import Services
from gilometer.runs.store import Store
from tests import records
from tests.report.knowing import crowd, speedup
from tests.run.fakes import FakeLauncher, obey

if TYPE_CHECKING:
    from pathlib import Path

    from gilometer.run.launcher import Exit, Invocation

STEP = Step("block 1", "fib threads on cpython-3.13", 30.0, 90.0)
CURSOR = "\x1b["


class Tty(io.StringIO):
    """A terminal that remembers everything it was sent."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def terminal(width: int = 80, height: int = 24) -> Terminal:
    return Terminal(file=Tty(), width=width, height=height)


def pipe() -> Terminal:
    return Terminal(file=io.StringIO(), width=80)


def text(shown: Terminal) -> str:
    assert isinstance(shown.file, io.StringIO)
    return shown.file.getvalue()


def test_minutes():
    assert [minutes(seconds) for seconds in (0, 59.6, 61, 600)] == ["0:00", "1:00", "1:01", "10:00"]


# --- in a terminal --------------------------------------------------------------------------


def test_a_terminal_sees_what_comes_next_and_the_time_left():
    shown = terminal()
    with Live(shown) as live:
        live.show(STEP)
    assert "block 1: fib threads on cpython-3.13 " in text(shown)
    assert "\N{BOX DRAWINGS HEAVY HORIZONTAL}" * 3 + " " * 9 + "  25%  1:30 left" in plain(text(shown))


def plain(sent: str) -> str:
    """What a terminal was sent, without the styles."""
    words = sent.split(CURSOR)
    return words[0] + "".join(word.partition("m")[2] for word in words[1:])


def test_it_sees_what_is_known_so_far():
    shown = terminal()
    with Live(shown) as live:
        live.know([speedup("cpython-3.13", "fib"), speedup("cpython-3.13", "sleep")], 0.05)
        live.show(STEP)
        live.know([speedup("cpython-3.13", "sleep", 1.93, 0.02, is_precise=True)], 0.05)
        live.show(STEP)
    assert "0 of 2 ratios known to 5%" in text(shown)
    assert "1.93\N{PLUS-MINUS SIGN}.02*" in text(shown).partition("1 of 2 ratios known to 5%")[2]


def test_what_is_drawn_is_taken_away_in_the_end():
    shown = terminal()
    with Live(shown) as live:
        live.know(crowd(["cpython-3.13"], ["fib"]), 0.05)
        live.show(STEP)
    lines = 4
    assert text(shown).endswith("\x1b[?25h\r" + "\x1b[1A\x1b[2K" * lines)


def test_so_it_is_when_the_run_is_interrupted():
    shown = terminal()
    live = Live(shown)
    live.show(STEP)
    with pytest.raises(KeyboardInterrupt), live:
        raise KeyboardInterrupt
    assert text(shown).endswith("\x1b[?25h\r\x1b[1A\x1b[2K")


def test_closing_twice_does_nothing_more():
    shown = terminal()
    with Live(shown) as live:
        live.show(STEP)
        live.close()
        sent = text(shown)
    assert text(shown) == sent


def test_a_narrow_terminal_sees_one_line():
    shown = terminal(width=40)
    with Live(shown) as live:
        live.know(crowd(["cpython-3.13"], ["fib"]), 0.05)
        live.show(STEP)
    assert "block 1: fib threads on c..  1:30 left" in plain(text(shown))
    assert "Speedup" not in text(shown)


@pytest.mark.parametrize("width", [1, 10, 39, 59, 60, 80, 200])
@pytest.mark.parametrize("height", [1, 2, 5, 24])
def test_it_never_fills_more_than_the_terminal(width, height):
    shown = terminal(width, height)
    with Live(shown) as live:
        live.know(crowd([f"cpython-3.{minor}" for minor in range(40)], "abcdefgh"), 0.05)
        live.show(STEP)
        drawn = text(shown).split("\n")
    assert len(drawn) <= max(1, height - 1)
    longest = max(len(line) for line in plain("\n".join(drawn)).split("\n"))
    assert longest + len("^C") <= width or longest == 1


def test_sentences_stay_above_it():
    shown = terminal()
    with Live(shown) as live:
        live.show(STEP)
        live.say("Fetching [Jython]")
    assert "Fetching [Jython]\n" in text(shown)


@pytest.mark.parametrize(("concurrency", "cores"), [(1.004, ", 1.00x the cores"), (math.nan, "")])
def test_a_decision_is_a_line_with_its_figures(concurrency, cores):
    cell = Cell("cpython-3.13", "", "fib", Strategy.THREADS, 2)
    shown = pipe()
    decided = Decided(
        "C2", "cpython-3.13", holds=True, cell=cell, ratio=0.87, low=0.78, high=0.97, concurrency=concurrency
    )
    Live(shown).decide(decided)
    assert text(shown) == (
        'cpython-3.13: "with a GIL, threads make CPU-bound work no faster, or slower" holds '
        f"(fib, 2 threads: 0.87±.09{cores}; C2)\n"
    )


def test_colour_is_for_terminals_that_want_it(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    shown = terminal()
    with Live(shown) as live:
        live.show(STEP)
    assert "1:30 left" in text(shown)
    assert "\x1b[36m" not in text(shown)


def test_a_terminal_that_knows_only_ascii_gets_only_that():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
    stream.isatty = lambda: True  # type: ignore[method-assign]
    with Live(Terminal(file=stream, width=80, height=24)) as live:
        live.know([speedup("cpython-3.13", "fib", 1.02, 0.02)], 0.05)
        live.show(STEP)
    assert b"=== " in raw.getvalue()
    assert b"1.02+-.02" in raw.getvalue()


# --- in a pipe ------------------------------------------------------------------------------


def steps(blocks: int, each_s: float = 10.0) -> list[Step]:
    """What a run shows that takes two invocations a block."""
    total_s = 2 * blocks * each_s
    return [
        Step(f"block {number // 2 + 1}", "fib", number * each_s, total_s - number * each_s)
        for number in range(2 * blocks)
    ]


def test_a_pipe_gets_a_line_a_block_and_sentences():
    shown = pipe()
    with Live(shown) as live:
        live.know([speedup("cpython-3.13", "fib"), speedup("cpython-3.13", "sleep")], 0.05)
        live.say("Fetching [Jython]")
        for step in steps(3):
            live.show(step)
    assert text(shown).splitlines() == [
        "Fetching [Jython]",
        "block 1: 0 of 2 ratios known to 5%, 1:00 left",
        "block 2: 0 of 2 ratios known to 5%, 0:40 left",
        "block 3: 0 of 2 ratios known to 5%, 0:20 left",
    ]


def test_of_many_blocks_it_hears_now_and_then():
    shown = pipe()
    with Live(shown) as live:
        for step in steps(500):
            live.show(step)
    told = text(shown).splitlines()
    assert told[:2] == ["block 1: 166:40 left", "block 26: 158:20 left"]
    assert len(told) == 20


@pytest.mark.parametrize(("name", "value"), [("FORCE_COLOR", "1"), ("TTY_COMPATIBLE", "1")])
def test_to_ask_for_colour_makes_no_terminal_of_a_pipe(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    shown = pipe()
    with Live(shown) as live:
        live.show(STEP)
    assert text(shown) == "block 1: 1:30 left\n"


@pytest.mark.parametrize("name", ["dumb", "unknown"])
def test_a_terminal_that_can_not_move_its_cursor_is_like_a_pipe(monkeypatch, name):
    monkeypatch.setenv("TERM", name)
    shown = terminal()
    with Live(shown) as live:
        live.show(STEP)
    assert text(shown) == "block 1: 1:30 left\n"


# --- while something runs -------------------------------------------------------------------


@pytest.mark.parametrize("make", [terminal, pipe])
def test_while_an_invocation_runs_nothing_is_drawn_and_no_thread_is_there(tmp_path: Path, make):
    shown = make()
    seen: list[tuple[str, list[threading.Thread]]] = []
    before = threading.enumerate()

    def look(*_: object) -> None:
        sent = text(shown)
        if len(seen) < 6:  # calibration, the beginning of four, and a turn
            time.sleep(0.3)  # rich redraws ten times a second, where it is let
        seen.append((text(shown).removeprefix(sent), threading.enumerate()))

    def look_and_obey(invocation: Invocation) -> Exit:
        look()
        return obey(invocation)

    plan = records.plan([records.interpreter("cpython-3.13")], [records.work("fib")])
    plan = replace(plan, effort=replace(plan.effort, blocks=2))
    with Live(shown) as live, Store(tmp_path, "run1", "plan1") as store:
        launcher = FakeLauncher(look_and_obey, fate=look)
        Measurement(plan, launcher, Services(), store, live, launcher.clock).run()
    beginnings = sum(map(len, launcher.begun))
    assert len(seen) == 1 + beginnings + sum(map(len, launcher.turns_taken())) > 2 * plan.effort.rounds
    assert {drawn for drawn, _ in seen} == {""}
    assert all(threads == before for _, threads in seen)
    assert "0 of 2 ratios known to 2%" in text(shown)


def test_a_download_has_a_bar():
    shown = terminal()
    with Live(shown) as live, live.download("jython.jar", 1000) as advance:
        advance(500)
        advance(500)
    assert "jython.jar" in text(shown)
