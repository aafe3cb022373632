"""Cards of the workloads: each script, run by this Python, describes itself."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from gilometer.decoding import DecodingError, from_json
from gilometer.environment import clean_environment
from gilometer.errors import WorkloadError
from gilometer.model import Card, Record
from gilometer.printing import quoted

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 150
"""The most characters of what a script says of its failure."""
TIMEOUT_S = 20
"""Seconds that a script may take to print its card."""


def scripts_in(folder: Path) -> list[Path]:
    """List the workload scripts of a folder; files that begin with an underscore are shared code.

    Raises:
        WorkloadError: There are none.

    """
    scripts = sorted(path for path in folder.glob("*.py") if not path.name.startswith("_"))
    if not scripts:
        raise WorkloadError(
            f"{folder} holds no workload scripts; install Gilometer anew, or check out the whole project"
        )
    return scripts


class Cards(Record, frozen=True):
    """The cards of a folder, in the order of their names, and a sentence for each script that has none."""

    cards: tuple[Card, ...]
    faults: tuple[str, ...]


def read_cards(folder: Path) -> Cards:
    """Read the card of every workload of a folder.

    Raises:
        WorkloadError: No script prints its card.

    """
    with ThreadPoolExecutor(max_workers=8) as pool:
        found = list(pool.map(_card_or_fault, scripts_in(folder)))
    cards = tuple(one for one in found if isinstance(one, Card))
    faults = tuple(one for one in found if isinstance(one, str))
    if not cards:
        raise WorkloadError(faults[0])
    return Cards(cards, faults)


def _card_or_fault(script: Path) -> Card | str:
    try:
        return read_card(script)
    except WorkloadError as error:
        return str(error)


def read_card(script: Path) -> Card:
    """Ask one script to describe itself.

    Raises:
        WorkloadError: It does not print its card.

    """
    argv = [sys.executable, str(script), "--describe"]
    try:
        answer = subprocess.run(
            argv, capture_output=True, timeout=TIMEOUT_S, check=True, env=clean_environment({})
        )
        return from_json(answer.stdout.strip().rpartition(b"\n")[2], Card)
    except subprocess.CalledProcessError as error:
        last = quoted(error.stderr.decode(errors="replace").strip().rpartition("\n")[2], LONGEST)
        why = f"exit status {error.returncode}: {last}"
    except subprocess.TimeoutExpired:
        why = f"no answer in {TIMEOUT_S} s"
    except DecodingError as error:
        why = str(error)
    raise WorkloadError(f"{script} does not describe itself: {why}; try `python {script} --describe`")


def digest_of_file(path: Path) -> str:
    """Return a digest of a file of the user's own; empty if it can't be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except OSError:
        return ""


def digest_of(folder: Path) -> str:
    """Return a digest of all scripts of a folder and of the code that they share."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        digest.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
