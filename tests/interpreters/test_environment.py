from __future__ import annotations

import pytest

from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.environment import clean_environment
from gilometer.interpreters.probe import NoAnswer, Probe
from tests.interpreters.builders import executable


@pytest.mark.parametrize("name", ["PYTHONSAFEPATH", "AWS_SECRET_ACCESS_KEY", "JAVA_TOOL_OPTIONS"])
def test_what_an_interpreter_does_not_need_stays_behind(monkeypatch, name):
    monkeypatch.setenv(name, "1")
    assert name not in clean_environment({})


@pytest.mark.parametrize("name", ["PATH", "HOME", "LANG", "LC_CTYPE", "TMPDIR", "LD_LIBRARY_PATH"])
def test_what_it_needs_is_passed_on(monkeypatch, name):
    monkeypatch.setenv(name, "of-the-user")
    assert clean_environment({})[name] == "of-the-user"


def test_what_is_given_to_it_is_added_and_counts_more(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    environment = clean_environment({"PYTHON_GIL": "0", "TZ": "UTC"})
    assert (environment["PYTHON_GIL"], environment["TZ"]) == ("0", "UTC")


def test_a_secret_does_not_reach_an_interpreter_that_is_asked(monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    python = executable(tmp_path / "python", 'echo "it sees ${AWS_SECRET_ACCESS_KEY-none}" >&2; exit 1')
    candidate = Candidate((str(python),), "PATH", timeout_s=30)
    assert Probe(tmp_path / "probe.py")(candidate) == NoAnswer("exit status 1: it sees none")
