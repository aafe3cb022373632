"""Interpreters that are named by their path: each is one of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from gilometer.errors import UsageError
from gilometer.interpreters import discovery
from gilometer.interpreters.by_path import with_paths
from gilometer.interpreters.matrix import OwnInterpreter, load_matrix
from gilometer.interpreters.places import Place
from gilometer.interpreters.selection import matching
from gilometer.interpreters.survey import Survey, survey
from tests.interpreters.builders import Told, cpython, executable

MATRIX = load_matrix()


@pytest.fixture(autouse=True)
def nothing_else_is_found(monkeypatch):
    for name in ("places", "provisioned", "in_images"):
        monkeypatch.setattr(discovery, name, lambda *_: ())


def named(*paths: object) -> list[str]:
    return [one.name for one in with_paths(MATRIX, map(str, paths)).by_path]


def surveyed(*paths: object) -> Survey:
    """Survey a machine on which each executable is a CPython 3.13."""
    matrix = with_paths(MATRIX, map(str, paths))
    commands = [each.command[0] for each in discovery.find(matrix)]
    return survey(matrix, ask=Told(dict.fromkeys(commands, cpython("3.13.1"))))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("project/.venv/bin/python", "project-venv-python"),
        ("build/3.15/bin/python3", "build-3.15-python3"),
        ("it's a/(good) one/python", "it-s-a-good-one-python"),
        ("a/b/é", "a-b"),
    ],
)
def test_it_is_called_by_the_end_of_its_path(tmp_path, path, name):
    assert named(executable(tmp_path / path))[0].endswith(name)


def test_two_that_would_have_one_name_get_two(tmp_path):
    paths = [executable(tmp_path / place / "a" / ".venv" / "bin" / "python") for place in ("one", "two")]
    assert named(*paths, paths[0]) == ["a-venv-python", "a-venv-python-2"]


def test_a_path_may_be_relative(tmp_path, monkeypatch):
    python = executable(tmp_path / "x" / "y" / "python")
    monkeypatch.chdir(tmp_path / "x")
    (one,) = with_paths(MATRIX, ["./y/python"]).by_path
    assert (one.name, one.command) == ("x-y-python", (str(python),))


def test_an_executable_gets_the_arguments_that_its_family_needs(tmp_path):
    path = executable(tmp_path / "micropython")
    (one,) = with_paths(MATRIX, [str(path)]).by_path
    assert one.command == (str(path), "-X", "heapsize=256m")


def test_it_is_never_merged_with_what_is_found_nor_with_another_path_to_the_same_file(tmp_path, monkeypatch):
    python = executable(tmp_path / "bin" / "python3.13")
    link = tmp_path / "link" / "python"
    link.parent.mkdir()
    link.symlink_to(python)
    monkeypatch.setattr(discovery, "places", lambda _: [Place("PATH", tmp_path / "bin")])
    found = surveyed(python, link)
    assert {each.command[0]: each.source for each in found.runnable if each.kind != "cpython"} == {
        str(python): "-i",
        str(link): "-i",
    }
    assert [each.name for each in found.runnable if each.source == "PATH"] == ["cpython-3.13"]
    assert not found.also
    assert not found.also_at


def test_nor_with_one_that_was_added(tmp_path):
    python = executable(tmp_path / "python3")
    own = OwnInterpreter("mine", (str(python),), "mine.toml", name="mine")
    matrix = with_paths(type(MATRIX)(MATRIX.families, (own,)), [str(python)])
    assert [(each.source, each.command[0]) for each in discovery.find(matrix)] == [
        ("-i", str(python)),
        ("matrix", str(python)),
    ]


def test_the_path_selects_it_and_a_name_beside_it_another(tmp_path, monkeypatch):
    python = executable(tmp_path / "python@3.13" / "python3.13")  # as Homebrew has it
    monkeypatch.setattr(discovery, "places", lambda _: [Place("PATH", python.parent)])
    chosen = matching(surveyed(python), [str(python), "cpython-3.13"])
    assert [each.source for each in chosen.interpreters] == ["PATH", "-i"]
    assert {each.facts.version for each in chosen.interpreters} == {"3.13.1"}


def test_a_path_that_is_no_python_is_a_sentence(tmp_path):
    program = executable(tmp_path / "program")
    found = survey(with_paths(MATRIX, [str(program)]), ask=Told({}))
    with pytest.raises(UsageError) as caught:
        matching(found, [str(program)])
    assert str(caught.value) == f"-i {program} does not say which Python it is: printed nothing"


def test_so_is_one_that_leads_to_nothing_that_can_be_run(tmp_path):
    (tmp_path / "text").touch()
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    for name in ("gone", "text", "link", "."):
        path = f"{tmp_path}/{name}"
        with pytest.raises(UsageError) as caught:
            with_paths(MATRIX, [path])
        assert str(caught.value) == (f"-i {path}: it is not there or can't be run; give the path of a Python")


def test_a_shim_is_refused(tmp_path):
    shim = executable(tmp_path / "shims" / "python3")
    with pytest.raises(UsageError, match="it is a shim, which starts whichever version is selected"):
        with_paths(MATRIX, [str(shim)])


def test_what_gives_no_answer_is_broken_and_no_entry_of_the_matrix(tmp_path):
    program = str(executable(tmp_path / "program"))
    found = survey(with_paths(MATRIX, [program]), ask=Told({}))
    assert [(each.command, each.source) for each in found.broken] == [((program,), "-i")]
    assert "program" not in {Path(each.name).name for each in found.missing}


def test_its_timing_is_that_of_the_family_that_its_facts_belong_to(tmp_path):
    pypy = executable(tmp_path / "python")
    matrix = with_paths(MATRIX, [str(pypy)])
    facts = cpython("3.11.1", implementation="pypy")
    (one,) = survey(matrix, ask=Told({str(pypy): facts})).runnable
    (family,) = (each for each in MATRIX.families if each.kind == "pypy")
    assert one.timing == family.timing
    assert one.facts == facts
