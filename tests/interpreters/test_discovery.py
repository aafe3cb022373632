from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from gilometer.interpreters import discovery
from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.discovery import find, merge, search
from gilometer.interpreters.matrix import Matrix, OwnInterpreter, load_matrix
from gilometer.interpreters.places import Place
from tests.interpreters.builders import executable

FAMILIES = load_matrix().families


def searched(*folders: Path) -> list[str]:
    return [candidate.command[0] for candidate in search(FAMILIES, [Place("PATH", each) for each in folders])]


@pytest.mark.parametrize(
    "name", ["python3", "python3.6", "python3.13t", "python2.7", "pypy3.11", "graalpy", "jython", "ipy"]
)
def test_executables_that_bear_the_name_of_an_interpreter(tmp_path, name):
    path = executable(tmp_path / name)
    assert searched(tmp_path) == [str(path)]


@pytest.mark.parametrize("name", ["python3.13-config", "python3.13-gdb.py", "pip3", "ipython", "Python3"])
def test_others_are_not_asked(tmp_path, name):
    executable(tmp_path / name)
    assert searched(tmp_path) == []


def test_what_cannot_be_run_is_not_asked(tmp_path):
    (tmp_path / "python3.13").write_text("a text")
    (tmp_path / "python3.12").mkdir()
    (tmp_path / "python3.11").symlink_to(tmp_path / "nowhere")
    assert searched(tmp_path, tmp_path / "absent") == []


def test_a_shim_is_ignored_even_behind_a_link(tmp_path):
    shim = executable(tmp_path / "shims" / "python3.13", "exit 127")
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    (bin_folder / "python3").symlink_to(shim)
    assert searched(bin_folder, shim.parent) == []


def test_links_lead_to_one_candidate(tmp_path):
    real = executable(tmp_path / "bin" / "python3.13")
    (tmp_path / "bin" / "python3").symlink_to(real)
    (tmp_path / "other").symlink_to(tmp_path / "bin")
    places = [Place("PATH", tmp_path / "other"), Place("system", tmp_path / "bin")]
    assert merge(search(FAMILIES, places)) == (Candidate((str(real),), "PATH"),)


def test_hard_links_are_one_interpreter_as_in_conda(tmp_path):
    first = executable(tmp_path / "a" / "python3.12")
    (tmp_path / "b").mkdir()
    os.link(first, tmp_path / "b" / "python3.12")
    (only,) = merge(search(FAMILIES, [Place("conda", tmp_path / "a"), Place("conda", tmp_path / "b")]))
    assert only.command == (str(first),)


def test_a_link_to_a_launcher_of_another_name_is_kept(tmp_path):
    executable(tmp_path / "launcher")
    (tmp_path / "pypy3").symlink_to(tmp_path / "launcher")
    assert searched(tmp_path) == [str(tmp_path / "pypy3")]


def environment(folder: Path, settings: str) -> Path:
    executable(folder / "bin" / "python3")
    (folder / "pyvenv.cfg").write_text(settings)
    return folder / "bin"


def test_a_copied_virtual_environment_stands_for_its_base(tmp_path):
    base = executable(tmp_path / "usr" / "python3")
    venv = environment(tmp_path / "venv", f"home = {base.parent}\nversion = 3.13.1\n")
    assert searched(venv) == [str(base)]


def test_what_is_found_twice_says_where_else_it_was_found(tmp_path):
    base = executable(tmp_path / "usr" / "python3")
    (tmp_path / "usr" / "python3.13").symlink_to(base)
    venv = environment(tmp_path / "venv", f"home = {base.parent}\nversion = 3.13.1\n")
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "python3").symlink_to(base)
    places = [Place("PATH", folder) for folder in (venv, tmp_path / "usr", tmp_path / "local")]
    (found,) = merge(search(FAMILIES, places))
    assert found.command == (str(base),)
    assert found.also_at == (str(venv / "python3"), str(tmp_path / "local" / "python3"))


@pytest.mark.parametrize("settings", ["home = /nowhere\n", "version = 3.13.1\n"])
def test_one_without_a_base_stands_for_nothing(tmp_path, settings):
    assert searched(environment(tmp_path / "venv", settings)) == []


def test_the_jvm_gets_more_time_to_answer(tmp_path):
    executable(tmp_path / "jython")
    executable(tmp_path / "python3.13")
    patience = {
        Path(each.command[0]).name: each.timeout_s for each in search(FAMILIES, [Place("PATH", tmp_path)])
    }
    assert patience == {"jython": 60, "python3.13": 10}


def test_other_flags_make_another_interpreter_of_one_binary(tmp_path):
    python = str(executable(tmp_path / "python3.13"))
    plain = Candidate((python,), "PATH")
    no_gil = replace(plain, command=(python, "-X", "gil=0"))
    other_env = replace(plain, env={"PYTHON_GIL": "0"})
    assert merge([plain, no_gil, other_env, plain]) == (plain, no_gil, other_env)


def test_the_matrix_comes_first_and_the_images_last(tmp_path, monkeypatch):
    python, jython, mine = (str(executable(tmp_path / name)) for name in ("python3.13", "java", "mine"))
    monkeypatch.setattr(discovery, "places", lambda _: [Place("PATH", tmp_path)])
    monkeypatch.setattr(
        discovery, "provisioned", lambda: (Candidate((jython, "-jar", "j.jar"), "provisioned"),)
    )
    monkeypatch.setattr(discovery, "in_images", lambda: (Candidate(("python3",), "image one", image="id"),))
    own = (
        OwnInterpreter("mine", (mine,), "mine.toml", name="mine"),
        OwnInterpreter("same", (python,), "same.toml", name="same"),
    )
    found = find(Matrix(FAMILIES, own))
    assert [(each.command[0], each.source, each.name) for each in found] == [
        (mine, "matrix", "mine"),
        (python, "matrix", "same"),
        (jython, "provisioned", ""),
        ("python3", "image one", ""),
    ]


def test_an_executable_gets_the_arguments_that_its_family_needs(tmp_path):
    path = executable(tmp_path / "micropython")
    (one,) = search(FAMILIES, [Place("PATH", tmp_path)])
    assert one.command == (str(path), "-X", "heapsize=256m")


def test_an_image_is_a_world_of_its_own():
    command = ("/usr/bin/python3",)
    images = [Candidate(command, f"image {name}", image=name) for name in ("one", "two")]
    assert merge([*images, images[0]]) == tuple(images)


def test_two_environments_of_one_python_that_a_user_names_are_kept_and_so_is_their_base(tmp_path):
    base = executable(tmp_path / "base" / "bin" / "python3.11")
    named = [environment_with_link(tmp_path / name, base) for name in ("one", "two")]
    own = [Candidate((str(path),), "matrix", name=path.parts[-3]) for path in named]
    found = Candidate((str(base),), "PATH")
    assert merge([*own, found]) == (*own, found)


def test_one_file_under_two_names_of_a_user_is_two_interpreters_and_not_found_again(tmp_path):
    wrapper = executable(tmp_path / "python3")
    own = [Candidate((str(wrapper),), "matrix", name=name) for name in ("one", "two")]
    assert merge([*own, Candidate((str(wrapper),), "PATH")]) == tuple(own)


def environment_with_link(folder: Path, base: Path) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text(f"home = {base.parent}\n")
    python = folder / "bin" / "python"
    python.symlink_to(base)
    return python
