"""Containers that are attacked: the others of a run go on, and nothing is left."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import sys
import textwrap
import threading
from typing import TYPE_CHECKING

import psutil
import pytest
from msgspec.structs import replace

from gilometer.cards import digest_of, read_card
from gilometer.interpreters.containers import engine as engines
from gilometer.interpreters.containers.engine import Image, Limits, Network
from gilometer.locations import workloads_folder
from gilometer.model import Entry, Outcome, Sample, Strategy
from gilometer.plan.effort import QUICK
from gilometer.plan.make import Material, Request, make
from gilometer.run import container as container_module
from gilometer.run import kept_container
from gilometer.run.container import ContainerLauncher
from gilometer.run.launcher import Exit, Invocation, MemberCommand
from gilometer.run.launchers import LauncherPool
from gilometer.run.measure import Measurement
from gilometer.run.outcome import in_gib
from gilometer.run.services import Services
from gilometer.runs.store import Store, read
from tests import containers, records
from tests.run.fakes import FakeView
from tests.run.holding import contained
from tests.run.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gilometer.model import Interpreter, Step

pytestmark = pytest.mark.containers

SCRIPTS = workloads_folder()
LIMITS = Limits(memory_bytes=256 << 20, processes=40)
PATIENCE_S = 120.0
"""The limit of what should not last so long, on the busiest machine."""


@pytest.fixture
def image() -> Image:
    return containers.image()


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    yield
    until(lambda: not names())


def names() -> list[str]:
    """Names of the containers of this process, those that have ended included."""
    listed = containers.engine().ask("ps", "--all", "--format={{.Names}}").split()
    return [name for name in listed if f"-{os.getpid()}-" in name]


# --- from outside, in the midst of a turn -------------------------------------------------------------


def engine_does(*words: str) -> Callable[[str], object]:
    return lambda name: containers.engine().ask(*words, name)


def kill_conmon(name: str) -> None:
    kill(lambda words: words[0].endswith("conmon") and name in words)


def kill_the_client(name: str) -> None:
    kill(lambda words: words[0].endswith("podman") and f"--name={name}" in words)


def kill(is_meant: Callable[[list[str]], bool]) -> None:
    found = [one for one in psutil.process_iter(["cmdline"]) if one.info["cmdline"]]
    (meant,) = (one for one in found if is_meant(one.info["cmdline"]))
    meant.kill()


HOLD = """
import sys, time
print("ready", flush=True)
for line in sys.stdin:
    open("begun", "w").close()
    time.sleep(20)
"""
"""A member that does not answer; it ends before the limit of its turn, for whoever waits for it."""
KILLED = "its container was killed; the limit of memory there is 0.25 GiB"


@pytest.mark.parametrize(
    ("attack", "lost"),
    [
        (engine_does("kill"), KILLED),
        (engine_does("stop"), KILLED),
        (engine_does("rm", "--force"), KILLED),
        (kill_conmon, "its container ended with status 127: "),
        (kill_the_client, "its container ended: podman, which ran it, was killed"),
    ],
    ids=["kill", "stop", "rm", "conmon", "client"],
)
def test_an_attack_in_a_turn_costs_the_members_alone(image, folder, attack, lost):
    if containers.engine().program != "podman" and attack in (kill_conmon, kill_the_client):
        pytest.skip("docker has no such process")
    with launching(image, folder) as launcher:
        exits = attacked(launcher, image, folder, attack)
        assert [one.lost[: len(lost)] for one in exits] == [lost] * 2
        assert launcher.launch(python(image, "print(1)"))[0].stdout == "1\n"


def test_a_container_that_is_paused_in_a_turn_is_removed(image, folder, monkeypatch):
    monkeypatch.setattr(container_module, "GRACE_S", 0.1)
    monkeypatch.setattr(kept_container, "END_S", 0.1)
    with launching(image, folder) as launcher:
        exits = attacked(launcher, image, folder, engine_does("pause"), limit_s=10.0)
        assert [(one.timed_out, one.lost, one.error) for one in exits] == [(True, "", "")] * 2
        monkeypatch.undo()
        assert launcher.launch(python(image, "print(1)"))[0].stdout == "1\n"


def attacked(
    launcher: ContainerLauncher,
    image: Image,
    folder: Path,
    attack: Callable[[str], object],
    limit_s: float = PATIENCE_S,
) -> tuple[Exit, ...]:
    """Begin two members, and attack their container while one of them has its turn."""

    def wait_and_attack() -> None:
        until((folder / "begun").exists)
        attack(*names())

    member = MemberCommand((*image.supervisor, "-I", "-S", "-c", HOLD), {})
    assert [one.is_alive for one in launcher.begin([member] * 2, PATIENCE_S)] == [True] * 2
    attacker = threading.Thread(target=wait_and_attack)
    attacker.start()
    assert [one.is_alive for one in launcher.turn([0], "turn", limit_s)] == [False]
    attacker.join()
    return launcher.end(PATIENCE_S)


# --- from inside --------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Stand for the scratch folder of a run."""
    scratch = tmp_path / "scratch of launchers"
    scratch.mkdir()
    scratch.chmod(0o1777)
    return scratch


