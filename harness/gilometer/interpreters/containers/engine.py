"""Run podman or docker by their command lines: list images, and run commands in containers."""

from __future__ import annotations

import os
import re
import shutil
from enum import StrEnum
from pathlib import Path  # noqa: TC003  msgspec resolves annotations at run time
from typing import TYPE_CHECKING, Annotated

import msgspec

from gilometer import asking
from gilometer.decoding import DecodingError, from_json
from gilometer.environment import named_for_containers
from gilometer.errors import EngineError, NoEngineError
from gilometer.model import Record
from gilometer.printing import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROGRAMS = ("podman", "docker")
"""The engines, in the order in which they are tried."""
CHOICE = "GILOMETER_ENGINE"
"""The environment variable that names one of them."""

LABEL = "gilometer."
"""Prefix of the names of our labels."""
WORKLOADS = "/gilometer/workloads"
SUPERVISOR = "/gilometer/supervisor.py"
SCRATCH = "/scratch"
OWN = "/gilometer/own"
"""Paths in a container of the scripts, the supervisor, the writable folder and the user's own folder, if they
are mounted."""

NOBODY = 65534
TIMEOUT_S = 30.0
"""Timeout for an answer of the engine, which usually takes a tenth of a second."""

_GIB = 1 << 30
_ABSENT = ("no such container", "no container with")
_ID = re.compile(r"(?:sha256:)?[0-9a-f]+")
"""An image's identity."""


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
    """The network that a container can reach."""

    NONE = "none"
    """Only a loopback interface of its own."""
    HOST = "host"
    """The network of this machine, with the servers on its loopback interface."""


class Limits(Record, frozen=True):
    """Limits of a container; the kernel kills a process that takes more memory."""

    memory_bytes: int
    processes: int
    """Threads count as processes."""


def default_limits(machine_bytes: int) -> Limits:
    """Give half of the memory, but at least the 2 GiB with which a JVM counts the machine as a server.

    Under 1792 MiB a JVM chooses another collector, and so would not compare with a local one.
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
        try:
            return self._images()
        except EngineError:  # an image may have been removed between the two questions
            return self._images()

    def _images(self) -> tuple[Image, ...]:
        listing = self.ask("images", "--quiet", "--no-trunc", "--filter", f"label={LABEL}recipe")
        ids = tuple(dict.fromkeys(listing.split()))
        if not ids:
            return ()
        if not all(map(_ID.fullmatch, ids)):
            raise EngineError(f"{self.program} is there and doesn't list images; is it {self.path}?")
        lines = self.ask("image", "inspect", "--format", _INSPECT_FORMAT, *ids).splitlines()
        try:
            found = [from_json(line, _Inspected) for line in lines]
        except DecodingError as error:
            raise EngineError(f"{self.program} describes its images in another way: {error}") from error
        images = (_image(each) for each in found if each.tags)
        return tuple(sorted((image for image in images if image), key=lambda image: image.name))

    def has(self, image_id: str) -> bool:
        """Tell whether an image is there; it may have been removed since it was listed.

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
        """Return the command line that runs a command in a container, and removes the container afterwards.

        The command writes nowhere but in ``/tmp`` (memory) and in what is mounted for writing, and starts in
        the user's own folder or else in ``/scratch``, if that is mounted. It is process 1: when it ends,
        whatever else runs in the container is killed. It gets the variables that the user named; the engine
        takes their values from its own environment, so that no list of processes shows them.
        """
        mounted = {mount.target for mount in mounts}
        workdir = next((one for one in (OWN, SCRATCH) if one in mounted), "/tmp")  # noqa: S108  inside
        return (
            *(self.path, "run", "--rm", "--interactive", f"--name={name}", f"--label={LABEL}run"),
            *("--pull=never", "--log-driver=none", "--stop-signal=KILL", f"--network={network}"),
            *_CONFINED,
            *self._user(),
            *_limiting(limits),
            *(f"--mount={_mount(each)}" for each in mounts),
            *(f"--env={name}" for name in named_for_containers()),
            *(f"--env={key}={value}" for key, value in {"HOME": "/tmp", **environment}.items()),  # noqa: S108
            *(f"--workdir={workdir}", f"--entrypoint={command[0]}", image_id, *command[1:]),
        )

    def remove(self, name: str) -> None:
        """Kill a container and remove it; it is no error if there is none.

        Raises:
            EngineError: The engine doesn't answer, or can't remove it.

        """
        answer = self._try_to_remove(name)
        if answer and not answer.timed_out:  # the engine's own removal of an ended container came between
            answer = self._try_to_remove(name)
        if answer:
            why = f"no answer in {TIMEOUT_S:g} s" if answer.timed_out else reason_in(answer.stderr)
            raise EngineError(
                f"{self.program} can't remove the container {name}: {why};"
                f" once it works, type: {self.program} rm --force {name}"
            )

    def _try_to_remove(self, name: str) -> asking.CommandOutput | None:
        """Remove a container; return what the engine said if it is still there."""
        answer = _ask((self.path, "rm", "--force", name))
        is_gone = not answer.status or any(words in answer.stderr.lower() for words in _ABSENT)
        return None if is_gone else answer

    def discard(self, image_id: str) -> None:
        """Remove an image, unless something runs in it."""
        _ask((self.path, "rmi", image_id))

    def ask(self, *arguments: str) -> str:
        """Run a command of the engine that ends at once, and return what it printed.

        Raises:
            EngineError: It failed; the message has what the engine answered.

        """
        answer = _ask((self.path, *arguments))
        if answer.timed_out:
            raise EngineError(f"{self.program} is there and gives no answer in {TIMEOUT_S:g} s")
        if answer.flooded:
            raise EngineError(f"{self.program} is there and answers without end; is it {self.path}?")
        if answer.status:
            raise EngineError(f"{self.program} is there and doesn't work: {reason_in(answer.stderr)}")
        return answer.stdout

    def _user(self) -> tuple[str, ...]:
        """Return the options that choose the user: whoever runs the harness, or nobody instead of root.

        So both the harness and the container may write the scratch folder.
        """
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
        EngineError: The environment names one that is unknown.

    """
    found = ((program, shutil.which(program)) for program in _programs())
    return tuple(Engine(program, path) for program, path in found if path)


def find_engine() -> Engine:
    """Return the first engine that answers.

    Raises:
        NoEngineError: None is on PATH, or none of those that are works.

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
    raise NoEngineError("; ".join(complaints) or absent)


