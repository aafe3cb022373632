from __future__ import annotations

import re

import msgspec
import pytest
from msgspec.structs import replace

from gilometer.model import CONTRACT, Cell, Outcome, Strategy
from gilometer.run.launcher import Exit
from gilometer.run.outcome import Expected, assess
from tests import records

CELL = Cell("cpython-3.13", "", "fib", Strategy.THREADS, 2)
ASKED = Expected(work=records.work("fib"), cell=CELL, timeout_s=60.0)


def printed(**changes: object) -> Exit:
    line = msgspec.json.encode(records.line(CELL, [0.1], **changes)).decode()
    return Exit(status=0, stdout=f"a banner\n{line}\n", wall_s=0.3)


def span(**changes: float) -> dict[str, float]:
    return {"worker": 0, "start_s": 0.01, "end_s": 0.05} | changes


def test_a_good_line_is_ok_whatever_was_printed_before_it():
    verdict = assess(printed(), ASKED)
    assert (verdict.outcome, verdict.reason) == (Outcome.OK, "")
    assert verdict.line is not None
    assert verdict.line.workers == 2


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        (
            "....",
            "JSON is malformed: invalid character (byte 0); it printed '....'",
        ),
        ("one\ntwo\n", "; it printed 'one\\ntwo'"),
        ("x" * 900 + "end", "; it printed '" + "x" * 197 + "end'"),
        ("", "printed nothing; on standard error: 'dots'"),
    ],
)
def test_what_was_printed_instead_of_a_line_is_quoted(printed: str, said: str):
    verdict = assess(Exit(status=0, stdout=printed, stderr="dots\n"), ASKED)
    assert verdict.outcome is Outcome.GARBLED
    assert verdict.reason.endswith(said)
    assert len(verdict.reason) <= 300


def test_no_checksum_is_wrong_while_the_right_one_is_not_known():
    unknown = msgspec.structs.replace(ASKED.work, checksum="")
    verdict = assess(printed(checksum="0bad"), msgspec.structs.replace(ASKED, work=unknown))
    assert verdict.outcome is Outcome.OK


def test_what_the_interpreter_lacks_is_its_own_word():
    verdict = assess(printed(outcome=Outcome.UNSUPPORTED, reason="no module multiprocessing"), ASKED)
    assert (verdict.outcome, verdict.reason) == (Outcome.UNSUPPORTED, "no module multiprocessing")


def test_processes_left_behind_are_named_beside_a_good_line():
    verdict = assess(msgspec.structs.replace(printed(), left_behind=2), ASKED)
    assert (verdict.outcome, verdict.reason) == (
        Outcome.OK,
        "left 2 process(es) behind, which were ended",
    )


def test_a_child_killed_for_memory_is_no_matter_if_the_work_was_done_all_the_same():
    verdict = assess(msgspec.structs.replace(printed(), memory_limit=2 << 30), ASKED)
    assert (verdict.outcome, verdict.reason) == (Outcome.OK, "")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "null", '"0.1"'])
@pytest.mark.parametrize("field", ["wall_s", "script_s", "tick_s"])
def test_a_time_that_is_no_number_is_garbled(field: str, number: str):
    exited = printed()
    hostile = re.sub(rf'"{field}":[^,}}]+', f'"{field}":{number}', exited.stdout)
    verdict = assess(msgspec.structs.replace(exited, stdout=hostile), ASKED)
    assert verdict.outcome is Outcome.GARBLED
    assert verdict.reason.startswith("its last line is not the contract's")
    assert verdict.line is None


@pytest.mark.parametrize("cpu_s", ["NaN", "1e999", '"0.1"'])
def test_a_cpu_time_that_is_no_number_is_garbled(cpu_s: str):
    exited = printed()
    hostile = re.sub(r'"cpu_s":[^,}]+', f'"cpu_s":{cpu_s}', exited.stdout)
    assert assess(msgspec.structs.replace(exited, stdout=hostile), ASKED).outcome is Outcome.GARBLED


@pytest.mark.parametrize("number", ["NaN", "1e999", "null", '"0.1"'])
def test_a_span_that_is_no_number_is_garbled(number: str):
    exited = printed(spans=[span()])
    hostile = exited.stdout.replace('"end_s":0.05', f'"end_s":{number}')
    assert hostile != exited.stdout
    assert assess(msgspec.structs.replace(exited, stdout=hostile), ASKED).outcome is Outcome.GARBLED


