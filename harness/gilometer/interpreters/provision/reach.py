"""Detect quickly that a source can't be reached, whichever tool fetches from it."""

from __future__ import annotations

import os
import re

from gilometer.errors import ProvisionError

ANSWER_S = 7
"""Seconds until the first sign of a source's answer, after which it counts as out of reach."""

SILENCE_S = 5
"""Seconds without a byte, after which a tool is to give up a connection."""

_END_CHARS = 2000

_UNREACHED = re.compile(
    r"dns error|lookup address|resolve host|name resolution|NameResolutionError|ENOTFOUND|EAI_AGAIN"
    r"|could not connect|couldn't connect|failed to connect|failed to establish|client error \(connect\)"
    r"|connection (?:refused|reset|timed out)|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH"
    r"|network is unreachable|no route to host|operation timed out|request timed out|timeout was reached"
    r"|spurious network error",
    re.IGNORECASE,
)


class UnreachableError(ProvisionError):
    """The source gave no answer; a later attempt may succeed."""


def short_timeouts() -> dict[str, str]:
    """Return the environment in which uv, pip, npm and cargo give up early if a source doesn't answer."""
    return {
        **os.environ,
        "UV_HTTP_RETRIES": "1",
        "UV_HTTP_CONNECT_TIMEOUT": str(SILENCE_S),
        "UV_HTTP_TIMEOUT": str(SILENCE_S),
        "PIP_RETRIES": "1",
        "PIP_DEFAULT_TIMEOUT": str(SILENCE_S),
        "CARGO_NET_RETRY": "1",
        "CARGO_HTTP_TIMEOUT": str(SILENCE_S),
        "npm_config_fetch_retries": "1",
        "npm_config_fetch_retry_mintimeout": "1000",
        "npm_config_fetch_timeout": str(SILENCE_S * 1000),
    }


def says_unreachable(output: str) -> bool:
    """Tell whether the end of a tool's output says that its source gave no answer."""
    return _UNREACHED.search(output[-_END_CHARS:]) is not None
