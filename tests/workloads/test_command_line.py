"""What a workload script takes, and what it says to what it does not take."""

from __future__ import annotations

import msgspec
import pytest

from gilometer.model import CONTRACT, Outcome
from tests.workloads.running import run, workload


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--wrokers", "2"], "there is no option --wrokers; --help lists them"),
        (["2"], "there is no option 2; --help lists them"),
        (["--workers"], "--workers needs a value"),
        (["--workers", "two"], "--workers wants a whole number, not 'two'"),
        (["--workers", "0"], "--workers must be 1 or more, not 0"),
        (["--units=0"], "--units must be 1 or more, not 0"),
        (["--loops", "1.5"], "--loops wants a whole number, not '1.5'"),
        (["--describe=yes"], "--describe takes no value"),
        (["--calibrate", "soon"], "--calibrate wants a number, not 'soon'"),
        (["--calibrate", "nan"], "--calibrate wants a finite number, not 'nan'"),
        (["--seconds", "-1"], "--seconds must be more than 0 seconds, not -1"),
        (["--calibrate", "0"], "--calibrate must be more than 0 seconds, not 0"),
        (["--param", "n"], "--param wants KEY=VALUE, not 'n'"),
        (["--param", "m=3"], "there is no parameter m; this workload has: n"),
        (["--param", "n=many"], "--param n wants a whole number, not 'many'"),
        (
            ["--workers", "2"],
            "serial work has one worker; leave --workers out, or give another --strategy",
        ),
        (
            ["--calibrate", "1", "--strategy", "threads"],
            "--calibrate finds the loops with --strategy serial; leave --strategy out",
        ),
        (["--turns=3"], "--turns takes no value"),
        (
            ["--turns", "--calibrate", "1"],
            "--turns does what its input asks for, so leave --calibrate out",
        ),
        (["--seconds", "1", "--turns"], "--turns does what its input asks for, so leave --seconds out"),
        (["--turns", "--iterations=3"], "--turns does what its input asks for, so leave --iterations out"),
        (
            ["--strategy", "magic"],
            (
                "fib can't be spread by --strategy magic, but by: "
                "serial, threads, processes, asyncio, subinterpreters"
            ),
        ),
    ],
)
def test_a_wrong_command_line_gets_one_sentence(words, sentence, tmp_path) -> None:
    refused = run(workload("fib"), *words, cwd=tmp_path)
    assert (refused.status, refused.stdout, refused.stderr) == (2, "", f"fib.py: {sentence}\n")


def test_a_parameter_without_any_is_refused_too(write_workload, tmp_path) -> None:
    script = write_workload("    def unit(self, index): return index")
    assert "this workload has: none" in run(script, "--param", "n=1", cwd=tmp_path).stderr


def test_an_option_may_be_joined_to_its_value(tmp_path) -> None:
    line = run(workload("fib"), "--units=5", "--param=n=3", "--iterations=1", cwd=tmp_path).line
    assert (line.units, line.parameters, len(line.iterations)) == (5, {"n": 3}, 1)


def test_a_parameter_takes_the_type_of_its_default(write_workload, tmp_path) -> None:
    script = write_workload(
        "    parameters = {'a': 1, 'b': 0.5, 'c': 'x'}\n"
        "    def unit(self, index): return [self.a, self.b, self.c]"
    )
    given = [word for pair in ("a=2", "b=3", "c=4=5") for word in ("--param", pair)]
    assert run(script, *given, cwd=tmp_path).line.parameters == {"a": 2, "b": 3.0, "c": "4=5"}


def test_what_is_left_out_is_the_workloads_own(write_workload, tmp_path) -> None:
    script = write_workload(
        "    strategies = ('threads', 'serial')\n    loops = 5\n    def unit(self, index): return index"
    )
    line = run(script, cwd=tmp_path).line
    assert (line.strategy, line.workers, line.loops) == ("threads", 2, 5)
    line = run(script, "--strategy", "serial", "--loops", "2", cwd=tmp_path).line
    assert (line.strategy, line.workers, line.loops) == ("serial", 1, 2)
    assert "threads, serial (threads)" in run(script, "--help", cwd=tmp_path).stdout


def test_calibration_begins_with_one_loop_and_the_first_strategy(write_workload, tmp_path) -> None:
    script = write_workload(
        "    strategies = ('threads', 'serial')\n    loops = 1000\n"
        "    def unit(self, index): time.sleep(0.01); return index"
    )
    line = run(script, "--calibrate", "0.01", cwd=tmp_path).line
    assert (line.strategy, line.workers, line.loops, line.outcome) == ("threads", 2, 1, Outcome.OK)


@pytest.mark.parametrize("word", ["-h", "--help"])
def test_help_shows_how_it_is_called(word, tmp_path) -> None:
    shown = run(workload("fib"), word, cwd=tmp_path).stdout
    assert shown.startswith("usage: python fib.py [options]\n")
    assert "--strategy NAME" in shown


def test_calibration_finds_loops_that_take_their_time(tmp_path) -> None:
    line = run(workload("fib"), "--calibrate", "0.02", "--param", "n=5", cwd=tmp_path).line
    assert (line.strategy, line.workers, line.outcome) == ("serial", 1, Outcome.OK)
    assert line.loops == line.passes
    assert line.loops > 1
    assert [iteration.wall_s >= 0.02 for iteration in line.iterations[-2:]] == [True, True]


def test_it_measures_on_until_the_seconds_are_over(tmp_path) -> None:
    words = ("--seconds", "0.05", "--iterations", "1", "--param", "n=1")
    line = run(workload("fib"), *words, cwd=tmp_path).line
    assert len(line.iterations) > 1


def test_the_line_is_compact_json_and_the_last_thing_said(tmp_path) -> None:
    said = run(workload("fib"), cwd=tmp_path).stdout
    assert said.count("\n") == 1
    assert said.endswith("}\n")
    assert msgspec.json.decode(said)["contract"] == CONTRACT == 2
    assert msgspec.json.decode(said)["turns_from"] is None
