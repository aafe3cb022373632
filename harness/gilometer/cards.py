"""Cards of the workloads: each script, run by this Python, describes itself."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import msgspec

from gilometer.errors import WorkloadError
from gilometer.model import Card

if TYPE_CHECKING:
    from pathlib import Path

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


def read_cards(folder: Path) -> tuple[Card, ...]:
    """Read the card of every workload of a folder, in the order of their names.

    Raises:
        WorkloadError: A script does not print its card.

    """
    with ThreadPoolExecutor(max_workers=8) as pool:
        return tuple(pool.map(read_card, scripts_in(folder)))


def read_card(script: Path) -> Card:
    """Ask one script to describe itself.

    Raises:
        WorkloadError: It does not print its card.

    """
    argv = [sys.executable, str(script), "--describe"]
    try:
        answer = subprocess.run(argv, capture_output=True, timeout=TIMEOUT_S, check=True)
        return msgspec.json.decode(answer.stdout.strip().rpartition(b"\n")[2], type=Card)
    except subprocess.CalledProcessError as error:
        last = error.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        why = f"exit status {error.returncode}: {last}"
    except subprocess.TimeoutExpired:
        why = f"no answer in {TIMEOUT_S} s"
    except msgspec.MsgspecError as error:
        why = str(error)
    raise WorkloadError(f"{script} does not describe itself: {why}; try `python {script} --describe`")


def digest_of(folder: Path) -> str:
    """Return a digest of all scripts of a folder and of the code that they share."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        digest.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
