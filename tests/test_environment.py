from __future__ import annotations

import pytest

from gilometer.environment import NAMED, clean_environment, digest_of_named, holds_secret, named, pass_on
from gilometer.errors import UsageError
from gilometer.interpreters.candidate import Candidate
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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_SECRET_ACCESS_KEY", "x"),
        ("GITHUB_TOKEN", "x"),
        ("PGPASSWORD", "x"),
        ("api_key", "x"),
        ("DB_PWD", "x"),
        ("GOOGLE_APPLICATION_CREDENTIALS", "x"),
        ("DATABASE_URL", "postgres://me:hunter2@host/db"),
        ("OPTIONS", "host=here password=hunter2"),
    ],
)
def test_what_seems_to_hold_a_secret(name, value):
    assert holds_secret(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PYTHON_GIL", "1"),
        ("PYTHONMALLOC", "malloc"),
        ("JAVA_TOOL_OPTIONS", "-Xmx1g -XX:+UseSerialGC"),
        ("LD_PRELOAD", "/usr/lib/libjemalloc.so"),
        ("TOKENIZERS_PARALLELISM", "false"),
        ("PWD", "/work"),
        ("KEYBOARD", "de"),
        ("PROXY", "http://host:8080"),
    ],
)
def test_what_does_not(name, value):
    assert not holds_secret(name, value)


@pytest.fixture
def unnamed(monkeypatch):
    """Begin with nothing named, and leave nothing named to other tests."""
    monkeypatch.setenv(NAMED, "")
    return monkeypatch


def test_what_the_user_names_is_passed_on(unnamed):
    unnamed.setenv("JAVA_TOOL_OPTIONS", "-Xmx1g")
    unnamed.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    pass_on(["JAVA_TOOL_OPTIONS", "JAVA_TOOL_OPTIONS"])
    assert named() == ("JAVA_TOOL_OPTIONS",)
    assert clean_environment({})["JAVA_TOOL_OPTIONS"] == "-Xmx1g"
    assert "AWS_SECRET_ACCESS_KEY" not in clean_environment({})


def test_an_interpreter_that_is_asked_sees_it(unnamed, tmp_path):
    unnamed.setenv("OF_MINE", "seven")
    pass_on(["OF_MINE"])
    python = executable(tmp_path / "python", 'echo "it sees ${OF_MINE-none}" >&2; exit 1')
    candidate = Candidate((str(python),), "PATH", timeout_s=30)
    assert Probe(tmp_path / "probe.py")(candidate) == NoAnswer("exit status 1: it sees seven")


def test_what_is_not_set_can_not_be_passed_on(unnamed):
    unnamed.delenv("OF_MINE", raising=False)
    with pytest.raises(UsageError, match="OF_MINE"):
        pass_on(["OF_MINE"])
    assert named() == ()


def test_another_value_is_another_question_to_an_interpreter(unnamed):
    assert digest_of_named() == b""
    digests = set()
    for value in ("1", "2"):
        unnamed.setenv("OF_MINE", value)
        pass_on(["OF_MINE"])
        digests.add(digest_of_named())
    assert len(digests) == 2
    assert not any(b"OF_MINE" in digest for digest in digests)
