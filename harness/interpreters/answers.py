"""Answers kept from one run to the next, each under the identity of what gave it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from harness.interpreters.candidate import Candidate, fingerprint
from harness.interpreters.locations import cache_folder, workloads_folder
from harness.interpreters.probe import SCRIPT, Asker, NoAnswer, Probe
from harness.model import Facts

if TYPE_CHECKING:
    from collections.abc import Iterator


class Remembered:
    """An asker that asks another one only what no file of its folder answers.

    A candidate without an answer is asked again each time: the reason may have gone away.
    """

    def __init__(self, ask: Asker, folder: Path, question: bytes) -> None:
        """``question`` is the probe's content: another probe gets other answers."""
        self._ask = ask
        self._folder = folder
        self._question = hashlib.sha256(question).hexdigest()[:16]

    def __call__(self, candidate: Candidate) -> Facts | NoAnswer:
        """Return what is remembered; otherwise ask, and remember."""
        path = self._folder / f"{fingerprint(candidate)}-{self._question}.json"
        facts = _read(path)
        if facts:
            return facts
        answer = self._ask(candidate)
        if isinstance(answer, Facts):
            with contextlib.suppress(OSError):  # without a cache it is slower, and as good
                _write(path, answer)
        return answer


def default_asker() -> Remembered:
    """Make the asker that runs the probe and keeps its answers in the cache folder."""
    script = workloads_folder() / SCRIPT
    return Remembered(Probe(script), cache_folder() / "probes", script.read_bytes())


def _read(path: Path) -> Facts | None:
    """Return the answer in a file; none if it is absent or damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Facts)
    except (OSError, msgspec.MsgspecError):
        return None


def _write(path: Path, facts: Facts) -> None:
    """Write the whole file or nothing, whoever else writes it at the same time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _temporary(path.parent) as draft:
        draft.write_bytes(msgspec.json.encode(facts))
        draft.replace(path)


@contextlib.contextmanager
def _temporary(folder: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(dir=folder, prefix=".draft-")
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
