"""What reads a stranger's bytes, and a valid example for each. ``benchmarks/attack.py`` attacks the same."""

from __future__ import annotations

import gzip
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from gilometer.analysis.analyse import analyse
from gilometer.asking import CommandOutput
from gilometer.errors import GilometerError
from gilometer.interpreters.matrix import load_matrix
from gilometer.interpreters.probe import read_answer
from gilometer.model import SCHEMA, Cell, Header, Sample, Strategy
from gilometer.run.launcher import Exit
from gilometer.run.outcome import Expected, assess
from gilometer.runs import folder as run_folder
from gilometer.runs import store
from tests.interpreters.builders import CPYTHON
from tests.written import entries, small

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from gilometer.model import Manifest

LONGEST = 300
"""The most characters of the sentence of an error, the path of the file left out."""
FAMILY = b"""
title = "Stackless"
implementation = "stackless"
versions = ["3.8", "3.10", "3.9"]
executables = ["stackless*"]
add = "get stackless {version}"
[variants.green]
env = { STACKLESS_GREEN = "1" }
changes = "jit"
"""


@cache
def manifest() -> Manifest:
    """A small run."""
    return small()


def valid_manifest() -> bytes:
    """Return the manifest of a small run."""
    return msgspec.json.format(msgspec.json.encode(manifest()), indent=1) + b"\n"


def valid_samples() -> bytes:
    """Return its samples."""
    header = Header(schema=SCHEMA, run=manifest().run, plan=run_folder.digest(manifest().plan))
    return b"".join(msgspec.json.encode(one) + b"\n" for one in (header, *entries(manifest())))


def valid_line() -> bytes:
    """Return a line of one of its invocations."""
    samples = (one for one in entries(manifest()) if isinstance(one, Sample))
    return msgspec.json.encode(next(one.line for one in samples if one.line))


def read_run(folder: Path) -> None:
    """Read a run, and analyse it."""
    found = run_folder.load(folder)
    read = store.read(folder)
    store.refuse_other_plan(folder, read, found)
    analyse(found, read)


def attack_manifest(folder: Path, data: bytes) -> None:
    (folder / run_folder.MANIFEST).write_bytes(data)
    (folder / run_folder.SAMPLES).write_bytes(valid_samples())
    read_run(folder)


def attack_samples(folder: Path, data: bytes) -> None:
    (folder / run_folder.MANIFEST).write_bytes(valid_manifest())
    (folder / run_folder.SAMPLES).write_bytes(data)
    read_run(folder)


def attack_compressed(folder: Path, data: bytes) -> None:
    (folder / run_folder.COMPRESSED_SAMPLES).write_bytes(data)
    store.read(folder)


def attack_matrix(folder: Path, data: bytes) -> None:
    path = folder / "stackless.toml"
    path.write_bytes(data)
    load_matrix(path)


def attack_line(_folder: Path, data: bytes) -> None:
    work = next(iter(manifest().plan.works))
    cell = Cell("cpython-3.13", "", work.label, Strategy.SERIAL, 1)
    exited = Exit(status=0, wall_s=1.0, stdout=data.decode("utf-8", "replace"))
    assessed = assess(exited, Expected(work=work, cell=cell, timeout_s=10.0))
    check_sentence(assessed.reason, longest=1200)


def attack_answer(_folder: Path, data: bytes) -> None:
    answer = CommandOutput(
        status=0, stdout=data.decode("utf-8", "replace"), stderr="", timed_out=False, flooded=False
    )
    read_answer(answer, 10.0)


def check_sentence(sentence: str, longest: int = LONGEST) -> None:
    """Refuse a sentence that is long, or that could move the cursor."""
    assert len(sentence) <= longest, sentence
    assert sentence.isprintable(), repr(sentence)


TARGETS: Mapping[str, tuple[Callable[[], bytes], Callable[[Path, bytes], None]]] = {
    "manifests": (valid_manifest, attack_manifest),
    "sample files": (valid_samples, attack_samples),
    "compressed samples": (lambda: gzip.compress(valid_samples(), mtime=0), attack_compressed),
    "matrix files": (lambda: FAMILY, attack_matrix),
    "contract lines": (valid_line, attack_line),
    "probe answers": (lambda: msgspec.json.encode(CPYTHON), attack_answer),
}


def attack(name: str, folder: Path, data: bytes) -> bool:
    """Let a target read the data in an empty folder; tell whether it took it for valid."""
    try:
        TARGETS[name][1](folder, data)
    except GilometerError as error:
        check_sentence(str(error).replace(str(folder), ""))
        return False
    return True
