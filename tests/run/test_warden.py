"""The warden's own protocol: a request a line, an answer a line. What it sees is in test_local_launcher."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap

import psutil
import pytest

from harness.run import warden as module
from harness.run.wire import WARDEN


@pytest.fixture
def warden():
    with subprocess.Popen(
        [sys.executable, str(WARDEN)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process


def ask(warden, code: str, timeout_s: float = 30.0, copies: int = 1) -> list[dict[str, object]]:
    send(warden, [sys.executable, "-S", "-c", textwrap.dedent(code)], timeout_s, copies)
    answers: list[dict[str, object]] = json.loads(warden.stdout.readline())
    return answers


def send(warden, argv: list[str], timeout_s: float = 30.0, copies: int = 1) -> None:
    request = {"do": "run", "argv": argv, "env": dict(os.environ), "timeout_s": timeout_s, "copies": copies}
    warden.stdin.write(json.dumps(request) + "\n")
    warden.stdin.flush()


def test_it_answers_one_request_after_the_other(warden):
    for number in range(3):
        (answer,) = ask(warden, f"print({number})")
        assert (answer["status"], answer["stdout"]) == (0, f"{number}\n")


def test_it_answers_for_each_copy(warden):
    answers = ask(warden, "import os; print(os.getpid())", copies=3)
    assert len({answer["stdout"] for answer in answers}) == 3


def test_of_no_copies_it_has_nothing_to_tell(warden):
    send(warden, ["/no/such/python"], copies=0)
    assert json.loads(warden.stdout.readline()) == []


def test_what_it_is_given_is_added_to_its_own_environment(warden):
    request = {"do": "run", "argv": ["/usr/bin/env"], "env": {"GREETING": "hi"}, "timeout_s": 30.0, "copies": 1}
    warden.stdin.write(json.dumps(request) + "\n")
    warden.stdin.flush()
    (answer,) = json.loads(warden.stdout.readline())
    assert {"GREETING=hi", f"HOME={os.environ['HOME']}"} <= set(answer["stdout"].splitlines())


def test_what_can_not_be_started_is_an_answer(warden):
    send(warden, ["/no/such/python"])
    assert json.loads(warden.stdout.readline()) == [{"error": "/no/such/python: No such file or directory"}]


def test_it_goes_on_after_a_timeout_a_flood_and_an_orphan(warden):
    assert ask(warden, "import time; time.sleep(60)", timeout_s=0.3)[0]["timed_out"]
    assert ask(warden, "while True: print('x' * 100_000)")[0]["flooded"]
    orphan = "import subprocess; subprocess.Popen(['sleep', '60'], start_new_session=True)"
    assert ask(warden, orphan)[0]["left_behind"] == 1
    assert ask(warden, "print(1)")[0]["stdout"] == "1\n"


@pytest.mark.parametrize("end", ["close", "terminate"])
def test_when_it_is_no_longer_wanted_what_runs_is_killed(warden, end):
    send(warden, ["/bin/sleep", "60"])
    (child,) = wait_for_children(warden.pid)
    if end == "close":
        warden.stdin.close()
    else:
        warden.send_signal(signal.SIGTERM)
    assert warden.wait(timeout=20) == 0
    child.wait(timeout=20)
    assert not child.is_running()


def wait_for_children(pid: int) -> list[psutil.Process]:
    for _ in range(2000):
        if found := [one for one in psutil.Process(pid).children() if one.name() == "sleep"]:
            return found
        psutil.Process(pid).cpu_percent(interval=0.01)
    return pytest.fail("nothing was started")


def test_ctrl_c_is_for_the_harness_to_handle(warden):
    ask(warden, "print(1)")
    warden.send_signal(signal.SIGINT)
    assert ask(warden, "print(2)")[0]["stdout"] == "2\n"


@pytest.mark.parametrize(
    ("counted", "limit", "expected"),
    [
        ("low 0\nhigh 0\nmax 7\noom 4\noom_kill 3\noom_group_kill 0\n", "268435456\n", (3, 268435456)),
        ("low 0\noom_kill 0\n", "max\n", (0, 0)),
        ("oom_kill_disable 0\nunder_oom 0\noom_kill 2\n", "9223372036854771712\n", (2, 0)),
        (None, None, (0, 0)),
    ],
)
def test_what_the_kernel_did_for_memory_is_read_from_either_version_of_control_groups(
    tmp_path, monkeypatch, counted, limit, expected
):
    counter, maximum = tmp_path / "memory.events", tmp_path / "memory.max"
    if counted is not None:
        counter.write_text(counted)
        maximum.write_text(limit)
    monkeypatch.setattr(module, "KILL_COUNTERS", (str(counter),))
    monkeypatch.setattr(module, "MEMORY_LIMITS", (str(maximum),))
    assert (module.killed_for_memory(), module.memory_limit()) == expected
