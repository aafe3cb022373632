"""podman and docker as they are: what the fake engine is told to answer, these do."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import threading
import time
from typing import NamedTuple

import msgspec
import psutil
import pytest

from gilometer.errors import EngineError, InterruptedRunError
from gilometer.interpreters import containers
from gilometer.interpreters.containers.building import BuildOrder, BuildResult, build, build_all
from gilometer.interpreters.containers.engine import (
    SCRATCH,
    WORKLOADS,
    Engine,
    Image,
    Limits,
    Mount,
    find_engine,
    reason_in,
)
from gilometer.interpreters.containers.recipes import recipes
from gilometer.locations import workloads_folder
from gilometer.model import Facts
from tests.required import absent

pytestmark = pytest.mark.containers

RECIPE = """# For a test
ARG BASE=none
FROM ${BASE}
LABEL gilometer.commands='[["/usr/bin/python3"]]'
"""


class Place(NamedTuple):
    """An engine that works, and an image of ours that it has."""

    engine: Engine
    image: Image


@pytest.fixture(params=["podman", "docker"])
def place(request, monkeypatch) -> Place:
    monkeypatch.setenv("GILOMETER_ENGINE", request.param)
    try:
        engine = find_engine()
        images = engine.images()
    except EngineError as error:
        absent(request.param, str(error))
    if not images:
        absent(request.param, f"{request.param} has no image: nox -s images -- jython")
    return Place(engine, images[0])


@pytest.fixture
def mark() -> str:
    """A word that nothing else on this machine has, to know by it what a test leaves."""
    return f"test-{secrets.token_hex(6)}"


@pytest.fixture
def own(tmp_path, place, mark, monkeypatch):
    """Make an order of a Containerfile's further lines, and remove the image that it may become."""
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))
    base = f"localhost/{mark}-base:latest"
    place.engine.ask("tag", place.image.id, base)

    def order(*lines: str) -> BuildOrder:
        folder = tmp_path / "recipes" / mark
        folder.mkdir(parents=True)
        (folder / "Containerfile").write_text(RECIPE + "\n".join(lines) + "\n")
        (folder / "copied.txt").write_text("as it is here")
        (recipe,) = recipes(folder.parent)
        return BuildOrder(recipe, base)

    yield order
    for left in [image for image in place.engine.images() if image.name == mark]:
        place.engine.discard(left.id)
    place.engine.ask("rmi", base)


def run(place: Place, script: str, **options) -> subprocess.CompletedProcess[str]:
    command = (*place.image.supervisor, "-c", script)
    argv = place.engine.running(place.image.id, command, name=f"test-run-{secrets.token_hex(6)}", **options)
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120)


def containers_with(mark: str, engine: Engine) -> list[str]:
    """List those whose name, image or command has the mark; those of builds included."""
    external = ["--external"] if engine.program == "podman" else []
    question = ("--all", *external, "--no-trunc", "--format", "{{.Names}} {{.Image}} {{.Command}}")
    return [line for line in engine.ask("ps", *question).splitlines() if mark in line]


def test_an_image_is_built_tried_and_its_interpreters_found(place, own):
    order = own("COPY copied.txt /", "RUN test -s /copied.txt")
    image = build(place.engine, order, lambda _: None)
    assert image in place.engine.images()
    assert (image.base, image.recipe) == (order.base, order.recipe.digest)
    assert image.id in {candidate.image for candidate in containers.in_images()}
    place.engine.discard(image.id)
    assert not place.engine.has(image.id)


def test_a_step_that_fails_is_a_sentence_and_leaves_no_container(place, own, mark):
    with pytest.raises(EngineError, match=r"could not be built \(no room for that\); the whole log is /"):
        build(place.engine, own(f"RUN : {mark} && echo no room for that && exit 3"), lambda _: None)
    assert containers_with(mark, place.engine) == []


def test_a_ctrl_c_leaves_no_half_build_running(place, own, mark):
    order = own(f"RUN echo begun && sh -c 'sleep 600; : {mark}'")
    with pytest.raises(InterruptedRunError):
        build_all(place.engine, [order], Impatient())
    deadline = time.monotonic() + 60
    while left(mark, place.engine) and time.monotonic() < deadline:  # a daemon ends it by and by
        time.sleep(0.1)
    assert left(mark, place.engine) == []


def left(mark: str, engine: Engine) -> list[str]:
    commands = [" ".join(each.info["cmdline"] or []) for each in psutil.process_iter(["cmdline"])]
    return [command for command in commands if mark in command] + containers_with(mark, engine)


class Impatient:
    """A view whose user presses Ctrl-C as soon as something happens."""

    def begin(self, order: BuildOrder):
        return self.hear

    def hear(self, line: str) -> None:
        if line == "begun":
            threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()

    def ended(self, ending: BuildResult) -> None:
        pytest.fail("it ended by itself")


