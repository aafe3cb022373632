"""Answers kept from one run to the next, each under the identity of what gave it."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING

import msgspec

from gilometer import files
from gilometer.interpreters.candidate import Candidate, fingerprint
from gilometer.interpreters.containers.probing import ContainerProbe, WhereItIs
from gilometer.interpreters.probe import SCRIPT, Asker, NoAnswer, Probe
from gilometer.locations import cache_folder, workloads_folder
from gilometer.model import Facts

if TYPE_CHECKING:
    from pathlib import Path


class Remembered:
    """An asker that asks another one only what no file of its folder answers.

    A candidate without an answer is asked again each time: the reason may have gone away.
    """

    def __init__(self, ask: Asker, folder: Path, question: bytes) -> None:
        """``question`` is the content of the probe's files: another probe gets other answers."""
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
                files.write(path, msgspec.json.encode(answer))
        return answer


def default_asker() -> Remembered:
    """Make the asker that runs the probe and keeps its answers in the cache folder.

    The probe tries the strategies themselves, so all that the scripts share is part of the question.
    """
    script = workloads_folder() / SCRIPT
    question = b"".join(path.read_bytes() for path in sorted(script.parent.glob("_*.py")))
    return Remembered(WhereItIs(Probe(script), ContainerProbe(script)), cache_folder() / "probes", question)


def _read(path: Path) -> Facts | None:
    """Return the answer in a file; none if it is absent or damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Facts)
    except (OSError, msgspec.MsgspecError):
        return None
