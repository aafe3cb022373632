"""What is printed of a text that strangers wrote, on a terminal, in a page, in a plot or in a table."""

from __future__ import annotations

import os
import re
from urllib.parse import unquote

LONGEST_QUOTE = 500
"""The most characters of a stranger within a sentence."""
LONGEST_REASON = 1000
"""The most characters of a reason, wherever it is shown; what the harness itself writes is shorter."""
_IN_URL = re.compile(r"""(?<=://)[^\s"'<>]*@""")
_NAMED = re.compile(
    r"""((?:password|passwd|pwd|secret|token)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s"',;&}]+)""", re.IGNORECASE
)
_LOGIN = re.compile(r"://[^/?#]*?:([^/?#]*)@")
"""The password of a URL, which may hold an @."""
_FORMULA = re.compile(r"[=@'\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}]|[+-](?![\w.+-]*\Z)")
"""The beginning of a formula; a sign before a word, as in ``+gil``, is none that could do anything."""
_HIDDEN = "***"
_LONG = 8
"""The fewest characters of a password that is hidden within words, too, unless it has letters alone."""


def printable(text: str) -> str:
    """Escape each character that is not printable: control and formatting characters, ends of line too."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else _escaped(one) for one in text)


def printable_lines(text: str) -> str:
    """Write text of several lines with its ends of line, and tabs as spaces; all else as ``printable``."""
    return "\n".join(map(printable, text.expandtabs().replace("\r\n", "\n").split("\n")))


def shortened(text: str, longest: int = LONGEST_REASON) -> str:
    """Leave out the middle of a long text."""
    half = (longest - len(" ... ")) // 2
    return text if len(text) <= longest else f"{text[:half]} ... {text[-half:]}"


def quoted(text: str, longest: int = LONGEST_QUOTE) -> str:
    """Quote a stranger in a sentence: without passwords, printable and not too long."""
    return shortened(printable(without_passwords(text)), longest)


def cell(text: str) -> str:
    """Write a text cell of a CSV file: printable, and no formula for a spreadsheet.

    An apostrophe before what begins as a formula does is what OWASP advises. Text that begins with one gets
    another, so that ``text_of`` can tell them apart.
    """
    return f"'{printable(text)}" if _FORMULA.match(text) else printable(text)


def text_of(written: str) -> str:
    """Read a text cell of a CSV file; what was not printable stays escaped."""
    return written.removeprefix("'")


def without_passwords(text: str) -> str:
    """Replace by asterisks who logs in by a URL, what follows ``password=``, and all ``passwords()``."""
    for password in passwords():
        text = re.sub(_pattern(password), _HIDDEN, text)
    return _NAMED.sub(rf"\1{_HIDDEN}", _IN_URL.sub(f"{_HIDDEN}@", text))


def passwords() -> list[str]:
    """List the passwords in this process's ``GILOMETER_*`` variables, also decoded, the longest first."""
    found = set()
    for name, value in os.environ.items():
        if name.startswith("GILOMETER_"):
            found |= {match[1] for match in _LOGIN.finditer(value)}
            found |= {match[2].strip("\"'") for match in _NAMED.finditer(value)}
    found |= {unquote(password) for password in found}
    return sorted(found - {""}, key=len, reverse=True)


def _pattern(password: str) -> str:
    """Find a password; one that may be a part of other words, such as ``python``, where it stands alone."""
    exactly = re.escape(password)
    return exactly if len(password) >= _LONG and not password.isalpha() else rf"(?<!\w){exactly}(?!\w)"


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
