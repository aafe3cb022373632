"""``add`` as it is typed, in real processes, and what the other commands make of it."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from tests.cli.running import FAKES, gilometer


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GILOMETER_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("COLUMNS", "200")


def test_what_is_added_is_asked_first_and_then_planned_for_like_any_other():
    ended = gilometer("add", "mine", "--command", f"{FAKES / 'ok'} -X dev", "--env", "PYTHONMALLOC=malloc")
    assert ended.returncode == 0, ended.stderr
    assert f"Added mine, which is cpython {sys.version.split()[0]}" in ended.stdout
    assert "Measure it: gilometer compare -i mine" in ended.stdout
    written = tomllib.loads(Path("config/interpreters/mine.toml").read_text())
    assert written == {"command": [str(FAKES / "ok"), "-X", "dev"], "env": {"PYTHONMALLOC": "malloc"}}
    planned = gilometer("plan", "-i", "mine", "-w", "sleep", "--offline")
    assert planned.returncode == 0, planned.stderr
    assert "mine" in planned.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("jython", "--command", "sh"), "the matrix has a jython already; call it jython-2, for example"),
        (("mi*ne", "--command", "sh"), "an interpreter can't be called 'mi*ne'"),
        (("mine", "--command", "/nowhere/python"), "/nowhere/python is not there or can't be run"),
        (("mine", "--command", "sh", "--env", "X"), "--env 'X': write KEY=VALUE"),
        (
            ("mine", "--command", "false"),
            "mine is not added, as it does not say what it is: exit status 1; by hand",
        ),
        (("mine",), "Missing option '--command'"),
    ],
)
def test_a_mistake_is_one_sentence_and_writes_nothing(words, sentence):
    ended = gilometer("add", *words)
    assert ended.returncode == 2
    assert sentence in ended.stderr
    assert not Path("config").exists()


def test_a_wrong_file_in_the_folder_is_named_with_its_key_and_the_remedy():
    path = Path("config/interpreters/mine.toml").absolute()
    path.parent.mkdir(parents=True)
    path.write_text('comand = ["sh"]\n')
    ended = gilometer("doctor")
    assert ended.returncode == 2
    assert f"{path}: key `comand`: there is no such key" in ended.stderr
