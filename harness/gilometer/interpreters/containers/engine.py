"""podman or docker, by its own command line: which images are there, and how a command is run in one."""

from __future__ import annotations

import os
import re
import shutil
from enum import StrEnum
from pathlib import Path  # noqa: TC003  msgspec resolves annotations at run time
from typing import TYPE_CHECKING

import msgspec

from gilometer import asking
from gilometer.errors import EngineError
from gilometer.model import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROGRAMS = ("podman", "docker")
"""In the order in which they are tried."""
CHOICE = "GILOMETER_ENGINE"
"""The environment variable that names one of them."""

LABEL = "gilometer."
"""What the names of our labels begin with."""
WORKLOADS = "/gilometer/workloads"
SUPERVISOR = "/gilometer/supervisor.py"
SCRATCH = "/scratch"
"""Where a container has the scripts, the supervisor and the folder to write in, if they are mounted."""

NOBODY = 65534
PATIENCE_S = 30.0
"""For an answer of the engine's that should take a tenth of a second."""

_GIB = 1 << 30
_ABSENT = ("no such container", "no container with")


class Image(Record, frozen=True):
    """An image that was built from one of our recipes, as its labels tell."""

    id: str
    """The engine's identity of its content."""
    name: str
    """The recipe's, such as ``jython``."""
    commands: tuple[tuple[str, ...], ...]
    """The interpreters in it."""
    supervisor: tuple[str, ...]
    """Command of the Python 3 in it that runs the supervisor."""
    recipe: str
    """Digest of the recipe it was built from."""
    base: str = ""
    """Name of the image that it was built on."""
    created: str = ""
    """ISO 8601."""
    size: int = 0
    """Bytes, its base included."""


class Mount(Record, frozen=True):
    """A file or folder of this machine that a container sees."""

    source: Path
    target: str
    read_only: bool = True


class Network(StrEnum):
    """What a container can reach."""

    NONE = "none"
    """Nothing but a loopback interface of its own."""
    HOST = "host"
    """What this machine reaches: its own servers on the loopback interface, too."""


class Limits(Record, frozen=True):
    """What a container may take; whoever takes more memory is killed by the kernel."""

    memory_bytes: int
    processes: int
    """Threads count, too."""


