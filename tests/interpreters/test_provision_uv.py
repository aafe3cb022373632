from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from gilometer import extras
from gilometer.errors import ProvisionError
from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.probe import SCRIPT, Probe
from gilometer.interpreters.provision import uv
from gilometer.interpreters.provision.provisioner import Description
from gilometer.interpreters.provision.reach import UnreachableError
from gilometer.interpreters.provision.tool import find_uv
from gilometer.interpreters.provision.uv import UvPython, kept
from gilometer.locations import workloads_folder
from gilometer.model import Facts
from tests import required
from tests.interpreters.builders import executable
from tests.interpreters.provisioning import Listener, silent

if TYPE_CHECKING:
    from pathlib import Path

INSTALL = """
shift 3; draft=$2; request=$3
echo "Downloading $request (30.1MiB)" >&2
mkdir -p $draft/cpython-3.14.9-linux/bin
echo "a Python" > $draft/cpython-3.14.9-linux/bin/python3.14
ln -s python3.14 $draft/cpython-3.14.9-linux/bin/python
ln -s $draft/cpython-3.14.9-linux $draft/cpython-3.14-linux
"""
FAIL = """
echo "error: Failed to install" >&2
echo "  cause: failed to lookup address information: Name or service not known" >&2
exit 1
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A cache of its own, and a PATH on which a test can put its uv."""
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return tmp_path


def put_uv(place: Path, install: str, known: str = '[{"key": "cpython-3.14.9"}]') -> None:
    """A uv that knows some Pythons and installs like this."""
    listing = f"echo 'warning: a setting is old' >&2; echo '{known}'; exit 0"
    executable(
        place / "bin" / "uv", f'echo "$@" >> {place}/calls\nif [ $2 = list ]; then {listing}; fi\n{install}'
    )


def test_it_is_there_once_uv_installed_it(place):
    put_uv(place, INSTALL)
    one, listener = UvPython("3.14"), Listener()
    assert one.fetched() == ()
    one.fetch(listener)
    python = place / "cache" / "provisioned" / "uv-3.14" / "cpython-3.14.9-linux" / "bin" / "python"
    assert one.fetched() == (Candidate((str(python),), "provisioned"),)
    assert python.read_text() == "a Python\n"
    assert listener.told == ["uv python install 3.14", 0]


def test_uv_is_told_to_touch_nothing_else(place):
    put_uv(place, INSTALL)
    UvPython("3.14").fetch(silent)
    draft = place / "cache" / "provisioned" / ".uv-3.14.draft"
    assert (place / "calls").read_text().splitlines() == [
        "python list --only-downloads --offline --output-format json 3.14",
        f"python install --no-bin --install-dir {draft} 3.14",
    ]


def test_what_is_there_is_not_installed_again(place):
    put_uv(place, INSTALL)
    UvPython("3.14").fetch(silent)
    put_uv(place, FAIL)
    UvPython("3.14").fetch(silent)


def test_what_is_damaged_is_installed_again(place):
    put_uv(place, INSTALL)
    one = UvPython("3.14")
    one.fetch(silent)
    (candidate,) = one.fetched()
    damaged = place / "cache" / "provisioned" / "uv-3.14" / "cpython-3.14.9-linux" / "bin" / "python3.14"
    damaged.write_text("half")
    assert one.fetched() == ()
    one.fetch(silent)
    assert one.fetched() == (candidate,)


def test_a_source_out_of_reach_is_one_line(place):
    put_uv(place, FAIL)
    with pytest.raises(UnreachableError) as caught:
        UvPython("3.14t").fetch(silent)
    assert str(caught.value) == (
        "CPython 3.14t could not be fetched from GitHub (failed to lookup address information:"
        " Name or service not known); try again later"
    )
    assert UvPython("3.14t").fetched() == ()


