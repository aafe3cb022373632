"""Read one TOML file of the matrix into a record; say in one sentence what is wrong with a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from gilometer import files
from gilometer.decoding import TOO_DEEP, DecodingError, from_toml
from gilometer.errors import MatrixError
from gilometer.model import Record
from gilometer.printing import quoted
from gilometer.suggest import did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

Entry = TypeVar("Entry", bound=Record)

GIVEN = frozenset({"kind", "file", "suffix"})
"""Fields that are set from the name of the file or the table, and not by a key."""

LONGEST = 250
"""The most characters of a sentence that quotes a file, its path left out."""
LARGEST = files.MEBIBYTE
"""The most bytes of a file."""

_MISSING = re.compile(r"missing required field `(.+)`")
_MISTYPED = re.compile(r"Expected `(\w+)(?: \| null)?`, got `(\w+)`(?: - at `\$\.(.+)`)?")
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
        return from_toml(files.read(path, LARGEST))
    except OSError as error:
        raise MatrixError(f"{path} can't be read: {error.strerror}; give the path of a TOML file") from error
    except DecodingError as error:
        raise MatrixError(f"{path} is not TOML: {error}; mend that line") from error


def convert(data: Any, record: type[Entry], path: Path, within: str = "") -> Entry:
    """Make a record of a file's keys and values, or of those of a table ``within`` it (``variants.gil``).

    Raises:
        MatrixError: A key is unknown or missing, or its value has the wrong type.

    """
    if isinstance(data, dict):  # anything else is a wrong type, which msgspec tells below
        _refuse_unknown_keys(data, record, path, within)
        data = {"kind": path.stem, "file": str(path)} | data
    try:
        return msgspec.convert(data, record, strict=True)
    except RecursionError as error:
        raise MatrixError(f"{path}: {TOO_DEEP}; write one table in another at most") from error
    except msgspec.ValidationError as error:
        raise _explained(str(error), data, path, within) from error


def wrong(path: Path | str, key: str, what: str, remedy: str) -> MatrixError:
    """Make the error for a key whose value is wrong."""
    return MatrixError(f"{path}: {quoted(f'key `{key}`: {what}; {remedy}', LONGEST)}")


def _refuse_unknown_keys(data: dict[str, Any], record: type[Record], path: Path, within: str) -> None:
    known = sorted(set(record.__struct_fields__) - GIVEN)
    for key in data:
        if key not in known:
            remedy = did_you_mean(key, known, f"the keys are {', '.join(known)}")
            raise wrong(path, _dotted(within, key), "there is no such key", remedy)


def _explained(error: str, data: Any, path: Path, within: str) -> MatrixError:
    """Turn msgspec's message into a sentence with the file, the key and the remedy."""
    if missing := _MISSING.search(error):
        own = "" if within else ", or give `command` to name one interpreter of your own"
        return MatrixError(f"{path}: the key `{_dotted(within, missing[1])}` is missing; add it{own}")
    mistyped = _MISTYPED.search(error)
    assert mistyped, error  # noqa: S101  the records have no other constraint than their types
    expected, got, key = mistyped.groups()
    key = _dotted(within, _culprit(key, data)) if key else within
    return wrong(path, key, f"expected {expected}, got {got}", _REMEDIES[expected])


def _culprit(key: str, data: dict[str, Any]) -> str:
    """Name the key of a table of texts that has no text: msgspec writes ``env[...]`` for any of them."""
    table = key.removesuffix("[...]")
    if table == key:
        return key
    return next(_dotted(table, inner) for inner, value in data[table].items() if not isinstance(value, str))


def _dotted(within: str, key: str) -> str:
    return f"{within}.{key}" if within else key
