"""What a workload does, in two or three words for those who don't know its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.report.sentences.text import sentence_case

if TYPE_CHECKING:
    from gilometer.model import Work

KINDS = {
    "cpu": "Pure Python",
    "native": "Native code",
    "io": "Waiting",
    "mixed": "Computing and waiting",
    "contention": "Shared data",
}
WORDS = {
    "compress": "zlib",
    "fetch_transform": "fetch, then transform",
    "fib": "recursion",
    "files": "files",
    "handover": "queue",
    "http_api": "remote API",
    "json_roundtrip": "JSON",
    "large_temporaries": "large strings",
    "lock": "one lock",
    "mandelbrot": "floats",
    "nbody": "floats",
    "nested_loops": "nested loops",
    "objects": "many objects",
    "postgres": "database",
    "regex": "regular expression",
    "sha256": "SHA-256",
    "shared_dict": "one dict",
    "sleep": "sleep",
    "sqlite": "database in a file",
    "wordcount": "counting words",
}


def in_words(work: Work) -> str:
    """Say what a workload does: ``Pure Python: recursion``; of an unknown one, its kind."""
    kind = KINDS.get(work.kind, sentence_case(work.kind))
    if work.script == "mixed" and "cpu" in work.parameters:
        return f"{float(work.parameters['cpu']):.0%} computing, the rest waiting"
    words = WORDS.get(work.script)
    return f"{kind}: {words}" if words else kind
