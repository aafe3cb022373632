"""An engine that also runs containers: each is a process of this machine, in a session of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.interpreters import fake_engine


class RunningEngine(fake_engine.FakeEngine):
    """The fake of the images' tests, and containers."""

    def __init__(self, folder: Path, program: str = "podman") -> None:
        super().__init__(folder, program)
        self.path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -E "{__file__}" "$0" "$@"\n')

    def has_image(self, *supervisor: str, name: str = "jython") -> str:
        """Let it have one whose supervisor this command runs."""
        labels = {
            **fake_engine.LABELS,
            "gilometer.name": name,
            "gilometer.supervisor": json.dumps(supervisor),
        }
        return self.has(name, labels)

    @property
    def containers(self) -> set[str]:
        """Names of those that run."""
        return {path.stem for path in self.path.parent.glob("*.container")}

    def kill(self) -> None:
        """Kill all containers, behind the engine's back."""
        for path in self.path.parent.glob("*.container"):
            os.killpg(int(path.read_text()), signal.SIGKILL)


def main(path: Path, arguments: list[str]) -> None:
    command, *rest = arguments
    if command not in {"run", "rm"} or command in json.loads(path.with_suffix(".json").read_text())["fails"]:
        fake_engine.main(path, arguments)
        return
    with path.with_suffix(".calls").open("a") as calls:
        calls.write(json.dumps(arguments) + "\n")
    if command == "rm":
        remove(path.parent / f"{rest[-1]}.container")
    else:
        run(path.parent, rest)


def run(folder: Path, arguments: list[str]) -> None:
    """Run the command with the paths of this machine, and end as it ends."""
    given = [word.partition("=")[::2] for word in arguments if word.startswith("--")]
    options = dict(given)
    mounts = dict(mount_of(value) for option, value in given if option == "--mount")
    image = next(index for index, word in enumerate(arguments) if not word.startswith("--"))
    command = [options["--entrypoint"], *(mounts.get(word, word) for word in arguments[image + 1 :])]
    container = folder / f"{options['--name']}.container"
    process = subprocess.Popen(command, cwd=mounts.get("/scratch"), start_new_session=True)
    container.write_text(str(process.pid))
    status = process.wait()
    container.unlink(missing_ok=True)
    sys.exit(status if status >= 0 else 128 - status)


def mount_of(value: str) -> tuple[str, str]:
    """What is mounted where."""
    fields = dict(field.partition("=")[::2] for field in value.split(","))
    return fields["target"], fields["source"]


def remove(container: Path) -> None:
    """Kill it, and wait until it is gone."""
    if not container.exists():
        sys.exit("Error: no such container")
    os.killpg(int(container.read_text()), signal.SIGKILL)
    while container.exists():
        time.sleep(0.01)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
