from __future__ import annotations

import os

import pytest
from msgspec.structs import replace

from gilometer.interpreters.answers import CachedAsker, default_asker
from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.probe import NoAnswer
from tests.interpreters.builders import CPYTHON, Told, cpython, executable, says


@pytest.fixture
def candidate(tmp_path):
    return Candidate((str(executable(tmp_path / "python")),), "PATH")


@pytest.fixture
def told(candidate):
    return Told({candidate.command[0]: CPYTHON})


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "probes"


def test_it_asks_once(told, folder, candidate):
    assert CachedAsker(told, folder, b"probe")(candidate) == CPYTHON
    assert CachedAsker(told, folder, b"probe")(candidate) == CPYTHON
    assert len(told.asked) == 1


def test_it_leaves_no_draft_behind(told, folder, candidate):
    CachedAsker(told, folder, b"probe")(candidate)
    (kept,) = folder.iterdir()
    assert kept.suffix == ".json"


def test_a_changed_binary_is_asked_again(told, folder, candidate):
    ask = CachedAsker(told, folder, b"probe")
    ask(candidate)
    os.utime(candidate.command[0], ns=(1, 1))
    told.answers[candidate.command[0]] = cpython("3.13.2")
    assert ask(candidate) == cpython("3.13.2")


def test_so_are_one_with_other_flags_and_one_with_another_environment(told, folder, candidate):
    ask = CachedAsker(told, folder, b"probe")
    ask(candidate)
    ask(replace(candidate, command=(*candidate.command, "-O")))
    ask(replace(candidate, env={"PYTHON_GIL": "0"}))
    assert len(told.asked) == 3


def test_so_is_a_java_with_another_jar(told, folder, candidate, tmp_path):
    ask = CachedAsker(told, folder, b"probe")
    jar = tmp_path / "jython.jar"
    jar.write_bytes(b"one")
    java = replace(candidate, command=(*candidate.command, "-jar", str(jar)))
    ask(java)
    jar.write_bytes(b"another")
    ask(java)
    assert len(told.asked) == 2


def test_another_probe_asks_again(told, folder, candidate):
    CachedAsker(told, folder, b"probe")(candidate)
    CachedAsker(told, folder, b"a better probe")(candidate)
    assert len(told.asked) == 2


@pytest.mark.parametrize("content", [b"", b'{"implementa', b"[]", b"\xff\x00"])
def test_a_damaged_answer_is_asked_for_again(told, folder, candidate, content):
    ask = CachedAsker(told, folder, b"probe")
    ask(candidate)
    (kept,) = folder.iterdir()
    kept.write_bytes(content)
    assert ask(candidate) == CPYTHON
    assert ask(candidate) == CPYTHON
    assert len(told.asked) == 2


def test_no_answer_is_not_remembered(folder, candidate):
    silent = Told({})
    ask = CachedAsker(silent, folder, b"probe")
    assert ask(candidate) == ask(candidate) == NoAnswer("printed nothing")
    assert len(silent.asked) == 2


def test_without_a_place_to_remember_it_answers_all_the_same(told, tmp_path, candidate):
    (tmp_path / "file").write_text("not a folder")
    assert CachedAsker(told, tmp_path / "file", b"probe")(candidate) == CPYTHON


def test_by_default_it_runs_the_probe_and_remembers_in_the_cache_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))
    python = executable(tmp_path / "python", f'[ -f "$1" ] && {says(CPYTHON)}')
    assert default_asker()(Candidate((str(python),), "PATH")) == CPYTHON
    assert len(list((tmp_path / "cache" / "probes").iterdir())) == 1