@contextlib.contextmanager
def launching(image: Image, folder: Path, network: Network = Network.NONE) -> Iterator[ContainerLauncher]:
    launcher = ContainerLauncher(contained(image.id), folder, SCRIPTS, LIMITS, network)
    with contextlib.closing(launcher):
        yield launcher


def python(image: Image, code: str, timeout_s: float = PATIENCE_S) -> Invocation:
    return Invocation((*image.supervisor, "-I", "-S", "-c", textwrap.dedent(code)), {}, timeout_s)


FILL = """
    with open("{}/filling", "wb") as file:
        while True: file.write(bytes(1 << 20))
"""
SHARED_MEMORY = "/dev/shm"  # noqa: S108
BOMB = """
    import os
    while True:
        try:
            if not os.fork(): os.setsid()
        except OSError:
            pass
"""
ASK = "bytearray(b'x') * (32 << 20); open('/tmp/own', 'wb').write(bytes(1 << 20)); print(1)"
"""A process that needs some memory and a little of the disk."""


@pytest.mark.parametrize("filled", ["/tmp", SHARED_MEMORY])  # noqa: S108  in the container
def test_what_fills_the_memory_that_looks_like_a_disk_harms_itself_alone(image, folder, filled):
    with launching(image, folder) as launcher:
        (exited,) = launcher.launch(python(image, FILL.format(filled)))
        assert exited.memory_limit or "No space left on device" in exited.stderr
        (after,) = launcher.launch(python(image, ASK.replace("/tmp", filled)))  # noqa: S108
        assert (after.stdout, after.stderr) == ("1\n", "")


def test_so_does_a_member(image, folder):
    code = "print('ready', flush=True); input()\n" + textwrap.dedent(FILL.format(SHARED_MEMORY))
    filler = MemberCommand(python(image, code).argv, {})
    with launching(image, folder) as launcher:
        launcher.begin([filler], PATIENCE_S)
        launcher.turn([0], "turn", PATIENCE_S)
        launcher.end(PATIENCE_S)
        assert launcher.launch(python(image, ASK.replace("/tmp", SHARED_MEMORY)))[0].stdout == "1\n"  # noqa: S108


def test_forks_without_end_are_ended(image, folder, monkeypatch):
    monkeypatch.setattr(container_module, "GRACE_S", 1.0)
    monkeypatch.setattr(kept_container, "END_S", 1.0)
    with launching(image, folder) as launcher:
        (exited,) = launcher.launch(python(image, BOMB, timeout_s=10.0))
        assert exited.timed_out
        monkeypatch.undo()
        assert launcher.launch(python(image, ASK))[0].stdout == "1\n"


@pytest.mark.parametrize("words", [b"garbage\n", b"\xff\n", b'[{"status": "0"}]\n', b"[" * 5000 + b"\n"])
def test_one_that_answers_in_the_place_of_the_supervisor_is_told(image, folder, words):
    code = f"import os; os.write(os.open('/proc/1/fd/1', os.O_WRONLY), {words!r})"
    with launching(image, folder) as launcher:
        exits = launcher.launch(python(image, code))
        assert [one.lost for one in exits] == ["its container ended too early, or its answer was garbled"]
        assert launcher.launch(python(image, ASK))[0].stdout == "1\n"


