"""From the TOML files beside this one to claims; what is wrong with a file is one sentence."""

from __future__ import annotations

import functools
import re
import tomllib
from importlib.resources import files
from typing import Any

import msgspec

from gilometer.claims.claim import (
    Claim,
    Combine,
    Concerns,
    Decline,
    Fact,
    Observation,
    Overhead,
    Speedup,
    Start,
)
from gilometer.errors import GilometerError
from gilometer.model import Alternative, Strategy
from gilometer.suggest import did_you_mean

_UNKNOWN_KEY = re.compile(r"unknown field `(.+?)`")
_UNKNOWN_WORD = re.compile(r"Invalid(?: enum)? value '(.+?)'")
_RECORDS = (Claim, Concerns, Speedup, Start, Overhead, Decline, Observation, Fact)
_KEYS = sorted({"type"} | {name for record in _RECORDS for name in record.__struct_fields__} - {"id"})
_TYPES = ("speedup", "efficiency", "start", "overhead", "decline", "observation", "fact")
_WORDS = (*_TYPES, *Strategy, *Alternative, *Combine)


class ClaimError(GilometerError):
    """A file of the claims is wrong; the sentence names the file and the key."""


@functools.cache
def claims() -> tuple[Claim, ...]:
    """Read the claims that come with Gilometer, by number.

    Raises:
        ClaimError: A file is wrong.

    """
    found = (path for path in files(__package__).iterdir() if path.name.endswith(".toml"))
    return tuple(
        sorted(
            (parse(path.name, path.read_text(encoding="utf-8")) for path in found),
            key=lambda claim: int(claim.id[1:]),
        )
    )


def parse(name: str, text: str) -> Claim:
    """Make a claim of the text of its file, whose stem is its id.

    Raises:
        ClaimError: It isn't TOML, or a key or a value can't be.

    """
    stem = name.removesuffix(".toml")
    if not re.fullmatch(r"C[1-9]\d*", stem):
        raise ClaimError(f"{name}: a claim's file is named after its id; rename it to one such as C17.toml")
    try:
        data = tomllib.loads(text)
        return msgspec.convert(_with_id(stem, data), Claim, strict=True)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ClaimError(f"{name}: {_explained(str(error))}") from error


def _with_id(stem: str, data: dict[str, Any]) -> dict[str, Any]:
    if "id" in data:
        raise msgspec.ValidationError(f"the id is the file's name, {stem}; leave out `id`")
    return {"id": stem, **data}


def _explained(error: str) -> str:
    """Add to a message about a word that isn't known the one that may have been meant."""
    if key := _UNKNOWN_KEY.search(error):
        remedy = did_you_mean(key[1], _KEYS, f"the keys are {', '.join(_KEYS)}")
        return f"{error}; {remedy}"
    if word := _UNKNOWN_WORD.search(error):
        remedy = did_you_mean(word[1], _WORDS, f"the words are {', '.join(_WORDS)}")
        return f"{error}; {remedy}"
    return error