def _programs() -> tuple[str, ...]:
    chosen = os.environ.get(CHOICE)
    if not chosen:
        return PROGRAMS
    if chosen not in PROGRAMS:
        raise EngineError(f"{CHOICE} is {chosen!r}; it may be {' or '.join(PROGRAMS)}")
    return (chosen,)


_Command = Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class _Inspected(Record, frozen=True):
    """An image as the engine describes it, by ``_INSPECT_FORMAT``."""

    id: str
    labels: dict[str, str] | None
    tags: tuple[str, ...] | None
    created: str
    size: int


_INSPECT_FORMAT = (
    '{"id":{{json .ID}},"labels":{{json .Config.Labels}},"tags":{{json .RepoTags}},'
    '"created":{{json .Created}},"size":{{json .Size}}}'
)


def _image(inspected: _Inspected) -> Image | None:
    """Read the labels; return none for an image that lacks one of ours or has other content in it."""
    ours = {
        key.removeprefix(LABEL): value
        for key, value in (inspected.labels or {}).items()
        if key.startswith(LABEL)
    }
    try:
        return Image(
            id=inspected.id,
            name=ours["name"],
            commands=from_json(ours["commands"], tuple[_Command, ...]),
            supervisor=from_json(ours["supervisor"], _Command),
            recipe=ours["recipe"],
            base=ours.get("base", ""),
            created=inspected.created,
            size=inspected.size,
        )
    except (KeyError, DecodingError):
        return None


def _limiting(limits: Limits) -> tuple[str, ...]:
    """Return the options that set limits, without swap: an interpreter that swaps would measure the disk."""
    memory = limits.memory_bytes
    return (f"--pids-limit={limits.processes}", f"--memory={memory}", f"--memory-swap={memory}")


def _mount(mount: Mount) -> str:
    """Format a mount as CSV, as both engines read it: a path may have a comma in it."""
    fields = ("type=bind", f"source={mount.source.absolute()}", f"target={mount.target}")
    quoted = ('"' + field.replace('"', '""') + '"' if set(field) & {",", '"'} else field for field in fields)
    return ",".join((*quoted, "readonly") if mount.read_only else quoted)


def _ask(argv: Sequence[str]) -> asking.CommandOutput:
    try:
        return asking.ask(argv, os.environ, TIMEOUT_S)
    except OSError as error:
        raise EngineError(f"{argv[0]} can't be started: {error.strerror}") from error


def reason_in(words: str) -> str:
    """Return the last line of an output that gives a reason, not only that something failed."""
    lines = [_PREFIX.sub("", _LOGGED.sub(r"\1", line.strip())) for line in words.splitlines()]
    telling = [line for line in lines if not _UNTELLING.search(line)]
    if not telling:
        return "it gives no reason"
    return quoted(_REFUSAL.sub("", telling[-1]).rstrip("."))


_LOGGED = re.compile(r'^time="[^"]*" level=\w+ msg="(.*)"$')
_PREFIX = re.compile(r"^(?:Error: |docker: )?(?:Error response from daemon: )?")
_UNTELLING = re.compile(
    r"^$|^-+$|^(?:\[\d+/\d+\] )?step \d|building at step|returned a non-zero code|failed to solve"
    r"|^(?:see|run) '.*--help'|^removing intermediate container|^--->",
    re.IGNORECASE,
)
_REFUSAL = re.compile(r"^.*dial tcp: ")
"""The text before the reason why a registry was not reached."""
