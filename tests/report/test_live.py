from __future__ import annotations

import io

from rich.console import Console

from harness.report.live import Live, minutes


def console(*, terminal: bool) -> Console:
    return Console(file=io.StringIO(), force_terminal=terminal, width=80)


def text(shown: Console) -> str:
    assert isinstance(shown.file, io.StringIO)
    return shown.file.getvalue()


def test_minutes():
    assert [minutes(seconds) for seconds in (0, 59.6, 61, 600)] == ["0:00", "1:00", "1:01", "10:00"]


def test_a_terminal_sees_what_comes_next_and_the_time_left():
    shown = console(terminal=True)
    with Live(shown) as live:
        live.show("block 1: fib threads on cpython-3.13", 30.0, 90.0)
    assert "1:30 left" in text(shown)
    assert "block 1: fib threads" in text(shown)
    assert "25%" in text(shown)


def test_a_pipe_sees_sentences_alone():
    shown = console(terminal=False)
    with Live(shown) as live:
        live.show("block 1: fib threads on cpython-3.13", 30.0, 90.0)
        live.say("Fetching [Jython]")
    assert text(shown) == "Fetching [Jython]\n"


def test_a_download_has_a_bar():
    shown = console(terminal=True)
    with Live(shown) as live, live.download("jython.jar", 1000) as advance:
        advance(500)
        advance(500)
    assert "jython.jar" in text(shown)