def default_limits(machine_bytes: int) -> Limits:
    """Leave half of the memory to the machine, but give a JVM the 2 GiB that make it call itself a server.

    Under 1792 MiB a JVM chooses another collector, so the figures would not be those of a local one.
    """
    return Limits(memory_bytes=min(machine_bytes, max(2 * _GIB, machine_bytes // 2)), processes=1024)


LIMITS = default_limits(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))


class Engine(Record, frozen=True):
    """One program that runs containers."""

    program: str
    """``podman`` or ``docker``."""
    path: str

    def images(self) -> tuple[Image, ...]:
        """Return the images that carry our labels, by name.

        Raises:
            EngineError: The engine doesn't answer.

        """
        listing = self.ask("images", "--quiet", "--no-trunc", "--filter", f"label={LABEL}recipe")
        ids = tuple(dict.fromkeys(listing.split()))
        if not ids:
            return ()
        lines = self.ask("image", "inspect", "--format", _QUESTION, *ids).splitlines()
        found = (msgspec.json.decode(line, type=_Inspected) for line in lines)
        images = (_image(each) for each in found if each.tags)
        return tuple(sorted((image for image in images if image), key=lambda image: image.name))

    def has(self, image_id: str) -> bool:
        """Tell whether an image is there; one that was removed since it was listed isn't.

        Raises:
            EngineError: The engine doesn't answer.

        """
        return _ask((self.path, "image", "inspect", "--format", "{{.ID}}", image_id)).status == 0

    def running(
        self,
        image_id: str,
        command: Sequence[str],
        *,
        name: str,
        mounts: Sequence[Mount] = (),
        limits: Limits = LIMITS,
        network: Network = Network.NONE,
        environment: Mapping[str, str] = {},
    ) -> tuple[str, ...]:
        """Return the argument vector that runs a command in a container, attached, and removes it afterwards.

        The command writes nowhere but in ``/tmp`` (memory) and in what is mounted for writing, and starts in
        ``/scratch`` if that is mounted. It is process 1: when it ends, whatever else runs in the container is
        killed.
        """
        workdir = SCRATCH if any(mount.target == SCRATCH for mount in mounts) else "/tmp"  # noqa: S108  inside
        return (
            *(self.path, "run", "--rm", "--interactive", f"--name={name}", f"--label={LABEL}run"),
            *("--pull=never", "--log-driver=none", "--stop-signal=KILL", f"--network={network}"),
            *_CONFINED,
            *self._user(),
            *_limiting(limits),
            *(f"--mount={_mount(each)}" for each in mounts),
            *(f"--env={key}={value}" for key, value in {"HOME": "/tmp", **environment}.items()),  # noqa: S108
            *(f"--workdir={workdir}", f"--entrypoint={command[0]}", image_id, *command[1:]),
        )

    def remove(self, name: str) -> None:
        """Kill a container and remove it; one that isn't there is what was wanted.

        Raises:
            EngineError: The engine doesn't answer, or can't remove it.

        """
        answer = _ask((self.path, "rm", "--force", name))
        if answer.status and not any(words in answer.stderr.lower() for words in _ABSENT):
            raise EngineError(f"{self.program} can't remove the container {name}: {said(answer.stderr)}")

    def discard(self, image_id: str) -> None:
        """Remove an image that nothing needs any more; one in which something runs is left alone."""
        _ask((self.path, "rmi", image_id))

    def ask(self, *arguments: str) -> str:
        """Run a command of the engine's that should end at once, and return what it printed.

        Raises:
            EngineError: It failed; the sentence has what the engine answered.

        """
        answer = _ask((self.path, *arguments))
        if answer.timed_out:
            raise EngineError(f"{self.program} is there and gives no answer in {PATIENCE_S:g} s")
        if answer.status:
            raise EngineError(f"{self.program} is there and doesn't work: {said(answer.stderr)}")
        return answer.stdout

    def _user(self) -> tuple[str, ...]:
        """Be whoever runs the harness, so that both may write the scratch folder; root is nobody in there."""
        user, group = os.geteuid(), os.getegid()
        if user == 0:
            return (f"--user={NOBODY}:{NOBODY}",)
        same = (f"--user={user}:{group}",)
        return ("--userns=keep-id", *same) if self.program == "podman" else same


_CONFINED = (
    "--read-only",
    "--tmpfs=/tmp:rw,exec,nosuid,nodev,mode=1777",
    "--cap-drop=all",
    "--security-opt=no-new-privileges",
    "--security-opt=label=disable",  # or SELinux would ask for the mounted folders to be relabelled
)


def installed() -> tuple[Engine, ...]:
    """Return the engines on PATH, whether or not they work.

    Raises:
        EngineError: The environment chooses one that there is not.

    """
    found = ((program, shutil.which(program)) for program in _programs())
    return tuple(Engine(program, path) for program, path in found if path)


def find_engine() -> Engine:
    """Return the first engine that answers.

    Raises:
        EngineError: None is on PATH, or none of those that are works.

    """
    complaints = []
    for engine in installed():
        try:
            engine.ask("ps", "--quiet")
        except EngineError as error:
            complaints.append(str(error))
        else:
            return engine
    absent = f"there is no container engine on PATH; {' or '.join(_programs())} would do"
    raise EngineError("; ".join(complaints) or absent)


def _programs() -> tuple[str, ...]:
    chosen = os.environ.get(CHOICE)
    if not chosen:
        return PROGRAMS
    if chosen not in PROGRAMS:
        raise EngineError(f"{CHOICE} is {chosen!r}; it may be {' or '.join(PROGRAMS)}")
    return (chosen,)


class _Inspected(Record, frozen=True):
    """An image as the engine describes it, by ``_QUESTION``."""

    id: str
    labels: dict[str, str] | None
    tags: tuple[str, ...] | None
    created: str
    size: int


_QUESTION = (
    '{"id":{{json .ID}},"labels":{{json .Config.Labels}},"tags":{{json .RepoTags}},'
    '"created":{{json .Created}},"size":{{json .Size}}}'
)


def _image(inspected: _Inspected) -> Image | None:
    """Read the labels; an image without all of ours, or with others' words in them, is none of ours."""
    ours = {
        key.removeprefix(LABEL): value
        for key, value in (inspected.labels or {}).items()
        if key.startswith(LABEL)
    }
    try:
        return Image(
            id=inspected.id,
            name=ours["name"],
            commands=msgspec.json.decode(ours["commands"], type=tuple[tuple[str, ...], ...]),
            supervisor=msgspec.json.decode(ours["supervisor"], type=tuple[str, ...]),
            recipe=ours["recipe"],
            base=ours.get("base", ""),
            created=inspected.created,
            size=inspected.size,
        )
    except (KeyError, msgspec.DecodeError):
        return None


def _limiting(limits: Limits) -> tuple[str, ...]:
    """No swap beside the memory: a swapping interpreter measures the disk."""
    memory = limits.memory_bytes
    return (f"--pids-limit={limits.processes}", f"--memory={memory}", f"--memory-swap={memory}")


def _mount(mount: Mount) -> str:
    """Write it as CSV, as both engines read it: a path may have a comma in it."""
    fields = ("type=bind", f"source={mount.source.absolute()}", f"target={mount.target}")
    quoted = ('"' + field.replace('"', '""') + '"' if set(field) & {",", '"'} else field for field in fields)
    return ",".join((*quoted, "readonly") if mount.read_only else quoted)


def _ask(argv: Sequence[str]) -> asking.CommandOutput:
    try:
        return asking.ask(argv, os.environ, PATIENCE_S)
    except OSError as error:
        raise EngineError(f"{argv[0]} can't be started: {error.strerror}") from error


def said(words: str) -> str:
    """Return the last line that says what went wrong, rather than only that something did."""
    lines = [_PREFIX.sub("", line.strip()) for line in words.splitlines()]
    telling = [line for line in lines if not _UNTELLING.search(line)]
    return _REFUSAL.sub("", telling[-1]).rstrip(".") if telling else "it gives no reason"


_PREFIX = re.compile(r"^(?:Error: |docker: )?(?:Error response from daemon: )?")
_UNTELLING = re.compile(
    r"^$|^-+$|^(?:\[\d+/\d+\] )?step \d|building at step|returned a non-zero code|failed to solve"
    r"|^(?:see|run) '.*--help'|^removing intermediate container|^--->",
    re.IGNORECASE,
)
_REFUSAL = re.compile(r"^.*dial tcp: ")
"""What stands before the reason why a registry was not reached."""
