from __future__ import annotations

from pathlib import Path

import pytest

from gilometer.interpreters.places import Place, places


def folder(path: Path) -> Path:
    path.mkdir(parents=True)
    return path


def found(root: Path, **environ: object) -> tuple[Place, ...]:
    variables = {name: str(value) for name, value in environ.items()}
    return places({"HOME": str(root / "home/ann")} | variables, root)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("home/ann/.pyenv/versions/3.13.0/bin", "pyenv"),
        ("home/ann/.local/share/uv/python/pypy-3.11/bin", "uv"),
        ("home/ann/miniforge3/bin", "conda"),
        ("home/ann/miniconda3/envs/old/bin", "conda"),
        ("opt/conda/envs/new/bin", "conda"),
        ("home/ann/.asdf/installs/python/3.12.1/bin", "asdf"),
        ("home/ann/.local/share/mise/installs/python/3.12/bin", "mise"),
        ("home/ann/.dotnet/tools", "home"),
        ("usr/local/bin", "system"),
        ("opt/homebrew/bin", "Homebrew"),
        ("opt/homebrew/opt/python@3.9/bin", "Homebrew"),
    ],
)
def test_the_folders_of_each_manager(tmp_path, path, source):
    expected = folder(tmp_path / path)
    assert found(tmp_path) == (Place(source, expected),)


@pytest.mark.parametrize(
    ("variable", "below", "source"),
    [
        ("PYENV_ROOT", "versions/3.9/bin", "pyenv"),
        ("UV_PYTHON_INSTALL_DIR", "cpython-3.14/bin", "uv"),
        ("XDG_DATA_HOME", "uv/python/cpython-3.14/bin", "uv"),
        ("XDG_DATA_HOME", "mise/installs/python/3.14/bin", "mise"),
        ("CONDA_PREFIX", "bin", "conda"),
        ("ASDF_DATA_DIR", "installs/python/3.14/bin", "asdf"),
        ("MISE_DATA_DIR", "installs/python/3.14/bin", "mise"),
        ("HOMEBREW_PREFIX", "bin", "Homebrew"),
        ("PATH", "", "PATH"),
    ],
)
def test_variables_move_them(tmp_path, variable, below, source):
    moved = tmp_path / "elsewhere"
    expected = folder(moved / below)
    assert found(tmp_path, **{variable: moved}) == (Place(source, expected),)


def test_a_folder_is_listed_once_under_the_first_that_names_it(tmp_path):
    on_path = folder(tmp_path / "usr/bin")
    assert found(tmp_path, PATH=f"{on_path}:{on_path}") == (Place("PATH", on_path),)


def test_shims_and_relative_folders_on_path_are_left_out(tmp_path):
    shims = folder(tmp_path / "home/ann/.pyenv/shims")
    assert found(tmp_path, PATH=f"{shims}:.:") == ()


def test_without_home_the_account_has_one(tmp_path):
    assert places({}, tmp_path) == places({"HOME": str(Path.home())}, tmp_path)
