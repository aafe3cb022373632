from __future__ import annotations

import io
from pathlib import Path

import pytest
from msgspec.structs import replace

from gilometer.cli.output.doctor import print_doctor
from gilometer.interpreters.survey import Broken, Survey
from gilometer.model import Build, Machine, MachineWarning, Missing
from gilometer.report.terminal.console import Terminal
from tests import records
from tests.report import worlds

MACHINE = Machine("Example 9000", 4, 4.0, 8 * 2**30, "Linux 6.1 x86_64", "CPython 3.13.1")
CPYTHON = records.interpreter("cpython-3.13")
JYTHON = replace(records.interpreter("jython-2.7", gil=False, jit="on"), source="provisioned")
MISSING = Missing("pypy-3.11", "pypy", "not found on this machine", "uv python install pypy3.11")


def printed(survey: Survey, machine=MACHINE, warnings=(), notes=(), width=80) -> str:
    output = io.StringIO()
    print_doctor(Terminal(file=output, width=width), survey, machine, warnings, notes)
    return output.getvalue()


def line_with(text: str, words: str) -> str:
    """The only line with these words, its columns one space apart."""
    (line,) = (line for line in text.splitlines() if words in line)
    return " ".join(line.split())


def only(interpreter) -> Survey:
    return Survey((interpreter,), ())


def test_the_machine_comes_first():
    first = printed(Survey((), ()), width=200).splitlines()[0]
    assert first == "Example 9000, 4 cores, 8 GiB, Linux 6.1 x86_64; measured from CPython 3.13.1"


def test_with_the_cores_that_may_be_used_if_those_are_fewer():
    assert "4 cores (1.5 usable)" in printed(Survey((), ()), replace(MACHINE, usable_cores=1.5))


def test_what_can_run_has_its_facts_and_its_path():
    text = printed(Survey((CPYTHON, JYTHON), ()))
    assert "Can run: 2" in text
    assert line_with(text, " PATH ") == "cpython-3.13 3.13 yes none PGO 100 ns PATH"
    assert line_with(text, " provisioned ") == "jython-2.7 2.7 no on PGO 100 ns provisioned"
    assert line_with(text, "/opt/jython-2.7") == "jython-2.7 /opt/jython-2.7/bin/python"


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (Build(pgo=True, lto=True, debug=False), "PGO+LTO "),
        (Build(pgo=False), "no PGO "),
        (Build(pgo=True, debug=True), "debug "),
        (Build(), ""),
    ],
)
def test_how_it_was_built(build, words):
    interpreter = replace(CPYTHON, facts=replace(CPYTHON.facts, build=build))
    assert line_with(printed(only(interpreter)), " PATH ") == f"cpython-3.13 3.13 yes none {words}100 ns PATH"


def test_those_that_lost_their_name_are_shown_with_the_winner():
    loser = replace(CPYTHON, command=("/opt/old/python",))
    text = printed(Survey((JYTHON, CPYTHON), (), also=(loser,)))
    lines = [line.strip() for line in text.splitlines()]
    winner = lines.index("cpython-3.13  /opt/cpython-3.13/bin/python")
    assert lines[winner + 1] == "also found: /opt/old/python (3.13)"


def test_other_places_are_told_in_one_line():
    also_at = {CPYTHON.fingerprint: ("/venv/bin/python3", "/a/python3", "/b/python3", "/c/python3")}
    text = printed(Survey((CPYTHON,), (), also_at=also_at), width=120)
    assert "also found at: /venv/bin/python3, /a/python3, /b/python3 and 1 more" in text


def test_an_image_is_named_with_the_command_in_it():
    sid = records.interpreter("pypy-3.11", image="debian-sid")
    text = printed(Survey((CPYTHON,), (), also=(replace(sid, name="cpython-3.13"),)), width=100)
    assert "also found: image debian-sid: /opt/pypy-3.11/bin/python (3.11)" in text
    text = printed(only(sid))
    assert line_with(text, "100 ns") == "pypy-3.11 3.11 yes none PGO 100 ns image debian-sid"
    assert "pypy-3.11  image debian-sid: /opt/pypy-3.11/bin/python" in text


