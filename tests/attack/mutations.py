"""Damage valid bytes in the ways in which files are damaged, or made to do damage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

EXTREMES = (
    b"0",
    b"-5",
    b"1e308",
    b"-1e308",
    b"5e-324",
    b"1" + b"0" * 30,
    b"9" * 5000,
    b"NaN",
    b"null",
    b"true",
    b'""',
    b'"\\u001b[2J\\u202e"',
    b'"' + b"x" * 5000 + b'"',
    b"[" * 10_000 + b"]" * 10_000,
    b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    b"{}",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\0",
)


@st.composite
def damaged(draw: DrawFn, whole: bytes) -> bytes:
    """Draw a damaged copy: one to three times cut, overwritten, or with a value replaced."""
    data = whole
    for _ in range(draw(st.integers(1, 3))):
        data = draw(st.sampled_from((_cut, _overwritten, _replaced, _repeated)))(draw, data)
    return data


def _place(draw: DrawFn, data: bytes) -> int:
    return draw(st.integers(0, max(0, len(data) - 1)))


def _cut(draw: DrawFn, data: bytes) -> bytes:
    return data[: _place(draw, data)]


def _overwritten(draw: DrawFn, data: bytes) -> bytes:
    place, new = _place(draw, data), draw(st.binary(min_size=1, max_size=8))
    return data[:place] + new + data[place + len(new) :]


def _replaced(draw: DrawFn, data: bytes) -> bytes:
    """Put something extreme in the place of a number, or of the rest of a word."""
    start = _place(draw, data)
    end = start
    while end < len(data) and data[end : end + 1] not in b',:]}\n"':
        end += 1
    return data[:start] + draw(st.sampled_from(EXTREMES)) + data[end:]


def _repeated(draw: DrawFn, data: bytes) -> bytes:
    first, second = sorted((_place(draw, data), _place(draw, data)))
    return data[:second] + data[first:second] + data[second:]


def any_bytes(whole: bytes) -> SearchStrategy[bytes]:
    """Draw damaged copies mostly, and something that was never valid."""
    return st.one_of(
        damaged(whole), damaged(whole), damaged(whole), st.binary(max_size=200), st.sampled_from(EXTREMES)
    )
