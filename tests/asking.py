"""To ask a PostgreSQL server by another client than the workloads' own."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pg8000.native

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def session(dsn: str) -> Iterator[pg8000.native.Connection]:
    """Log in where the DSN says."""
    parts = urlsplit(dsn)
    assert parts.username
    with contextlib.closing(
        pg8000.native.Connection(
            parts.username,
            host=parts.hostname,
            port=parts.port,
            database=parts.path[1:],
            password=parts.password,
        )
    ) as opened:
        yield opened
