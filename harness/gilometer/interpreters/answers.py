"""A cache of answers from interpreters, which lasts from one run to the next."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING

import msgspec

from gilometer import asking, files
from gilometer.decoding import DecodingError, from_json
from gilometer.environment import digest_of_named
from gilometer.interpreters.candidate import Candidate, fingerprint
from gilometer.interpreters.containers.probing import AskerByPlace, ContainerProbe, StartedEngine
from gilometer.interpreters.probe import SCRIPT, Asker, NoAnswer, Probe
from gilometer.locations import cache_folder, workloads_folder
from gilometer.model import Facts

if TYPE_CHECKING:
    from pathlib import Path


class CachedAsker:
    """An asker that keeps the answers of another one in files, and reads them from there.

    A candidate that gave no answer is asked again each time, as the reason may be gone.
    """

    def __init__(self, ask: Asker, folder: Path, question: bytes) -> None:
        """Cache under ``question``, the content of the probe's files: another probe gives other answers."""
        self._ask = ask
        self._folder = folder
        self._question = hashlib.sha256(question).hexdigest()[:16]

    def __call__(self, candidate: Candidate) -> Facts | NoAnswer:
        """Return the answer in the cache; without one, ask and keep the answer."""
        path = self._folder / f"{fingerprint(candidate)}-{self._question}.json"
        facts = _read(path)
        if facts:
            return facts
        answer = self._ask(candidate)
        if isinstance(answer, Facts):
            with contextlib.suppress(OSError):  # without a cache it is slower, and as good
                files.write(path, msgspec.json.encode(answer))
        return answer


def default_asker() -> AskerByPlace:
    """Make the asker that runs the probe and keeps its answers in the cache folder.

    The probe tries the strategies themselves, so the content of all shared scripts is part of the question.
    So are the variables that the user passes on.
    """
    script = workloads_folder() / SCRIPT
    scripts = b"".join(path.read_bytes() for path in sorted(script.parent.glob("_*.py")))
    question = scripts + digest_of_named()
    folder = cache_folder() / "probes"
    return AskerByPlace(
        CachedAsker(Probe(script), folder, question),
        StartedEngine(CachedAsker(ContainerProbe(script), folder, question)),
    )


def _read(path: Path) -> Facts | None:
    """Return the answer in a file; none if it is absent or damaged."""
    try:
        return from_json(files.read(path, asking.OUTPUT_LIMIT), Facts)
    except (OSError, DecodingError):
        return None