def test_spans_within_the_iteration_are_kept():
    line = assess(printed(spans=[span(), span(worker=1, start_s=0.05, end_s=0.1)]), ASKED).line
    assert line is not None
    assert [one.worker for one in line.spans] == [0, 1]


def test_a_line_of_an_earlier_harness_has_no_spans():
    exited = printed()
    older = exited.stdout.replace(',"spans":[]', "")
    assert older != exited.stdout
    line = assess(msgspec.structs.replace(exited, stdout=older), ASKED).line
    assert line is not None
    assert line.spans == ()


def test_a_clock_a_little_ahead_of_the_harness_s_is_no_fault():
    assert assess(printed(script_s=0.35), ASKED).outcome is Outcome.OK


@pytest.mark.parametrize(
    ("exited", "outcome", "reason"),
    [
        (Exit(error="/x: No such file or directory"), "crashed", "could not be started: /x: No such file"),
        (Exit(signal=9, timed_out=True, wall_s=60.01), "timeout", "still running after 60 s"),
        (Exit(signal=9, flooded=True), "garbled", "wrote more than 16 MiB"),
        (Exit(signal=9), "killed", "killed by SIGKILL, not by the harness"),
        (Exit(signal=9, memory_limit=2 << 30), "killed", "out of memory: killed at the limit of 2 GiB"),
        (Exit(status=1, memory_limit=256 << 20, stderr="BrokenProcessPool"), "killed", "of 0.25 GiB"),
        (Exit(signal=9, timed_out=True, memory_limit=2 << 30), "killed", "out of memory"),
        (Exit(signal=9, lost="its container was killed"), "killed", "its container was killed"),
        (Exit(lost="its container ended with status 1"), "crashed", "its container ended with status 1"),
        (Exit(signal=11), "crashed", "died of SIGSEGV"),
        (Exit(signal=250), "crashed", "died of signal 250"),
        (Exit(status=3), "crashed", "exit status 3"),
        (Exit(status=1, stderr="Traceback\nKeyError: 1\n"), "crashed", "exit status 1: KeyError: 1"),
        (
            Exit(status=1, stderr="EOFError: EOF when reading a line\n"),
            "crashed",
            "exit status 1: EOFError: EOF when reading a line; the standard input of a workload is empty",
        ),
        (Exit(status=0), "garbled", "printed nothing"),
        (Exit(status=0, stdout='{"contract": 1, "work'), "garbled", "its last line is not the contract's"),
        (
            printed(contract=CONTRACT + 1),
            "garbled",
            f"speaks contract {CONTRACT + 1}; this harness speaks {CONTRACT}",
        ),
        (printed(workers=3), "garbled", "did fib threads 3 when asked for fib threads 2"),
        (printed(iterations=()), "garbled", "timed no iteration"),
        (printed(iterations=({"wall_s": 0.0, "cpu_s": None},)), "garbled", "at or below zero"),
        (printed(iterations=({"wall_s": -0.1, "cpu_s": None},)), "garbled", "at or below zero"),
        (printed(iterations=({"wall_s": 0.1, "cpu_s": -0.1},)), "garbled", "gave a time below zero"),
        (printed(script_s=-1.0), "garbled", "gave a time below zero"),
        (printed(pool_start_s=-1.0), "garbled", "gave a time below zero"),
        (printed(clock={"name": "time", "tick_s": -1.0}), "garbled", "gave a time below zero"),
        (printed(script_s=3600.1), "garbled", "timed 3.6e+03 s, but ran for 0.3 s: its clock is wrong"),
        (printed(iterations=({"wall_s": 1e308, "cpu_s": None},) * 3), "garbled", "timed inf s, but ran"),
        (printed(spans=[span(worker=2)]), "garbled", "told when worker 2 ran, of 2"),
        (printed(spans=[span(worker=-1)]), "garbled", "told when worker -1 ran, of 2"),
        (printed(spans=[span(start_s=-0.01)]), "garbled", "told a span from -0.01 to 0.05 s, not one"),
        (printed(spans=[span(start_s=0.06)]), "garbled", "told a span from 0.06 to 0.05 s"),
        (printed(spans=[span(end_s=3.0)]), "garbled", "told a span from 0.01 to 3 s"),
        (printed(spans=[span()] * 401), "garbled", "told 401 spans; 400 are the most"),
        (printed(checksum="0bad"), "wrong_checksum", "returned 0bad; right is sum-of-fib"),
    ],
)
def test_each_bad_ending_has_its_outcome_and_reason(exited: Exit, outcome: str, reason: str):
    verdict = assess(exited, ASKED)
    assert verdict.outcome.value == outcome
    assert reason in verdict.reason


