from __future__ import annotations

import pytest

from gilometer.errors import UsageError
from gilometer.interpreters import provision
from gilometer.interpreters.matrix import load_matrix
from gilometer.interpreters.provision import by_default, by_name, provisioned, provisioners
from gilometer.interpreters.provision.uv import UvPython
from tests.interpreters.builders import executable
from tests.interpreters.provisioning import silent

NAMES = ["jython", "graalpy", "pypy", "3.14t", "3.15", "rustpython", "micropython", "pyodide"]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))


def test_what_can_be_fetched():
    assert [each.name for each in provisioners()] == NAMES
    assert [each.name for each in by_default()] == ["jython"]


def test_each_is_of_a_kind_that_the_matrix_has():
    kinds = {family.kind for family in load_matrix().families}
    assert {each.kind for each in provisioners()} <= kinds


def test_each_tells_what_it_would_fetch():
    for each in provisioners():
        assert each.description.title
        assert each.description.source
        assert each.description.megabytes > 0


@pytest.mark.parametrize("name", [*NAMES, "3.12", "pypy3.10", "cpython-3.13t"])
def test_each_has_its_name(name):
    assert by_name(name).name == name


def test_a_near_name_is_suggested():
    with pytest.raises(UsageError) as caught:
        by_name("jyton")
    assert str(caught.value) == "nothing called 'jyton' can be fetched; did you mean `jython`?"


def test_else_the_names_are_listed():
    with pytest.raises(UsageError, match=r"there are jython, graalpy, .*, and what uv knows, such as 3\.12"):
        by_name("cobra")


def test_every_remedy_of_the_matrix_names_something_that_can_be_fetched():
    remedies = {family.remedy(version) for family in load_matrix().families for version in family.versions}
    named = [remedy.rpartition(" ")[2] for remedy in remedies if remedy.startswith("gilometer provision")]
    assert len(named) > len(NAMES)
    assert [by_name(name).name for name in named] == named


def test_what_was_fetched_before_is_found(tmp_path, monkeypatch):
    assert provisioned() == ()
    install = "mkdir -p $5/snake/bin; echo ok > $5/snake/bin/python"
    executable(tmp_path / "bin" / "uv", f"[ $2 = list ] || {{ {install}; }}")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    UvPython("3.12").fetch(silent)
    UvPython("3.14t").fetch(silent)
    assert [candidate.command[0].split("/")[-4] for candidate in provision.provisioned()] == [
        "uv-3.12",
        "uv-3.14t",
    ]
