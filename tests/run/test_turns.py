"""Turns with real processes: who answers, who fails, that it costs nobody else, and that nothing is left."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from gilometer.run.launcher import Answer, Exit, Invocation, MemberCommand
from gilometer.run.local import LocalLauncher
from tests.run.waiting import until

SCRIPTS = Path("/workloads")
ROOT = Path(__file__).parents[2]
SPEAKER = """
    import os, signal, subprocess, sys, time

    def say(words):
        print(words, flush=True)

    def hog(size):
        code = "block = bytearray(b'x') * (%d << 20); print(1, flush=True); input()" % size
        child = subprocess.Popen(
            [sys.executable, "-S", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        child.stdout.readline()
        return child

    say("ready")
    for line in sys.stdin:
        command = line.strip()
{on_turn}
    say("over")
"""
"""A script that takes turns, with what it does in each of them."""
ANSWER = "say('did ' + command)"
GOOD = "ready\ndid turn\nover\n"
DEAD = Answer(is_alive=False)


@pytest.fixture
def launcher(tmp_path):
    with contextlib.closing(LocalLauncher(tmp_path, SCRIPTS)) as launcher:
        yield launcher


def speaker(on_turn: str = ANSWER, **env: str) -> MemberCommand:
    indented = textwrap.indent(textwrap.dedent(on_turn), " " * 8)
    return script(textwrap.dedent(SPEAKER).replace("{on_turn}", indented), **env)


def script(code: str, **env: str) -> MemberCommand:
    return MemberCommand((sys.executable, "-S", "-c", textwrap.dedent(code)), env)


def begin(launcher, *members: MemberCommand, timeout_s: float = 30.0) -> tuple[Answer, ...]:
    answers: tuple[Answer, ...] = launcher.begin(members, timeout_s)
    return answers


def turn(launcher, member: int = 0, command: str = "turn", timeout_s: float = 30.0) -> Answer:
    (answer,) = launcher.turn([member], command, timeout_s)
    assert isinstance(answer, Answer)
    return answer


def end(launcher, timeout_s: float = 30.0) -> tuple[Exit, ...]:
    exits: tuple[Exit, ...] = launcher.end(timeout_s)
    return exits


def said(answers: tuple[Answer, ...]) -> list[str]:
    assert all(answer.is_alive and answer.wall_s > 0 for answer in answers)
    return [answer.answer for answer in answers]


def test_each_says_that_it_is_ready_takes_its_turns_and_comes_to_its_end(launcher):
    assert said(begin(launcher, speaker(), speaker(), speaker())) == ["ready"] * 3
    assert said((turn(launcher, 1), turn(launcher, 2, "warm 3"), turn(launcher, 1))) == [
        "did turn",
        "did warm 3",
        "did turn",
    ]
    exits = end(launcher)
    assert [one.stdout for one in exits] == [
        "ready\nover\n",
        "ready\ndid turn\ndid turn\nover\n",
        "ready\ndid warm 3\nover\n",
    ]
    assert {(one.status, one.signal, one.timed_out, one.flooded, one.left_behind) for one in exits} == {
        (0, 0, False, False, 0)
    }
    assert all(one.wall_s > one.cpu_s > 0 < one.peak_rss for one in exits)


def test_answers_come_in_the_order_in_which_members_were_named(launcher):
    begin(launcher, *(speaker(f"say('{name}')") for name in "abc"))
    assert said(launcher.turn([2, 0], "turn", 30.0)) == ["c", "a"]


def test_those_that_have_a_turn_together_work_at_the_same_time(launcher):
    waits_for_the_other = """
        open(str(os.getpid()), "w").close()
        while len(os.listdir(".")) < 2: time.sleep(0.01)
        say("met")
    """
    begin(launcher, *[speaker(waits_for_the_other)] * 3)
    assert said(launcher.turn([0, 2], "turn", 30.0)) == ["met", "met"]


def test_the_time_of_a_turn_is_that_from_the_command_to_the_answer(launcher):
    begin(launcher, speaker("time.sleep(0.2); say('slept')"))
    before = time.perf_counter()
    answer = turn(launcher)
    assert 0.2 <= answer.wall_s <= time.perf_counter() - before


def test_many_turns_are_given_one_after_the_other(launcher):
    begin(launcher, *(speaker(f"say('{name} ' + str(time.monotonic()))") for name in "abc"))
    answers = launcher.turns([[0], [2, 1], [0]], "turn", 30.0, 30.0)
    spoken = [one.answer.split() for turn in answers for one in turn]
    assert [name for name, _ in spoken] == ["a", "c", "b", "a"]
    (first, second, third, last) = (float(when) for _, when in spoken)
    assert first < min(second, third) < max(second, third) < last


def test_no_turn_begins_after_the_time_that_they_have_together(launcher):
    begin(launcher, speaker("time.sleep(0.2); say('slept')"))
    answers = launcher.turns([[0]] * 50, "turn", 30.0, 0.3)
    assert 1 <= len(answers) < 50
    assert {said(turn)[0] for turn in answers} == {"slept"}
    assert turn(launcher).answer == "slept"


def test_members_have_what_they_are_given_beside_the_environment_of_the_supervisor(launcher):
    begin(launcher, speaker("say(os.environ['A'] + str('PATH' in os.environ))", A="b"))
    assert turn(launcher).answer == "bTrue"


def test_they_run_in_the_folder_that_the_launcher_was_given(launcher, tmp_path):
    begin(launcher, speaker("say(os.getcwd())"))
    assert turn(launcher).answer == str(tmp_path)


def test_after_an_end_all_goes_on(launcher):
    for _ in range(2):
        begin(launcher, speaker())
        assert len(end(launcher)) == 1
        (exited,) = launcher.launch(Invocation(argv=("/bin/echo", "1"), env={}, timeout_s=30.0))
        assert exited.stdout == "1\n"
    assert end(launcher) == ()


def test_a_line_may_be_long_and_need_not_be_text(launcher):
    begin(launcher, speaker("os.write(1, b'\\xff' + b'x' * 300_000 + b'\\n')"))
    assert turn(launcher).answer == "\ufffd" + "x" * 300_000


def test_what_was_said_unasked_is_no_answer(launcher, tmp_path):
    chatters = "say('did ' + command); say('by the way'); open('chattered', 'w').close()"
    begin(launcher, speaker(chatters))
    for command in ("one", "two"):
        assert turn(launcher, command=command).answer == f"did {command}"
        until((tmp_path / "chattered").exists)
        (tmp_path / "chattered").unlink()
    assert "by the way" in end(launcher)[0].stdout


def test_an_answer_that_was_given_ahead_is_no_answer(launcher, tmp_path):
    ahead = "(say('did ' + command), say('did next'), open('ahead', 'w').close()) if command == 'turn' else 0"
    begin(launcher, speaker(ahead), speaker())
    assert turn(launcher).answer == "did turn"
    until((tmp_path / "ahead").exists)
    failed, other = launcher.turn([0, 1], "next", 5.0)
    assert (failed.is_alive, failed.answer) == (False, "")
    assert other.answer == "did next"


def test_a_child_of_a_member_may_answer_in_its_place(launcher):
    in_a_child = """
        if not os.fork():
            say("did " + command)
            os._exit(0)
        os.wait()
    """
    begin(launcher, speaker(in_a_child))
    assert said((turn(launcher), turn(launcher))) == ["did turn"] * 2
    assert end(launcher)[0].stdout == "ready\ndid turn\ndid turn\nover\n"


def test_of_a_line_of_more_than_a_mebibyte_the_end_is_kept_and_the_next_turn_is_whole(launcher):
    begin(launcher, speaker("say('x' * (1 << 20) + command)"))
    for command in ("one", "two"):
        answer = turn(launcher, command=command)
        assert answer.is_alive
        assert answer.answer.endswith(f"x{command}")
    assert not end(launcher)[0].flooded


def test_errors_are_read_meanwhile_and_their_tail_is_kept(launcher):
    begin(launcher, speaker("sys.stderr.write('x ' * 500_000 + 'the end'); say('fine')"))
    assert turn(launcher).answer == "fine"
    assert end(launcher)[0].stderr.endswith("x x the end")


# --- what goes wrong --------------------------------------------------------------------------


def test_one_that_can_do_nothing_says_so_and_ends(launcher):
    begun = begin(launcher, script("print('unsupported')"), speaker())
    assert [one.answer for one in begun] == ["unsupported", "ready"]
    assert turn(launcher, 1).answer == "did turn"
    assert turn(launcher, 0).answer == ""
    assert [(one.status, one.stdout) for one in end(launcher)] == [(0, "unsupported\n"), (0, GOOD)]


def test_one_that_can_not_be_started_costs_nobody_else(launcher):
    missing = MemberCommand(("/no/such/python",), {})
    begun = begin(launcher, speaker(), missing, speaker())
    assert [one.is_alive for one in begun] == [True, False, True]
    assert launcher.turn([0, 1, 2], "turn", 30.0)[1] == DEAD
    first, second, third = end(launcher)
    assert second == Exit(error="/no/such/python: No such file or directory")
    assert (first.stdout, third.stdout) == (GOOD, GOOD)


@pytest.mark.parametrize(
    ("code", "status"),
    [("import time; time.sleep(60)", None), ("print('rea', end='', flush=True); input()", None), ("", 0)],
)
def test_one_that_never_gets_ready(launcher, code, status):
    begun = begin(launcher, script(code), speaker(), timeout_s=10.0 if status is None else 60.0)
    assert [(one.is_alive, one.answer) for one in begun] == [(False, ""), (True, "ready")]
    exited, other = end(launcher)
    assert (exited.status, exited.timed_out) == (status, status is None)
    assert other.stdout == "ready\nover\n"


@pytest.mark.parametrize(
    ("on_turn", "expected"),
    [
        ("sys.exit(3)", Exit(status=3, stdout="ready\n")),
        ("sys.exit()", Exit(status=0, stdout="ready\n")),
        ("os.kill(os.getpid(), signal.SIGSEGV)", Exit(signal=signal.SIGSEGV, stdout="ready\n")),
        ("os.write(1, b'half'); os._exit(0)", Exit(status=0, stdout="ready\nhalf")),
        ("time.sleep(60)", Exit(signal=signal.SIGKILL, timed_out=True, stdout="ready\n")),
        (
            "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
            Exit(signal=signal.SIGKILL, timed_out=True, stdout="ready\n"),
        ),
        (
            "os.write(1, b'half'); time.sleep(60)",
            Exit(signal=signal.SIGKILL, timed_out=True, stdout="ready\nhalf"),
        ),
        ("os.close(1); time.sleep(60)", Exit(signal=signal.SIGKILL, timed_out=True, stdout="ready\n")),
        (
            "os.kill(os.getpid(), signal.SIGSTOP); time.sleep(60)",
            Exit(signal=signal.SIGKILL, timed_out=True, stdout="ready\n"),
        ),
        (
            "for part in ('cut', 'again'): os.write(1, part.encode()); time.sleep(60)",
            Exit(signal=signal.SIGKILL, timed_out=True, stdout="ready\ncut"),
        ),
        (
            "while True: os.write(1, b'x' * 60_000)",
            Exit(signal=signal.SIGKILL, flooded=True, stdout="x" * (1 << 20)),
        ),
    ],
)
def test_what_becomes_of_one_in_its_turn_costs_nobody_else(launcher, on_turn, expected):
    begin(launcher, speaker(on_turn), speaker())
    hangs = "sleep(60)" in on_turn
    failed, other = launcher.turn([0, 1], "turn", 5.0 if hangs else 60.0)
    assert (failed.is_alive, failed.answer) == (False, "")
    assert (other.is_alive, other.answer) == (True, "did turn")
    assert turn(launcher, 0) == DEAD
    assert turn(launcher, 1, "again").answer == "did again"
    exited, other = end(launcher)
    seen = Exit(
        exited.status, exited.signal, exited.timed_out, exited.flooded, exited.left_behind,
        stdout=exited.stdout,
    )  # fmt: skip
    assert seen == expected
    assert (other.status, other.stdout) == (0, "ready\ndid turn\ndid again\nover\n")


def test_turns_of_one_that_has_failed_are_left_out(launcher):
    begin(launcher, speaker("sys.exit(3)"), speaker(), speaker())
    first, *others = launcher.turns([[0], [1], [0, 2], [2], [0]], "turn", 30.0, 30.0)
    assert [one.is_alive for one in first] == [False]
    assert [[(one.is_alive, one.answer) for one in turn] for turn in others] == [
        [(True, "did turn")],
        [(False, ""), (True, "")],
        [(True, "did turn")],
        [(False, "")],
    ]
    assert [one.stdout for one in end(launcher)][1:] == [GOOD, GOOD]


def test_what_one_said_before_it_failed_is_kept(launcher):
    begin(launcher, speaker("say('did ' + command) if command == 'turn' else sys.exit('no more')"))
    assert turn(launcher).answer == "did turn"
    assert not turn(launcher, command="loops 3").is_alive
    (exited,) = end(launcher)
    assert (exited.status, exited.stdout, exited.stderr) == (1, "ready\ndid turn\n", "no more\n")


def test_a_line_that_is_whole_counts_though_its_writer_ends_with_it(launcher):
    begin(launcher, speaker("os.write(1, b'last words\\n'); os._exit(0)"))
    assert turn(launcher).answer == "last words"
    until(lambda: not turn(launcher).is_alive)


def test_one_that_ends_between_turns_is_seen_at_its_next(launcher):
    begin(launcher, speaker("say(str(os.getpid()))"), speaker())
    process = psutil.Process(int(turn(launcher).answer))
    process.kill()
    until(lambda: process.status() == psutil.STATUS_ZOMBIE)
    assert not turn(launcher).is_alive
    killed, _ = end(launcher)
    assert (killed.signal, killed.timed_out) == (signal.SIGKILL, False)


def test_lines_without_end_are_stopped_at_the_end(launcher):
    begin(launcher, speaker("while True: say('x' * 1000)"), speaker())
    assert turn(launcher).answer == "x" * 1000
    assert turn(launcher, 1).answer == "did turn"
    flooding, other = end(launcher)
    assert flooding.flooded
    assert other.stdout == GOOD


def test_one_that_does_not_end_when_there_is_no_more_to_read_is_killed(launcher):
    begin(launcher, speaker(), script("print('ready', flush=True); import time; time.sleep(60)"))
    first, second = end(launcher, timeout_s=10.0)
    assert (first.status, first.timed_out) == (0, False)
    assert (second.signal, second.timed_out, second.stdout) == (signal.SIGKILL, True, "ready\n")


def test_what_they_leave_behind_is_ended_and_counted(launcher):
    leaves = """
        child = subprocess.Popen(["sleep", "600"], start_new_session=True, stdin=subprocess.DEVNULL)
        say(str(child.pid))
    """
    begin(launcher, speaker(leaves), speaker())
    orphan = int(turn(launcher).answer)
    assert psutil.pid_exists(orphan)
    assert [one.left_behind for one in end(launcher)] == [1, 1]
    assert not psutil.pid_exists(orphan)


def test_a_helper_that_ends_soon_is_waited_for_though_another_member_failed(launcher):
    helper = "subprocess.Popen(['sleep', '0.1'], start_new_session=True); say('helped')"
    begin(launcher, speaker(helper), speaker("sys.exit(3)"))
    assert [one.is_alive for one in launcher.turn([0, 1], "turn", 30.0)] == [True, False]
    assert [(one.status, one.left_behind) for one in end(launcher)] == [(0, 0), (3, 0)]


# --- what is seen of memory and of the processor ----------------------------------------------


def test_memory_is_read_when_all_turns_are_over_for_each_with_its_own_family(launcher):
    begin(
        launcher,
        speaker("child = hog(60); say('holds')"),
        speaker("child = hog(60); child.kill(); child.wait(); say('held')"),
    )
    assert said(launcher.turn([0, 1], "turn", 30.0)) == ["holds", "held"]
    holds, held = end(launcher)
    assert 60 << 20 < holds.peak_rss < 120 << 20
    assert 0 < held.peak_rss < 40 << 20


def ticks_of(pids: list[int]) -> list[int]:
    """The processor's time that each process had, in the smallest unit that the kernel tells."""
    fields = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids)
    return [int(one[11]) + int(one[12]) for one in fields]


def test_who_waits_takes_no_time_from_who_works(launcher):
    begin(launcher, speaker("say(str(os.getpid()))"), speaker("time.sleep(1.0); say('slept')"))
    waiting = [launcher._supervisor.pid, int(turn(launcher).answer)]
    before = ticks_of(waiting)
    assert turn(launcher, 1).answer == "slept"
    after_a_turn = ticks_of(waiting)
    time.sleep(1.0)
    after_a_pause = ticks_of(waiting)
    assert max(now - then for now, then in zip(after_a_turn, before, strict=True)) <= 1
    assert max(now - then for now, then in zip(after_a_pause, after_a_turn, strict=True)) <= 1


# --- how it ends ------------------------------------------------------------------------------


@pytest.mark.parametrize("last", ["launcher.turn([0, 1], 'turn', 600)", "time.sleep(600)"])
def test_a_killed_harness_leaves_nothing_running(tmp_path, last):
    """Be it in the midst of a turn, or between two."""
    sleeps = speaker("open('busy', 'w').close(); time.sleep(600)")
    code = f"""
        import sys, time
        from pathlib import Path
        from gilometer.run.launcher import MemberCommand
        from gilometer.run.local import LocalLauncher
        launcher = LocalLauncher(Path({str(tmp_path)!r}), Path("/workloads"))
        launcher.begin([MemberCommand({sleeps.argv!r}, {{}})] * 2, 60)
        Path({str(tmp_path / "begun")!r}).touch()
        {last}
    """
    harness = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT)
    until((tmp_path / ("busy" if "turn" in last else "begun")).exists)
    family = psutil.Process(harness.pid).children(recursive=True)
    assert len(family) == 3
    harness.kill()
    harness.wait()
    _, alive = psutil.wait_procs(family, timeout=60)
    assert not alive