def test_a_line_that_is_nested_too_deeply_is_garbled():
    found = assess(Exit(status=0, stdout='{"observations":' + "[" * 100_000, wall_s=0.3), ASKED)
    assert found.outcome is Outcome.GARBLED


def test_an_observation_too_large_for_a_mean_is_garbled():
    found = assess(printed(observations=[{"what": "delay", "unit": "ms", "values": [1e308, 1e308]}]), ASKED)
    assert (found.outcome, found.reason) == (
        Outcome.GARBLED,
        "observed 1e+308 ms of delay; 1e+100 is the most",
    )


def test_an_observation_whose_name_could_move_the_cursor_is_garbled():
    found = assess(printed(observations=[{"what": "\x1b[2J", "unit": "ms", "values": [1.0]}]), ASKED)
    assert (found.outcome, found.reason) == (
        Outcome.GARBLED,
        "named an observation with control characters",
    )


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"outcome": "killed"}, "calls itself killed, which only the harness can tell"),
        ({"outcome": "unavailable"}, "calls itself unavailable, which only the harness can tell"),
        ({"outcome": "unsupported", "workload": "another"}, "when asked for"),
        ({"passes": 0}, "did its work 0 times"),
        ({"iterations": [{"wall_s": 5e-324, "cpu_s": 0.0}]}, "shorter than a nanosecond"),
        ({"iterations": [{"wall_s": 0.1, "cpu_s": 1e308}]}, "more than all cores have in"),
    ],
)
def test_a_line_out_of_range_is_garbled(changed, reason):
    found = assess(printed(**changed), ASKED)
    assert found.outcome is Outcome.GARBLED
    assert reason in found.reason


def test_no_password_is_kept():
    line = replace(
        records.line(CELL, [0.1]), outcome=Outcome.UNSUPPORTED, reason="no postgresql://ann:s3@db/x"
    )
    found = assess(Exit(status=0, stdout=msgspec.json.encode(line).decode(), wall_s=0.3), ASKED)
    assert found.line
    assert (found.reason, found.line.reason) == ("no postgresql://***@db/x",) * 2
    failed = assess(Exit(status=1, stderr="refused: http://ann:s3@db/", wall_s=0.3), ASKED)
    assert failed.reason == "exit status 1: refused: http://***@db/"


def test_nor_that_of_the_users_server_wherever_it_is_told(monkeypatch):
    monkeypatch.setenv("GILOMETER_POSTGRES", "postgresql://ann:p%40ss-word@db/x")
    traceback = "Traceback:\n  connect('ann', 'p@ss-word')\nrefused: p@ss-word"
    failed = assess(Exit(status=1, stderr=traceback, wall_s=0.3), ASKED)
    assert "ss-word" not in failed.reason + failed.stderr_tail
    silent = assess(Exit(status=0, stderr="p%40ss-word", wall_s=0.3), ASKED)
    assert silent.reason == "printed nothing; on standard error: '***'"
    told = replace(records.line(CELL, [0.1]), version="p@ss-word", reason="p@ss-word")
    found = assess(Exit(status=0, stdout=msgspec.json.encode(told).decode(), wall_s=0.3), ASKED)
    assert found.line
    assert (found.line.version, found.line.reason) == ("***", "***")


def test_a_password_like_a_name_of_ours_garbles_nothing(monkeypatch):
    monkeypatch.setenv("GILOMETER_POSTGRES", f"postgresql://ann:{CELL.workload}@db/x")
    line = records.line(CELL, [0.1])
    found = assess(Exit(status=0, stdout=msgspec.json.encode(line).decode(), wall_s=0.3), ASKED)
    assert found.outcome is Outcome.OK
    assert found.line == line
