"""A podman or docker that keeps its images in a JSON file, and remembers what it was asked."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LABELS = {
    "gilometer.name": "jython",
    "gilometer.commands": '[["/usr/bin/java", "-jar", "/jython.jar"]]',
    "gilometer.supervisor": '["/usr/bin/python3"]',
    "gilometer.recipe": "0123456789abcdef",
    "gilometer.base": "debian:trixie-slim",
}


class FakeEngine:
    """What a test sees of it, and how it tells it what to do."""

    def __init__(self, folder: Path, program: str = "podman") -> None:
        """Put the program into a folder, which should be the whole of PATH."""
        folder.mkdir(exist_ok=True)
        self.path = folder / program
        self.path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -E "{__file__}" "$0" "$@"\n')
        self.path.chmod(0o755)
        self._state = folder / f"{program}.json"
        self._calls = folder / f"{program}.calls"
        self._write({"images": {}, "fails": {}, "hangs": [], "recipe": LABELS})

    def has(self, tag: str, labels: dict[str, str] = LABELS) -> str:
        """Let it have an image, and return its identity."""
        state = self._read()
        image_id = hashlib.sha256(json.dumps([tag, labels]).encode()).hexdigest()
        state["images"][tag] = image_of(image_id, tag, labels)
        self._write(state)
        return image_id

    def fails(self, command: str, *complaint: str) -> None:
        """From now on, print these lines instead of doing something."""
        state = self._read()
        state["fails"][command] = complaint
        self._write(state)

    def hangs(self, command: str) -> None:
        """From now on, begin with something and never end it."""
        state = self._read()
        state["hangs"].append(command)
        self._write(state)

    def labels(self, labels: dict[str, str]) -> None:
        """From now on, these are the labels that a Containerfile gives."""
        state = self._read()
        state["recipe"] = labels
        self._write(state)

    @property
    def tags(self) -> set[str]:
        """Names of the images that it has."""
        return set(self._read()["images"])

    @property
    def calls(self) -> list[list[str]]:
        """The arguments of each time that it was started."""
        return [json.loads(line) for line in self._calls.read_text().splitlines()]

    def calls_of(self, command: str) -> list[list[str]]:
        return [call for call in self.calls if call[0] == command]

    def _read(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self._state.read_text())
        return state

    def _write(self, state: dict[str, Any]) -> None:
        self._state.write_text(json.dumps(state))


def image_of(image_id: str, tag: str, labels: dict[str, str]) -> dict[str, object]:
    created = "2026-11-23T07:38:46.111123814Z"
    return {"id": image_id, "labels": labels, "tags": [tag], "created": created, "size": 428_000_000}


def main(path: Path, arguments: list[str]) -> None:
    with path.with_suffix(".calls").open("a") as calls:
        calls.write(json.dumps(arguments) + "\n")
    state = json.loads(path.with_suffix(".json").read_text())
    command, *rest = arguments
    if command in state["fails"]:
        sys.stderr.write("\n".join(state["fails"][command]) + "\n")
        sys.exit(125)
    if command in state["hangs"]:
        say(f"hanging in {command}")
        subprocess.run(["/bin/sleep", "600"], start_new_session=True, check=True)
    {"images": images, "image": inspect, "build": build, "pull": add, "import": add, "rmi": rmi}.get(
        command, lambda *_: None
    )(state, rest)
    path.with_suffix(".json").write_text(json.dumps(state))


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def images(state, _arguments) -> None:
    ours = [each["id"] for each in state["images"].values() if "gilometer.recipe" in each["labels"]]
    say("\n".join(ours))


def inspect(state, arguments) -> None:
    _, _, question, *wanted = arguments
    for name in wanted:
        found = [each for tag, each in state["images"].items() if name in (tag, each["id"])]
        if not found:
            sys.exit(f"Error: no such image: {name}")
        say(found[0]["id"] if question == "{{.ID}}" else json.dumps(found[0]))


def build(state, arguments) -> None:
    labels, tag = dict(state["recipe"]), ""
    for argument in arguments:
        option, _, value = argument.partition("=")
        if option == "--label":
            key, _, text = value.partition("=")
            labels[key] = text
        if option == "--tag":
            tag = value
    say("STEP 1/2: FROM base\nSTEP 2/2: RUN apt-get install jython\nReading package lists")
    state["images"][tag] = image_of(hashlib.sha256(repr(arguments).encode()).hexdigest(), tag, labels)


def add(state, arguments) -> None:
    tag = arguments[-1]
    state["images"][tag] = image_of(hashlib.sha256(tag.encode()).hexdigest(), tag, {})


def rmi(state, arguments) -> None:
    """The real ones remove by name, too; nobody here does."""
    known = state["images"]
    for tag in [tag for tag, each in known.items() if each["id"] == arguments[-1]]:
        del known[tag]


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
