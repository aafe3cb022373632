"""The folders that are searched for interpreters, the best first."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gilometer.locations import home_folder
from gilometer.model import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


class Place(Record, frozen=True):
    """A folder of executables, and the tool that made it."""

    source: str
    folder: Path


def places(environ: Mapping[str, str], root: Path = Path("/")) -> tuple[Place, ...]:
    """List the folders that exist, each once, under the first source that names it.

    Shims are left out: they start whichever version is selected, or exit with 127.
    """
    home = Path(environ["HOME"]) if "HOME" in environ else home_folder()
    folders = {
        "PATH": _on_path(environ),
        "pyenv": _versions(_from(environ, "PYENV_ROOT", home / ".pyenv") / "versions"),
        "uv": _versions(_uv_folder(environ, home)),
        "conda": _conda(environ, home, root),
        "asdf": _versions(_from(environ, "ASDF_DATA_DIR", home / ".asdf") / "installs" / "python"),
        "mise": _versions(_mise_folder(environ, home) / "installs" / "python"),
        "home": (home / ".local" / "bin", home / ".cargo" / "bin", home / ".dotnet" / "tools"),
        "system": (root / "usr" / "bin", root / "usr" / "local" / "bin"),
        "Homebrew": _homebrew(environ, root),
    }
    first: dict[Path, str] = {}
    for source, named in folders.items():
        for folder in named:
            if folder.is_dir() and not is_shim(folder):
                first.setdefault(folder, source)
    return tuple(Place(source, folder) for folder, source in first.items())


def is_shim(path: Path) -> bool:
    """Tell whether a path is, or is in, a folder of shims (pyenv, asdf and mise call it so)."""
    return "shims" in path.parts


def _from(environ: Mapping[str, str], variable: str, default: Path) -> Path:
    return Path(environ[variable]) if environ.get(variable) else default


def _on_path(environ: Mapping[str, str]) -> Iterator[Path]:
    names = environ.get("PATH", "").split(os.pathsep)
    return (Path(name) for name in names if Path(name).is_absolute())


def _versions(folder: Path) -> Iterable[Path]:
    """Return the ``bin`` of each version that a manager keeps in a folder."""
    return sorted(folder.glob("*/bin"))


def _uv_folder(environ: Mapping[str, str], home: Path) -> Path:
    data = _from(environ, "XDG_DATA_HOME", home / ".local" / "share")
    return _from(environ, "UV_PYTHON_INSTALL_DIR", data / "uv" / "python")


def _mise_folder(environ: Mapping[str, str], home: Path) -> Path:
    data = _from(environ, "XDG_DATA_HOME", home / ".local" / "share")
    return _from(environ, "MISE_DATA_DIR", data / "mise")


def _conda(environ: Mapping[str, str], home: Path, root: Path) -> Iterator[Path]:
    if environ.get("CONDA_PREFIX"):
        yield Path(environ["CONDA_PREFIX"]) / "bin"
    names = ("miniconda3", "anaconda3", "miniforge3", "mambaforge")
    for base in (*(home / name for name in names), root / "opt" / "conda"):
        yield base / "bin"
        yield from _versions(base / "envs")


def _homebrew(environ: Mapping[str, str], root: Path) -> Iterator[Path]:
    prefix = _from(environ, "HOMEBREW_PREFIX", root / "opt" / "homebrew")
    for base in (prefix, root / "home" / "linuxbrew" / ".linuxbrew"):
        yield base / "bin"
        yield from sorted((base / "opt").glob("py*/bin"))