def test_a_variant_stands_below_its_base_and_says_what_is_other():
    base = records.interpreter("cpython-3.13t", gil=False)
    gil = records.interpreter("cpython-3.13t", "+gil")
    lines = [" ".join(line.split()) for line in printed(Survey((gil, CPYTHON, base), ())).splitlines()]
    assert lines[4:7] == [
        "cpython-3.13 3.13 yes none PGO 100 ns PATH",
        "cpython-3.13t 3.13t no none PGO 100 ns PATH",
        "cpython-3.13t+gil 3.13t yes none PGO 100 ns PATH",
    ]
    assert "cpython-3.13t+gil the same with PYTHON_GIL=1" in lines


def test_the_whole_matrix_fits_80_columns_a_line_each():
    of = worlds.matrix()[0].plan
    lines = printed(Survey(of.interpreters, of.missing)).splitlines()
    table = lines[lines.index(f"Can run: {len(of.interpreters)}") + 2 :]
    assert [line.split()[0] for line in table[: len(of.interpreters)]][-2:] == [
        "micropython-3.4",
        "pyodide-3.14",
    ]
    assert table[len(of.interpreters)].strip() == ""


def test_a_narrow_terminal_breaks_no_name():
    of = worlds.matrix()[0].plan
    text = printed(Survey(of.interpreters, of.missing), width=60)
    assert "  cpython-3.13t+gil " in text
    assert max(map(len, text.splitlines())) <= 60


def test_what_is_to_be_mended_is_said():
    text = printed(Survey((), ()), notes=["Image debian-sid is stale."])
    assert "To be mended\n  ! Image debian-sid is stale." in text


def test_the_home_folder_is_short(monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ann"))
    command = ("/home/ann/bin/java", "-jar", "/home/ann/j.jar", "/home/annabel")
    assert "~/bin/java -jar ~/j.jar /home/annabel" in printed(only(replace(CPYTHON, command=command)))


def test_what_is_missing_has_the_command_that_adds_it_on_one_line():
    rust = replace(
        MISSING, name="rustpython-3.12", remedy="cargo install rustpython --version 0.4.0 --locked"
    )
    text = printed(Survey((), (MISSING, rust)))
    assert "Can't run (not found on this machine): 2" in text
    assert "pypy-3.11        uv python install pypy3.11" in text
    assert "rustpython-3.12  cargo install rustpython --version 0.4.0 --locked" in text


def test_each_reason_has_its_heading():
    mine = Missing("mine", "mine", "exit status 3", "mend `command` in mine.toml")
    text = printed(Survey((), (MISSING, mine)))
    assert "Can't run (exit status 3): 1" in text


def test_what_is_broken_says_why():
    text = printed(Survey((), (), broken=(Broken(("/opt/x/python3", "-O"), "conda", "no answer in 10 s"),)))
    lines = [line.rstrip() for line in text.splitlines()]
    assert lines[-3:] == ["Broken: 1", "  /opt/x/python3 -O", "    no answer in 10 s (found by conda)"]


def test_the_traps_come_last():
    text = printed(
        Survey((), ()), warnings=[MachineWarning("smt", "Some logical cores share a physical one.")]
    )
    assert text.rstrip().endswith("! Some logical cores share a physical one.")


def test_sections_with_nothing_in_them_are_left_out():
    text = printed(only(CPYTHON))
    assert not [word for word in ("Can't", "Broken", "mended", "bends") if word in text]


def test_brackets_in_paths_and_errors_are_no_markup():
    interpreter = replace(CPYTHON, command=("/opt/[red]/python",))
    broken = Broken(("/opt/[b]/python",), "PATH", "exit status 1: [Errno 2] no such file")
    text = printed(Survey((interpreter,), (), broken=(broken,)))
    assert "/opt/[red]/python" in text
    assert "[Errno 2]" in text


def test_nothing_is_wider_than_the_terminal():
    long = replace(CPYTHON, command=("/opt/" + "long/" * 30 + "python",))
    broken = Broken(long.command, "PATH", "because " * 30)
    text = printed(
        Survey((long,), (MISSING,), also=(long,), broken=(broken,)), warnings=[MachineWarning("x", "y " * 99)]
    )
    assert max(map(len, text.splitlines())) <= 80
