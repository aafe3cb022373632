"""Read the claims from the TOML files beside this one. An error in a file is told in one sentence."""

from __future__ import annotations

import functools
import re
import tomllib
from importlib.resources import files
from typing import Any, get_args

import msgspec

from gilometer.claims.claim import Claim, Combine, Concerns, Rule
from gilometer.errors import GilometerError
from gilometer.model import Alternative, Strategy
from gilometer.suggest import did_you_mean

_UNKNOWN_KEY = re.compile(r"unknown field `(.+?)`")
_UNKNOWN_WORD = re.compile(r"Invalid(?: enum)? value '(.+?)'")
_RULES: tuple[type[msgspec.Struct], ...] = get_args(Rule)
_RECORDS: tuple[type[msgspec.Struct], ...] = (Claim, Concerns, *_RULES)
_KEYS = sorted({"type"} | {name for record in _RECORDS for name in record.__struct_fields__} - {"id"})
_TYPES = tuple(str(rule.__struct_config__.tag) for rule in _RULES)
_WORDS = (*_TYPES, *Strategy, *Alternative, *Combine)


class ClaimError(GilometerError):
    """An error in the file of a claim; its sentence names the file and the key."""


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
    """Parse the text of a claim's file, whose stem is the claim's id.

    Raises:
        ClaimError: It isn't TOML, or has a key or a value that is not allowed.

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
    """Add to a message about an unknown key or word the one that may have been meant."""
    if key := _UNKNOWN_KEY.search(error):
        remedy = did_you_mean(key[1], _KEYS, f"the keys are {', '.join(_KEYS)}")
        return f"{error}; {remedy}"
    if word := _UNKNOWN_WORD.search(error):
        remedy = did_you_mean(word[1], _WORDS, f"the words are {', '.join(_WORDS)}")
        return f"{error}; {remedy}"
    return error