def test_a_python_that_there_is_not_is_told_from_one_out_of_reach(place):
    put_uv(place, FAIL, known="[]")
    with pytest.raises(ProvisionError) as caught:
        UvPython("3.99").fetch(silent)
    assert str(caught.value) == ("uv knows no 3.99 for this machine; see `uv python list --only-downloads`")
    assert not isinstance(caught.value, UnreachableError)


@pytest.mark.parametrize(
    ("name", "kind", "description"),
    [
        ("3.12", "cpython", Description("CPython 3.12", "GitHub, by uv", 35)),
        (
            "cpython-3.14t",
            "cpython-freethreaded",
            Description("CPython 3.14t, without a GIL", "GitHub, by uv", 35),
        ),
        ("pypy3.10", "pypy", Description("PyPy 3.10", "python.org, by uv", 35)),
        ("graalpy-3.11", "graalpy", Description("GraalPy 3.11", "GitHub, by uv", 110)),
    ],
)
def test_a_name_tells_what_it_is(name, kind, description):
    one = UvPython(name)
    assert (one.name, one.kind, one.description) == (name, kind, description)


def test_a_name_can_stand_for_a_request(place):
    put_uv(place, INSTALL)
    one = UvPython("pypy", "pypy3.11")
    one.fetch(silent)
    assert one.name == "pypy"
    assert (place / "calls").read_text().split()[-1] == "pypy3.11"


@pytest.mark.parametrize("name", ["pypy", "3", "jython2.7", "3.14t; rm", "../3.14"])
def test_what_is_no_request_is_refused(name):
    with pytest.raises(ValueError, match=r".+"):
        UvPython(name)


def test_those_fetched_before_are_found_whatever_their_names(place):
    put_uv(place, INSTALL)
    for name in ("3.14", "pypy3.10"):
        UvPython(name).fetch(silent)
    (place / "cache" / "provisioned" / "uv-by-hand").mkdir()
    assert [one.name for one in kept()] == ["3.14", "pypy3.10"]


def test_the_package_serves_where_uv_is_not_on_path(place, monkeypatch):
    class Package:
        @staticmethod
        def find_uv_bin() -> str:
            return "/site/bin/uv"

    monkeypatch.setenv("PATH", str(place))
    monkeypatch.setitem(sys.modules, "uv", Package)
    assert find_uv() == "/site/bin/uv"


def test_without_any_uv_it_is_fetched_by_pip(place, monkeypatch):
    put_uv(place, INSTALL)
    mine = (place / "bin").rename(place / "hidden") / "uv"
    fetch_uv = f"while [ $1 != --target ]; do shift; done; mkdir $2/bin $2/uv; cp {mine} $2/bin/uv"
    monkeypatch.setattr(sys, "executable", str(executable(place / "python", fetch_uv)))
    monkeypatch.setitem(sys.modules, "uv", None)
    UvPython("3.14").fetch(silent)
    assert [one.name for one in kept()] == ["3.14"]
    assert UvPython("3.14").fetched() != ()


def test_without_uv_and_pip_the_remedy_is_told(monkeypatch):
    monkeypatch.setattr(extras, "is_here", lambda _module: False)
    monkeypatch.setitem(sys.modules, "uv", None)
    with pytest.raises(ProvisionError, match=r"uv is needed and not here; `.*pip install .*uv` adds it"):
        UvPython("3.14").fetch(silent)


def test_the_real_one_knows_what_there_is_without_a_network():
    with pytest.raises(ProvisionError, match=r"uv knows no 3\.99 for this machine"):
        UvPython("3.99").fetch(silent)


@pytest.mark.network
def test_the_real_one_runs():
    one = UvPython("3.14t")
    try:
        one.fetch(silent)
    except UnreachableError as error:
        required.absent("cpython-3.14t", str(error))
    (candidate,) = uv.kept()[0].fetched()
    facts = Probe(workloads_folder() / SCRIPT)(candidate)
    assert isinstance(facts, Facts)
    assert (facts.version[:4], facts.gil) == ("3.14", False)