def test_closing_ends_members_that_have_not_come_to_their_end(tmp_path):
    launcher = LocalLauncher(tmp_path, SCRIPTS)
    begin(
        launcher,
        speaker("say(str(os.getpid()))"),
        script("print(1, flush=True); import time; time.sleep(600)"),
    )
    family = psutil.Process(launcher._supervisor.pid).children()
    assert len(family) == 2
    launcher.close()
    assert not any(process.is_running() for process in family)


@pytest.mark.parametrize("gone", [pytest.param(True, id="gone"), pytest.param(False, id="going")])
def test_members_whose_supervisor_was_killed_have_ended_and_the_next_ones_begin(launcher, gone):
    begin(launcher, speaker(), speaker())
    launcher._supervisor.kill()
    if gone:  # the pipe is broken before the request, not while its answer is awaited
        launcher._supervisor.wait()
    assert not turn(launcher).is_alive
    assert [one.lost for one in end(launcher)] == ["the process that starts and times it was killed"] * 2
    begin(launcher, speaker())
    assert turn(launcher).is_alive
    assert [one.lost for one in end(launcher)] == [""]


def test_nothing_else_is_started_while_members_live(tmp_path, capfd):
    with contextlib.closing(LocalLauncher(tmp_path, SCRIPTS)) as launcher:
        begin(launcher, speaker())
        (exited,) = launcher.launch(Invocation(argv=("/bin/true",), env={}, timeout_s=30.0))
    assert exited.lost
    assert "the members of before have not been ended" in capfd.readouterr().err
