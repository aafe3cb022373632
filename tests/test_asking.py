from __future__ import annotations

import os
import sys
import textwrap
import time
from pathlib import Path

import pytest

from gilometer.asking import OUTPUT_LIMIT, ask, ask_and_end_all, end_of

LONG_S = 60
SHORT_S = 0.3


def run(script: str, timeout_s: float = LONG_S):
    return ask(["/bin/sh", "-c", script], dict(os.environ), timeout_s)


def test_what_it_says_and_how_it_ends():
    answer = run("echo hello; echo no >&2; exit 3")
    assert (answer.stdout, answer.stderr, answer.status) == ("hello\n", "no\n", 3)
    assert not answer.timed_out
    assert not answer.flooded


def test_a_signal_is_a_negative_status():
    assert run("kill -SEGV $$").status == -11


def test_it_has_only_the_environment_that_it_is_given():
    assert ask(["/usr/bin/env"], {"ONE": "1"}, LONG_S).stdout == "ONE=1\n"


def test_one_that_hangs_is_ended():
    answer = run("echo before; sleep 600", SHORT_S)
    assert answer.timed_out
    assert answer.stdout == "before\n"


def test_one_that_hangs_after_closing_its_output_is_ended():
    assert run("exec >&- 2>&-; sleep 600", SHORT_S).timed_out


def test_one_that_takes_a_while_after_closing_its_output_is_awaited():
    answer = run("echo hello; exec >&- 2>&-; sleep 0.2; exit 4")
    assert (answer.stdout, answer.status) == ("hello\n", 4)


def test_one_that_floods_its_output_is_ended():
    answer = run("yes")
    assert answer.flooded
    assert len(answer.stdout) > OUTPUT_LIMIT


def test_of_a_flood_of_errors_the_end_is_kept():
    answer = run("yes | head -c 1000000 >&2; echo last >&2")
    assert answer.stderr.endswith("y\nlast\n")
    assert len(answer.stderr) <= 4096
    assert not answer.flooded


def test_a_child_that_holds_the_output_open_does_not_outlive_it():
    answer = run("sleep 600 & echo $!")
    assert not answer.timed_out
    assert ends(int(answer.stdout))


def ends(pid: int) -> bool:
    """Whether a process that was sent a signal is soon gone, or a zombie that its parent forgot."""
    status = Path(f"/proc/{pid}/status")
    for _ in range(6000):
        try:
            if "State:\tZ" in status.read_text():
                return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


def test_what_cannot_be_started_is_an_error():
    with pytest.raises(OSError, match="No such file"):
        ask(["/nowhere/python"], {}, LONG_S)


def test_it_reads_no_terminal():
    assert ask([sys.executable, "-c", "print(input())"], {}, LONG_S).status == 1


def test_a_daemon_that_it_left_in_another_session_is_ended():
    code = """
        import os, time
        told, tells = os.pipe()
        if os.fork():
            print(os.read(told, 100).decode(), flush=True)
            os._exit(0)
        os.setsid()
        if os.fork():
            os._exit(0)
        os.write(tells, str(os.getpid()).encode())
        time.sleep(600)
    """
    answer = ask_and_end_all([sys.executable, "-c", textwrap.dedent(code)], dict(os.environ), LONG_S)
    assert b"time.sleep" not in command_line(int(answer.stdout))


def command_line(pid: int) -> bytes:
    """Return the command of a process; nothing if it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize(
    ("output", "end"),
    [
        (b"a whole one", b"a whole one"),
        (b"password=s3cret is\nwrong", b"wrong"),
        (b"password=s3cret is wrong", b"is wrong"),
        (b"password=s3cretandmuchmore", b""),
    ],
)
def test_nothing_is_left_of_a_line_or_a_word_that_is_cut(output, end):
    assert end_of(output, 14) == end