def test_what_it_writes_into_the_engine_s_errors_is_printable(image, folder):
    code = """
        import os
        os.write(os.open('/proc/1/fd/2', os.O_WRONLY), b'\\x1b[31m' + b'x' * 1000 + b'\\n')
        os.kill(1, 15)
    """
    with launching(image, folder) as launcher:
        (exited,) = launcher.launch(python(image, code))
    assert exited.lost.isprintable()
    assert len(exited.lost) < 400


@pytest.mark.parametrize(("network", "reached"), [(Network.NONE, "False\n"), (Network.HOST, "True\n")])
def test_servers_of_this_machine_are_reached_only_by_what_needs_services(image, folder, network, reached):
    with socket.create_server(("127.0.0.1", 0)) as server, launching(image, folder, network) as launcher:
        address = server.getsockname()
        (exited,) = launcher.launch(
            python(image, f"import socket; print(not socket.socket().connect_ex({address}))")
        )
    assert exited.stdout == reached


def test_files_of_this_machine_are_not_there(image, folder, tmp_path):
    secret = tmp_path / "secret"
    secret.touch()
    code = f"import os; print(os.path.exists({str(secret)!r}), os.path.exists({str(SCRIPTS)!r}))"
    with launching(image, folder) as launcher:
        assert launcher.launch(python(image, code))[0].stdout == "False False\n"


# --- a run ----------------------------------------------------------------------------------------------


@pytest.fixture
def own(image, tmp_path) -> Iterator[Image]:
    """Give an image that nobody else has, to be removed."""
    engine, name = containers.engine(), f"test-{secrets.token_hex(6)}"
    recipe = tmp_path / "image"
    recipe.mkdir()
    (recipe / "Containerfile").write_text(f"FROM {image.id}\nLABEL gilometer.name={name}\n")
    engine.ask("build", "--quiet", f"--tag=localhost/{name}", str(recipe))
    try:
        (built,) = (one for one in engine.images() if one.name == name)
        yield built
    finally:
        if engine.has(f"localhost/{name}"):
            engine.ask("rmi", "--force", f"localhost/{name}")


class Attacker(FakeView):
    """A view that attacks when a group of the interpreter in the image is next in a block."""

    def __init__(self, block: int, attack: Callable[[], object]) -> None:
        super().__init__()
        self.due = (f"block {block}", "sleep on inside")
        self.attack = attack

    def show(self, step: Step) -> None:
        super().show(step)
        if (step.stage, step.doing) == self.due:
            self.attack()


def measured(place: Path, image: Image, view: FakeView) -> list[Entry]:
    """Measure an interpreter in an image and one beside it, in three blocks; or go on with that."""
    effort = replace(
        QUICK, iteration_s=0.002, iterations=2, blocks=3, rounds=2, workloads=("sleep",), budget_s=600.0
    )
    material = Material((inside(image), beside()), (), (read_card(SCRIPTS / "sleep.py"),), digest_of(SCRIPTS))
    plan = make(material, Request((), (Strategy.THREADS,), (2,), 1, effort))
    place.mkdir(exist_ok=True)
    with (
        Services() as services,
        Store(place, "run1", "plan1") as store,
        LauncherPool(place / "scratch", SCRIPTS) as fleet,
    ):
        Measurement(plan, fleet, services, store, view).run()
    return read(place)


def inside(image: Image) -> Interpreter:
    known = records.interpreter("cpython-3.13")
    return replace(
        known, name="inside", command=image.supervisor, image=image.id, source=f"image {image.name}"
    )


def beside() -> Interpreter:
    return replace(records.interpreter("cpython-3.12"), name="beside", command=(sys.executable,))


def samples(entries: list[Entry], interpreter: str) -> list[Sample]:
    return [one for one in entries if isinstance(one, Sample) and one.slot.cell.interpreter == interpreter]


def others_went_on(entries: list[Entry]) -> bool:
    well = samples(entries, "beside")
    return {one.slot.block for one in well} == {0, 1, 2} and {one.outcome for one in well} == {Outcome.OK}


def gone(image: Image) -> str:
    return f"the image {image.name} is gone; build it again: gilometer images {image.name}"


