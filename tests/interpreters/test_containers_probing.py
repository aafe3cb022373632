from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.containers.probing import AskerByPlace, ContainerProbe, StartedEngine
from gilometer.interpreters.probe import NoAnswer
from tests.interpreters.builders import CPYTHON, JYTHON, Told, executable, says

CANDIDATE = Candidate(("/opt/ipy", "-E"), "image ironpython", {"A": "b"}, timeout_s=30, image="sha256:01")
SCRIPT = Path("/workloads/_probe.py")


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """Make an engine that runs what the test says, whatever it is to run, and notes what it is asked."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    def behave(script: str) -> Path:
        calls: Path = tmp_path / "calls"
        executable(tmp_path / "podman", f'echo "$@" >> {calls}\nif [ "$1" = run ]; then {script}\nfi')
        return calls

    return behave


def test_it_runs_the_probe_in_a_container_of_the_image(engine):
    calls = engine(says(CPYTHON))
    assert ContainerProbe(SCRIPT)(CANDIDATE) == CPYTHON
    _, run = calls.read_text().splitlines()
    assert run.endswith("--entrypoint=/opt/ipy sha256:01 -E /gilometer/workloads/_probe.py")
    assert "--mount=type=bind,source=/workloads,target=/gilometer/workloads,readonly" in run
    assert "--env=A=b" in run
    assert "--network=none" in run


def test_the_engine_is_looked_for_once(engine):
    calls = engine(says(CPYTHON))
    probe = ContainerProbe(SCRIPT)
    assert probe(CANDIDATE) == probe(CANDIDATE) == CPYTHON
    assert [line.split()[0] for line in calls.read_text().splitlines()] == ["ps", "run", "run"]


def test_what_the_engine_complains_of_is_why_there_is_no_answer(engine):
    engine("echo Error: sha256:01: image not known >&2; exit 125")
    assert ContainerProbe(SCRIPT)(CANDIDATE) == NoAnswer("exit status 125: Error: sha256:01: image not known")


def test_a_container_that_hangs_is_removed(engine):
    calls = engine("sleep 600")
    probe = ContainerProbe(SCRIPT)
    assert probe(replace(CANDIDATE, timeout_s=0.3)) == NoAnswer("no answer in 0.3 s")
    _, run, remove = calls.read_text().splitlines()
    (name,) = [word.partition("=")[2] for word in run.split() if word.startswith("--name=")]
    assert remove == f"rm --force {name}"


def test_without_an_engine_there_is_no_answer(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = ContainerProbe(SCRIPT)(CANDIDATE)
    assert isinstance(answer, NoAnswer)
    assert answer.why.startswith("there is no container engine")


def test_nor_with_one_that_went_away(engine, tmp_path):
    engine(says(CPYTHON))
    probe = ContainerProbe(SCRIPT)
    probe(CANDIDATE)
    (tmp_path / "podman").unlink()
    assert probe(CANDIDATE) == NoAnswer(f"{tmp_path / 'podman'} can't be started: No such file or directory")


def test_each_candidate_is_asked_where_it_is():
    here, in_image = Told({"/opt/ipy": CPYTHON}), Told({"/opt/ipy": JYTHON})
    ask = AskerByPlace(here, in_image)
    assert ask(replace(CANDIDATE, image="")) == CPYTHON
    assert ask(CANDIDATE) == JYTHON


INSPECTED = (
    '{"id":"sha256:01","labels":{"gilometer.name":"ironpython","gilometer.commands":"[[\\"/opt/ipy\\"]]",'
    '"gilometer.supervisor":"[\\"/usr/bin/python3\\"]","gilometer.recipe":"01"},'
    '"tags":["gilometer/ironpython"],"created":"","size":1}'
)


@pytest.fixture
def engine_with_image(tmp_path, monkeypatch):
    """Make an engine with one image, that runs what the test says, and notes what it is asked."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    def behave(script: str) -> Path:
        calls: Path = tmp_path / "calls"
        executable(
            tmp_path / "podman",
            f'echo "$@" >> {calls}\ncase "$1" in\nimages) echo sha256:01;;\n'
            f"image) echo '{INSPECTED}';;\nrun) {script};;\nesac",
        )
        return calls

    return behave


def test_an_engine_that_starts_a_container_is_tried_once(engine_with_image):
    calls = engine_with_image("true")
    ask = StartedEngine(Told({"/opt/ipy": CPYTHON}))
    assert ask(CANDIDATE) == ask(CANDIDATE) == CPYTHON
    (run,) = [line for line in calls.read_text().splitlines() if line.startswith("run")]
    assert run.rstrip().endswith("--entrypoint=/usr/bin/python3 sha256:01 -c")


def test_with_one_that_starts_none_no_candidate_is_asked(engine_with_image):
    engine_with_image("echo Error: crun: no cgroups here >&2; exit 126")
    told = Told({"/opt/ipy": CPYTHON})
    ask = StartedEngine(told)
    assert ask(CANDIDATE) == NoAnswer("podman is there and doesn't work: crun: no cgroups here")
    assert ask(CANDIDATE) == ask(CANDIDATE)
    assert not told.asked