LOOK = """
import json, os
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines())
networks = [line.split(":")[0].strip() for line in open("/proc/net/dev").read().splitlines()[2:]]
def writes(path):
    try:
        open(path + "/written", "w").close()
    except OSError:
        return False
    return True
print(json.dumps({
    "pid": os.getpid(),
    "root": os.getuid() == 0,
    "capabilities": int(status["CapBnd"], 16),
    "may_gain": status["NoNewPrivs"] == "0",
    "interfaces": [name for name in networks if name != "lo" and "tunl" not in name and "sit" not in name],
    "written": [path for path in ("/", "/etc", "/gilometer/workloads", "/tmp", "/scratch") if writes(path)],
    "folder": os.getcwd(),
}))
"""


def test_a_container_can_do_next_to_nothing(place, tmp_path):
    scratch = tmp_path / 'scratch, "quoted"'
    scratch.mkdir()
    scratch.chmod(0o777)
    mounts = (Mount(workloads_folder(), WORKLOADS), Mount(scratch, SCRATCH, read_only=False))
    ended = run(place, LOOK, mounts=mounts)
    assert ended.stderr == ""
    seen = msgspec.json.decode(ended.stdout)
    assert seen == {
        "pid": 1,
        "root": False,
        "capabilities": 0,
        "may_gain": False,
        "interfaces": [],
        "written": ["/tmp", "/scratch"],  # noqa: S108  in the container
        "folder": "/scratch",
    }
    assert [path.name for path in scratch.iterdir()] == ["written"]


def test_more_memory_than_it_may_have_ends_it(place):
    ended = run(place, "bytearray(1 << 30)", limits=Limits(memory_bytes=1 << 28, processes=64))
    assert ended.returncode == 137


def test_more_threads_than_it_may_have_are_refused(place):
    script = (
        "import threading, time\nfor _ in range(99): threading.Thread(target=time.sleep, args=(1,)).start()"
    )
    ended = run(place, script, limits=Limits(memory_bytes=1 << 28, processes=16))
    assert "can't start new thread" in ended.stderr


def test_a_container_is_removed_at_once_whatever_it_does(place):
    name = f"test-removed-{secrets.token_hex(6)}"
    script = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(600)"
    argv = place.engine.running(place.image.id, (*place.image.supervisor, "-c", script), name=name)
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as client:
        assert client.stdout
        client.stdout.readline()
        place.engine.remove(name)
    assert client.returncode == 137
    assert name not in place.engine.ask("ps", "--all", "--format", "{{.Names}}").split()


def test_to_remove_what_is_gone_is_no_mistake(place):
    place.engine.remove(f"test-absent-{secrets.token_hex(6)}")


def test_an_image_that_vanished_is_told_as_such(place):
    argv = place.engine.running("f" * 64, ("/bin/true",), name=f"test-vanished-{secrets.token_hex(6)}")
    ended = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert ended.returncode == 125
    assert "f" * 64 in reason_in(ended.stderr)
    assert "--help" not in reason_in(ended.stderr)


def test_a_base_that_can_not_be_fetched_is_a_sentence(place, own):
    order = BuildOrder(own().recipe, "registry.invalid/nothing:1")
    with pytest.raises(EngineError, match=r"its base registry\.invalid/nothing:1 could not be fetched"):
        build(place.engine, order, lambda _: None)


@pytest.mark.usefixtures("place")
def test_the_engine_that_works_has_no_complaint():
    assert containers.engine_problem() == ""


@pytest.mark.parametrize(
    ("name", "implementations"),
    [
        ("jython", ["jython"]),
        ("debian-sid", ["cpython", "cpython", "pypy", "micropython"]),
        ("cpython-3.13t", ["cpython"]),
    ],
)
def test_the_interpreters_of_an_image_say_what_they_are(name, implementations):
    facts = [probe(candidate) for candidate in containers.in_images() if candidate.source == f"image {name}"]
    if not facts:
        absent(f"image-{name}", f"the image {name} is not built: nox -s images -- {name}")
    assert [each.implementation for each in facts] == implementations
    if name == "cpython-3.13t":
        assert facts[0].free_threaded
        assert not facts[0].gil


def probe(candidate) -> Facts:
    command = (*candidate.command, f"{WORKLOADS}/_runtime.py")
    mounts = (Mount(workloads_folder(), WORKLOADS),)
    name = f"test-probe-{secrets.token_hex(6)}"
    argv = find_engine().running(candidate.image, command, name=name, mounts=mounts)
    ended = subprocess.run(argv, capture_output=True, check=True, timeout=120)
    return msgspec.json.decode(ended.stdout, type=Facts)
