"""Decode what strangers wrote: files of runs and of the matrix, answers. Any fault is one short error."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from gilometer.printing import quoted, without_passwords

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
R = TypeVar("R", bound=msgspec.Struct)

LONGEST = 150
"""The most characters of a message about a fault, which may quote what is wrong."""
TOO_DEEP = "it is nested too deeply"


class DecodingError(Exception):
    """Text is not what it should be; the message is short, in one line and printable."""


def decode(decoder: Callable[[bytes | str], T], data: bytes | str) -> T:
    """Decode with a function of msgspec or tomllib.

    Raises:
        DecodingError: The data is not as the decoder wants it, or can't be held by this Python.

    """
    try:
        return decoder(data)
    except RecursionError as error:
        raise DecodingError(TOO_DEEP) from error
    except UnicodeDecodeError as error:
        raise DecodingError("it is not text in UTF-8") from error
    except (msgspec.MsgspecError, ValueError, OverflowError) as error:
        raise DecodingError(quoted(str(error), LONGEST)) from error


def from_json(data: bytes | str, record: type[T]) -> T:
    """Decode JSON.

    Raises:
        DecodingError: It is not JSON, or not that record.

    """
    return decode(msgspec.json.Decoder(record).decode, data)


def from_toml(data: bytes) -> dict[str, Any]:
    """Decode TOML in UTF-8, with or without the mark that some editors begin a file with.

    Raises:
        DecodingError: It is not TOML, or not UTF-8.

    """
    return decode(_toml, data)


def _toml(data: bytes | str) -> dict[str, Any]:
    return tomllib.loads(data if isinstance(data, str) else data.decode("utf-8-sig"))


def is_printable(record: object) -> bool:
    """Tell whether no text in a record, or in what it holds, has control or formatting characters."""
    found = msgspec.to_builtins(record)
    if isinstance(found, str):
        return found.isprintable()
    if isinstance(found, dict):
        return all(is_printable(key) and is_printable(value) for key, value in found.items())
    return not isinstance(found, list | tuple) or all(map(is_printable, found))


def without_passwords_in(record: R) -> R:
    """Return a record without the passwords in its texts and in those of what it holds."""
    texts = {name: _public(getattr(record, name)) for name in record.__struct_fields__}
    return msgspec.structs.replace(record, **texts)


def _public(found: Any) -> Any:
    if type(found) is str:  # the value of an enumeration is none
        return without_passwords(found)
    if isinstance(found, msgspec.Struct):
        return without_passwords_in(found)
    if isinstance(found, Mapping):
        return {_public(key): _public(value) for key, value in found.items()}
    return tuple(map(_public, found)) if isinstance(found, tuple) else found
