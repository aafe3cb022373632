from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.probe import SCRIPT, NoAnswer, Probe
from gilometer.locations import workloads_folder
from gilometer.model import Facts
from tests.interpreters.builders import CPYTHON, JYTHON, executable, says

probe = Probe(Path("/nowhere/probe.py"))


def scripted(tmp_path, script: str) -> Candidate:
    return Candidate((str(executable(tmp_path / "python", script)),), "PATH", timeout_s=30)


@pytest.mark.parametrize("facts", [CPYTHON, JYTHON])
def test_the_last_line_that_it_prints_holds_its_facts(tmp_path, facts):
    assert probe(scripted(tmp_path, f"echo Welcome; echo warning >&2; {says(facts)}")) == facts


def test_it_is_started_with_its_arguments_environment_and_the_script(tmp_path):
    candidate = scripted(tmp_path, 'echo "$GREETING $*" >&2; exit 1')
    asked = replace(candidate, command=(*candidate.command, "-X", "gil=0"), env={"GREETING": "hi"})
    assert probe(asked) == NoAnswer("exit status 1: hi -X gil=0 /nowhere/probe.py")


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("exit 127", "exit status 127"),
        ("echo Traceback >&2; echo ImportError: time >&2; exit 1", "exit status 1: ImportError: time"),
        ("kill -SEGV $$", "ended by signal 11: Segmentation fault"),
        (":", "printed nothing"),
        ("yes", "printed more than 64 KiB"),
    ],
)
def test_why_there_is_no_answer(tmp_path, script, why):
    assert probe(scripted(tmp_path, script)) == NoAnswer(why)


@pytest.mark.parametrize("said", ["Python 3.13.1", "{}", "[1, 2", '{"implementation": 3}'])
def test_an_answer_that_is_not_its_facts(tmp_path, said):
    answer = probe(scripted(tmp_path, f"echo '{said}'"))
    assert isinstance(answer, NoAnswer)
    assert answer.why.startswith("answered something else than its facts: ")


def test_facts_that_could_move_the_cursor_are_no_answer(tmp_path):
    facts = msgspec.json.encode(replace(CPYTHON, executable="/bin/\x1b[2Jpython")).decode()
    (tmp_path / "facts.json").write_text(facts)
    answer = probe(scripted(tmp_path, f"cat {tmp_path / 'facts.json'}"))
    assert answer == NoAnswer("has control characters in its facts")


def test_no_answer_in_time(tmp_path):
    candidate = replace(scripted(tmp_path, "sleep 600"), timeout_s=0.2)
    assert probe(candidate) == NoAnswer("no answer in 0.2 s")


def test_a_file_that_is_no_program(tmp_path):
    path = tmp_path / "python"
    path.write_bytes(b"\x00\x01\x02")
    path.chmod(0o755)
    assert probe(Candidate((str(path),), "PATH")) == NoAnswer("can't be started: Exec format error")


def test_the_real_script_under_this_python():
    facts = Probe(workloads_folder() / SCRIPT)(Candidate((sys.executable,), "PATH", timeout_s=60))
    assert isinstance(facts, Facts)
    assert facts.implementation == sys.implementation.name
    assert facts.version == ".".join(map(str, sys.version_info[:3]))
    assert set(facts.lacks) <= {"subinterpreters"}


def test_no_password_is_in_facts_or_in_why_there_are_none(tmp_path, monkeypatch):
    monkeypatch.setenv("GILOMETER_POSTGRES", "postgresql://ann:s3cret-word@db/x")
    telling = replace(CPYTHON, implementation_version="s3cret-word http://ann:b@h/")
    found = probe(scripted(tmp_path, says(telling)))
    assert found == replace(CPYTHON, implementation_version="*** http://***@h/")
    refused = probe(scripted(tmp_path, "echo refused: s3cret-word >&2; exit 1"))
    assert refused == NoAnswer("exit status 1: refused: ***")
