"""The supervisor's protocol: a request a line, an answer a line. What it sees is in test_local_launcher."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap

import psutil
import pytest

from gilometer.run import supervisor as module
from gilometer.run.client import SUPERVISOR


@pytest.fixture
def supervisor():
    with subprocess.Popen(
        [sys.executable, str(SUPERVISOR)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process


def ask(supervisor, code: str, timeout_s: float = 30.0, copies: int = 1) -> list[dict[str, object]]:
    send(supervisor, [sys.executable, "-S", "-c", textwrap.dedent(code)], timeout_s, copies)
    answers: list[dict[str, object]] = json.loads(supervisor.stdout.readline())
    return answers


def send(supervisor, argv: list[str], timeout_s: float = 30.0, copies: int = 1) -> None:
    write(
        supervisor,
        {"do": "run", "argv": argv, "env": dict(os.environ), "timeout_s": timeout_s, "copies": copies},
    )


def test_it_answers_one_request_after_the_other(supervisor):
    for number in range(3):
        (answer,) = ask(supervisor, f"print({number})")
        assert (answer["status"], answer["stdout"]) == (0, f"{number}\n")


def test_it_answers_for_each_copy(supervisor):
    answers = ask(supervisor, "import os; print(os.getpid())", copies=3)
    assert len({answer["stdout"] for answer in answers}) == 3


def test_of_no_copies_it_has_nothing_to_tell(supervisor):
    send(supervisor, ["/no/such/python"], copies=0)
    assert json.loads(supervisor.stdout.readline()) == []


def test_what_it_is_given_is_added_to_its_own_environment(supervisor):
    environment = {"GREETING": "hi"}
    (answer,) = answer_to(
        supervisor, do="run", argv=["/usr/bin/env"], env=environment, timeout_s=30.0, copies=1
    )
    assert {"GREETING=hi", f"HOME={os.environ['HOME']}"} <= set(str(answer["stdout"]).splitlines())


def test_what_can_not_be_started_is_an_answer(supervisor):
    send(supervisor, ["/no/such/python"])
    assert json.loads(supervisor.stdout.readline()) == [
        {"error": "/no/such/python: No such file or directory"}
    ]


SPEAKER = """
    import sys
    print("ready", flush=True)
    for line in sys.stdin: print(line.strip() * 2, flush=True)
"""


def test_members_are_begun_have_turns_and_are_ended(supervisor):
    member = {"argv": [sys.executable, "-S", "-c", textwrap.dedent(SPEAKER)], "env": {}}
    begun = answer_to(supervisor, do="begin", members=[member, member], timeout_s=30.0)
    assert [(one["is_alive"], one["answer"]) for one in begun] == [(True, "ready")] * 2
    (answer,) = answer_to(supervisor, do="turn", members=[1], command="turn", timeout_s=30.0)
    assert set(answer) == {"is_alive", "answer", "wall_s"}
    assert (answer["is_alive"], answer["answer"]) == (True, "turnturn")
    ended = answer_to(supervisor, do="end", timeout_s=30.0)
    assert [(one["status"], one["stdout"]) for one in ended] == [(0, "ready\n"), (0, "ready\nturnturn\n")]
    assert set(ended[0]) == set(ask(supervisor, "print(1)")[0])
    assert answer_to(supervisor, do="end", timeout_s=30.0) == []


def answer_to(supervisor, **request: object) -> list[dict[str, object]]:
    write(supervisor, request)
    answers: list[dict[str, object]] = json.loads(supervisor.stdout.readline())
    return answers


def write(supervisor, request: dict[str, object]) -> None:
    supervisor.stdin.write(json.dumps(request) + "\n")
    supervisor.stdin.flush()


@pytest.mark.parametrize("end", ["close", "terminate", "ask"])
@pytest.mark.parametrize("when", ["in a turn", "between turns"])
def test_members_are_killed_when_it_is_no_longer_wanted(supervisor, when, end):
    sleep = {"argv": ["/bin/sh", "-c", "echo ready; read turn; sleep 60"], "env": {}}
    answer_to(supervisor, do="begin", members=[sleep, sleep], timeout_s=30.0)
    members = psutil.Process(supervisor.pid).children()
    assert len(members) == 2
    if when == "in a turn":
        write(supervisor, {"do": "turn", "members": [0], "command": "turn", "timeout_s": 30.0})
        psutil.wait_procs(members, timeout=0.1)
    if end == "close":
        supervisor.stdin.close()
    elif end == "terminate":
        supervisor.send_signal(signal.SIGTERM)
    else:
        send(supervisor, ["/bin/true"])  # which nobody may, as it is not the time for it
    supervisor.wait(timeout=60)
    _, alive = psutil.wait_procs(members, timeout=60)
    assert not alive


def test_it_goes_on_after_a_timeout_a_flood_and_an_orphan(supervisor):
    assert ask(supervisor, "import time; time.sleep(60)", timeout_s=0.3)[0]["timed_out"]
    assert ask(supervisor, "while True: print('x' * 100_000)")[0]["flooded"]
    orphan = "import subprocess; subprocess.Popen(['sleep', '60'], start_new_session=True)"
    assert ask(supervisor, orphan)[0]["left_behind"] == 1
    assert ask(supervisor, "print(1)")[0]["stdout"] == "1\n"


@pytest.mark.parametrize("end", ["close", "terminate"])
def test_when_it_is_no_longer_wanted_what_runs_is_killed(supervisor, end):
    send(supervisor, ["/bin/sleep", "60"])
    (child,) = wait_for_children(supervisor.pid)
    if end == "close":
        supervisor.stdin.close()
    else:
        supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(timeout=60) == 0
    child.wait(timeout=60)
    assert not child.is_running()


def wait_for_children(pid: int) -> list[psutil.Process]:
    for _ in range(2000):
        if found := [one for one in psutil.Process(pid).children() if one.name() == "sleep"]:
            return found
        psutil.Process(pid).cpu_percent(interval=0.01)
    return pytest.fail("nothing was started")


def test_ctrl_c_is_for_the_harness_to_handle(supervisor):
    ask(supervisor, "print(1)")
    supervisor.send_signal(signal.SIGINT)
    assert ask(supervisor, "print(2)")[0]["stdout"] == "2\n"


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


def test_of_a_long_standard_error_no_half_of_a_word_is_left(supervisor):
    (answer,) = ask(supervisor, "import sys; sys.stderr.write('secret' * 999 + ' is\\nwrong')")
    assert answer["stderr"] == "wrong"
