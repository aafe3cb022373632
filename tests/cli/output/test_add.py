from __future__ import annotations

import io

import pytest
from msgspec.structs import replace

from gilometer.cli.output.add import print_added
from gilometer.interpreters.adding import Added
from gilometer.interpreters.matrix import OwnInterpreter
from gilometer.model import Build
from gilometer.report.terminal.console import Terminal
from tests import records

FACTS = records.interpreter("cpython-3.13").facts
OWN = OwnInterpreter("mine", ("/opt/python", "-X", "dev"), "/home/ann/mine.toml", name="mine")


def printed(**changes: object) -> list[str]:
    """The lines, their columns one space apart."""
    output = io.StringIO()
    print_added(Terminal(file=output, width=80), Added(OWN, replace(FACTS, **changes)))
    return [" ".join(line.split()) for line in output.getvalue().splitlines()]


def test_what_was_found_where_it_is_written_and_what_to_type_next():
    assert printed(version="3.13.1", implementation_version="3.13.1") == [
        "Added mine, which is cpython 3.13.1",
        "command /opt/python -X dev",
        "GIL yes",
        "JIT none",
        "build gcc 12.2.0, PGO, no LTO",
        "can start threads and processes",
        "file /home/ann/mine.toml",
        "See whether it is fit to be measured: gilometer check -i mine",
        "Measure it: gilometer compare -i mine",
    ]


def test_an_implementation_with_a_version_of_its_own_has_both():
    first, *_ = printed(implementation="pypy", version="3.11.13", implementation_version="7.3.20")
    assert first == "Added mine, which is pypy 7.3.20, Python 3.11.13"


@pytest.mark.parametrize(
    ("gil", "free_threaded", "words"),
    [
        (False, True, "GIL no"),
        (True, True, "GIL yes, in a build that can run without one"),
        (True, False, "GIL yes"),
    ],
)
def test_whether_it_has_a_gil(gil, free_threaded, words):
    assert words in printed(gil=gil, free_threaded=free_threaded)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (Build(), "build it does not tell"),
        (Build(compiler="rustc 1.95"), "build rustc 1.95"),
        (Build(pgo=False, lto=False, debug=True), "build no PGO, no LTO, debug"),
        (Build(compiler="\x1b[31mgcc"), r"build \x1b[31mgcc"),
    ],
)
def test_how_it_was_built_as_far_as_it_tells(build, words):
    assert words in printed(build=build)


@pytest.mark.parametrize(
    ("capabilities", "words"),
    [
        (("_thread", "threading"), "can start threads"),
        (("_thread",), "can start threads"),
        ((), "can start neither threads nor processes"),
    ],
)
def test_what_its_workers_can_be(capabilities, words):
    assert words in printed(capabilities=capabilities)