def test_an_image_that_is_removed_before_the_first_start(own, tmp_path):
    view = Attacker(1, lambda: containers.engine().ask("rmi", "--force", own.id))
    entries = measured(tmp_path, own, view)
    assert others_went_on(entries)
    assert {one.reason for one in samples(entries, "inside")} == {
        f"while calibrating: could not be started: {gone(own)}"
    }


def test_an_image_that_is_removed_in_the_midst_of_a_run(own, tmp_path):
    view = Attacker(2, lambda: containers.engine().ask("rmi", "--force", own.id))
    entries = measured(tmp_path, own, view)
    assert others_went_on(entries)
    limit = in_gib(engines.LIMITS.memory_bytes)
    assert {(one.slot.block, one.reason) for one in samples(entries, "inside")} == {
        (0, ""),
        (1, f"its container was killed; the limit of memory there is {limit}"),
        (2, f"could not be started: {gone(own)}"),
    }


def test_a_container_that_is_killed_costs_a_block_alone(image, tmp_path):
    entries = measured(tmp_path, image, Attacker(2, lambda: engine_does("kill")(*names())))
    assert others_went_on(entries)
    outcomes = {(one.slot.block, one.outcome) for one in samples(entries, "inside")}
    assert outcomes == {(0, Outcome.OK), (1, Outcome.KILLED), (2, Outcome.OK)}


NO_LIST = "podman is there and doesn't list images; is it {}?"
REPLACED = {
    "hangs": ("#!/bin/sh\nexec sleep 600\n", "podman is there and gives no answer in 2 s"),
    "floods": ("#!/bin/sh\nexec yes\n", "podman is there and answers without end; is it {}?"),
    "garbage": (
        "#!/bin/sh\nprintf 'garbage\\377\\033[31m'\n",
        "podman is there and doesn't list images; is it {}?",
    ),
    "fails": ("#!/bin/sh\nexit 3\n", "podman is there and doesn't work: it gives no reason"),
}


@pytest.fixture
def path(tmp_path: Path, monkeypatch) -> Path:
    """Give a folder that comes first on PATH, where a program may hide podman."""
    if containers.engine().program != "podman":
        pytest.skip("it attacks podman")
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("GILOMETER_ENGINE", "podman")
    return folder


@pytest.mark.parametrize("how", REPLACED)
def test_an_engine_that_is_replaced_before_the_first_start(image, tmp_path, path, monkeypatch, how):
    script, complaint = REPLACED[how]

    def attack() -> None:
        monkeypatch.setattr(engines, "TIMEOUT_S", 2.0)
        (path / "podman").write_text(script)
        (path / "podman").chmod(0o755)

    entries = measured(tmp_path / "run", image, Attacker(1, attack))
    monkeypatch.undo()
    assert others_went_on(entries)
    assert all(one.reason.endswith(complaint.format(path / "podman")) for one in samples(entries, "inside"))


def test_an_engine_that_vanishes_in_the_midst_of_a_run(image, tmp_path, path, monkeypatch):
    """A container lives on without it, so that is killed, too."""

    def attack() -> None:
        engine_does("kill")(*names())
        monkeypatch.setenv("PATH", str(path))

    entries = measured(tmp_path / "run", image, Attacker(2, attack))
    monkeypatch.undo()
    assert others_went_on(entries)
    (reason,) = {one.reason for one in samples(entries, "inside") if one.slot.block == 2}
    assert reason.endswith("there is no container engine on PATH; podman would do")


def test_a_run_that_is_resumed_tries_again_what_could_not_be_started(image, tmp_path, path, monkeypatch):
    class Interrupting(Attacker):
        def show(self, step: Step) -> None:
            if step.stage == "block 2":
                raise KeyboardInterrupt
            super().show(step)

    with pytest.raises(KeyboardInterrupt):
        measured(tmp_path / "run", image, Interrupting(1, lambda: monkeypatch.setenv("PATH", str(path))))
    monkeypatch.undo()
    entries = measured(tmp_path / "run", image, FakeView())
    assert others_went_on(entries)
    worked = {(one.slot.block, one.outcome is Outcome.OK) for one in samples(entries, "inside")}
    assert worked == {(0, False), (2, True)}  # the second block was chosen before
