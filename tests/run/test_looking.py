from __future__ import annotations

import json

import pytest

from gilometer.plan.own import NamedFunction
from gilometer.run.launcher import Exit
from gilometer.run.looking import Look, Looker
from tests import records
from tests.run.fakes import FakeLauncher

PYTHON = records.interpreter("cpython-3.13")
NAMED = NamedFunction("mine.py:work", "24", ("-x",))


def looked(exited: Exit) -> Look:
    launcher = FakeLauncher(lambda _: exited)
    return Looker(NAMED, launcher, timeout_s=60.0).look(PYTHON, 2.0)


def said(**told: object) -> Exit:
    return Exit(status=0, stdout=f"{json.dumps(told)}\n")


def test_it_is_told_the_function_the_items_the_arguments_and_the_time():
    launcher = FakeLauncher(lambda _: said())
    Looker(NAMED, launcher, timeout_s=60.0).look(PYTHON, 2.0)
    assert launcher.launched[0].argv == (
        *PYTHON.command,
        "/workloads/_look.py",
        *("mine.py:work", "24", '["-x"]', "2"),
    )


def test_what_it_found_is_read():
    assert looked(said(units=24, calls=3, wall_s=0.5, takes_item=True)) == Look(
        units=24, calls=3, wall_s=0.5, takes_item=True
    )


@pytest.mark.parametrize(
    ("exited", "failure"),
    [
        (Exit(timed_out=True), "still running after 60 s"),
        (Exit(status=3), "ended with status 3"),
        (Exit(signal=11), "ended by signal 11"),
        (Exit(status=1, stderr="Traceback\nValueError: no\n"), "Traceback\nValueError: no"),
        (Exit(status=0, stdout="something else"), "ended with status 0"),
    ],
)
def test_one_that_ends_badly_is_a_failure(exited, failure):
    assert looked(exited).failure == failure


@pytest.mark.parametrize("exited", [Exit(error="no such file"), Exit(unavailable="no such file")])
def test_an_interpreter_that_can_not_be_started_lacks_it(exited):
    assert "no such file" in looked(exited).lack


def test_what_the_code_says_is_printable():
    assert looked(said(lack="a\x1b[31m", mistake="b\nc")) == Look(lack="a\\x1b[31m", mistake="b\\nc")
