"""Reading one TOML file of the matrix into a record, and saying in a sentence what is wrong with it."""

from __future__ import annotations

import difflib
import re
import tomllib
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from harness.errors import MatrixError
from harness.model import Record

if TYPE_CHECKING:
    from pathlib import Path

Entry = TypeVar("Entry", bound=Record)

GIVEN = frozenset({"kind", "file"})
"""Fields that a record has from its file's name rather than from a key."""

_MISSING = re.compile(r"missing required field `(.+)`")
_MISTYPED = re.compile(r"Expected `(\w+)(?: \| null)?`, got `(\w+)` - at `\$\.(.+)`")
_REMEDIES = {
    "str": 'put it in quotes, as in "3.13"',
    "array": 'put it in brackets, as in ["one", "two"]',
    "object": 'write a table, as in { NAME = "value" }',
    "bool": "write true or false",
    "float": "write a number",
}


def read(path: Path) -> dict[str, Any]:
    """Return the file's keys and values as TOML has them.

    Raises:
        MatrixError: The file isn't there, isn't text, or isn't TOML.

    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MatrixError(f"{path} can't be read: {error.strerror}; give the path of a TOML file") from error
    except UnicodeDecodeError as error:
        raise MatrixError(f"{path} is not text in UTF-8; give the path of a TOML file") from error
    except tomllib.TOMLDecodeError as error:
        raise MatrixError(f"{path} is not TOML: {error}; mend that line") from error


def convert(data: dict[str, Any], record: type[Entry], path: Path) -> Entry:
    """Make a record of a file's keys and values.

    Raises:
        MatrixError: A key is unknown or missing, or its value has the wrong type.

    """
    _refuse_unknown_keys(data, record, path)
    try:
        return msgspec.convert({"kind": path.stem, "file": str(path)} | data, record, strict=True)
    except msgspec.ValidationError as error:
        raise MatrixError(_explain(str(error), path)) from error


def wrong(path: Path | str, key: str, what: str, remedy: str) -> MatrixError:
    """Make the error for a key whose value can't be."""
    return MatrixError(f"{path}: key `{key}`: {what}; {remedy}")


def _refuse_unknown_keys(data: dict[str, Any], record: type[Record], path: Path) -> None:
    known = sorted(set(record.__struct_fields__) - GIVEN)
    for key in data:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            remedy = f"did you mean `{near[0]}`?" if near else f"the keys are {', '.join(known)}"
            raise wrong(path, key, "there is no such key", remedy)


def _explain(error: str, path: Path) -> str:
    """Turn msgspec's message into a sentence with the file, the key and the remedy."""
    if missing := _MISSING.search(error):
        return (
            f"{path}: the key `{missing[1]}` is missing; add it, or give `command`"
            " to name one interpreter of your own"
        )
    return f"{path}: {_MISTYPED.sub(_explain_type, error)}"


def _explain_type(mistyped: re.Match[str]) -> str:
    expected, got, key = mistyped.groups()
    return f"key `{key}`: expected {expected}, got {got}; {_REMEDIES[expected]}"
