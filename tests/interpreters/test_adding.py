from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from gilometer.errors import UsageError
from gilometer.interpreters.adding import Added, AddRequest, add
from gilometer.interpreters.matrix import load_matrix
from gilometer.interpreters.probe import NoAnswer
from gilometer.locations import workloads_folder
from tests.interpreters.builders import CPYTHON, executable


class Agreeable:
    """An asker that takes every candidate for a CPython, and remembers the last."""

    def __call__(self, candidate):
        self.asked = candidate
        return CPYTHON


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Where the files go, beside the folder in which the user works."""
    monkeypatch.setenv("GILOMETER_CONFIG", str(tmp_path / "config"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "config" / "interpreters"


def added(*request, ask=None) -> Added:
    return add(AddRequest(*request), load_matrix(), ask or Agreeable())


def refused(*request, ask=None) -> str:
    with pytest.raises(UsageError) as caught:
        added(*request, ask=ask)
    return str(caught.value)


def test_what_is_written_is_read_as_what_was_asked(folder):
    python = executable(Path("python"))
    ask = Agreeable()
    result = added("mine", f"{python.absolute()} -X 'dev mode'", ("A=1", "B=x=y"), ask=ask)
    (own,) = load_matrix().own
    assert result == Added(own, CPYTHON)
    assert own.command == (str(python.absolute()), "-X", "dev mode")
    assert own.env == {"A": "1", "B": "x=y"}
    assert own.file == str(folder / "mine.toml")
    assert (ask.asked.command, ask.asked.env, ask.asked.timeout_s) == (own.command, own.env, 60)


def test_the_file_has_no_more_keys_than_it_needs(folder):
    added("mine", "sh")
    assert set(tomllib.loads((folder / "mine.toml").read_text())) == {"command"}
    assert [path.name for path in folder.iterdir()] == ["mine.toml"]


def test_relative_paths_become_absolute_and_bare_words_are_looked_up_on_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(executable(tmp_path / "bin" / "java").parent))
    Path("x.jar").touch()
    result = added("jar", "java -jar x.jar -Dno=x.jar absent.jar")
    here = tmp_path / "work"
    assert result.own.command == (
        f"{tmp_path}/bin/java",
        "-jar",
        f"{here}/x.jar",
        "-Dno=x.jar",
        "absent.jar",
    )
    executable(here / "java")
    assert added("here", "./java").own.command == (f"{here}/java",)


def test_the_home_folder_may_be_written_as_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    executable(tmp_path / "py")
    assert added("mine", "~/py ~/py").own.command == (f"{tmp_path}/py", f"{tmp_path}/py")


@pytest.mark.parametrize(
    "name", ["", "*", "cpython-3.1?", "[x]", "a/b", "../a", ".hidden", "-x", "a b", "a+gil", "a@image", "a\n"]
)
def test_a_name_must_fit_a_file_and_an_option(name):
    assert "begin with a letter or a digit" in refused(name, "sh")


@pytest.mark.parametrize("name", ["jython", "jython-2.7", "cpython-3.13t"])
def test_a_name_that_the_matrix_has_is_taken(name):
    assert refused(name, "sh") == f"the matrix has a {name} already; call it {name}-2, for example"


def test_the_one_that_is_suggested_is_free():
    added("jython-2", "sh")
    assert "call it jython-3, for example" in refused("jython", "sh")


def test_so_is_the_name_that_a_users_own_file_gives(folder):
    folder.mkdir(parents=True)
    (folder / "file.toml").write_text('name = "mine"\ncommand = ["sh"]')
    assert "the matrix has a mine already" in refused("mine", "sh")


def test_what_was_added_before_can_be_removed(folder):
    added("mine", "sh")
    assert refused("mine", "sh") == f"mine was added before; `rm {folder}/mine.toml` removes it"


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("", "--command is empty; give an interpreter and its arguments"),
        ('python "x', "can't be split into words: No closing quotation; mend its quotes"),
        ("/opt/none/python -X dev", "--command: /opt/none/python is not there or can't be run"),
        ("no-such-python", "--command: no-such-python is not there or can't be run"),
    ],
)
def test_a_command_that_cannot_be(command, sentence, folder):
    assert sentence in refused("mine", command)
    assert not folder.exists()


def test_a_shim_is_not_an_interpreter(tmp_path):
    shim = executable(tmp_path / "shims" / "python3")
    assert f"{shim} is a shim, which starts whichever version is selected" in refused("mine", str(shim))


@pytest.mark.parametrize("setting", ["PYTHON_GIL", "=1", "a-b=1", ""])
def test_a_variable_must_have_a_name_and_a_value(setting, folder):
    assert f"--env {setting!r}: write KEY=VALUE, as in PYTHON_GIL=1" in refused("mine", "sh", (setting,))
    assert not folder.exists()


def test_without_facts_nothing_is_written(folder):
    def silent(_):
        return NoAnswer("printed nothing")

    shell = shutil.which("sh")
    assert refused("mine", "sh", ("A=b c",), ask=silent) == (
        "mine is not added, as it does not say what it is: printed nothing;"
        f" by hand: env 'A=b c' {shell} {workloads_folder()}/_runtime.py"
    )
    assert refused("mine", "sh", ask=silent).endswith(f"by hand: {shell} {workloads_folder()}/_runtime.py")
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_is_one_sentence(folder):
    folder.parent.touch()
    sentence = refused("mine", "sh")
    assert sentence.startswith(f"{folder}/mine.toml can't be written: ")
    assert sentence.endswith("; the environment variable GILOMETER_CONFIG names another folder")


def test_a_secret_is_refused_and_not_repeated(folder):
    assert refused("mine", "sh", ("DATABASE=postgres://me:hunter2@host/db",)) == (
        "--env DATABASE: it seems to hold a secret, which each run would keep and its report show;"
        " leave it out, and give `compare` --env DATABASE"
    )
    assert not folder.exists()
