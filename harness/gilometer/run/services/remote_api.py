"""A remote API as programs know them: it answers late, in JSON, and sometimes fails.

    GET /items/7?ms=2&jitter=1&kb=4&errors=0.1&seed=3&attempt=0

An answer depends on the request alone: the content of an item on its index and ``kb``, the delay and whether
it fails on random numbers from ``seed``, index and ``attempt``. So the same requests get the same answers.

Run as a program, it serves on a free port of the loopback interface, prints its URL when it is ready, and
ends with its standard input. It imports nothing of the harness, and is run with ``-P``: its folder must not
be searched for modules, as another module there is called ``http``.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qsl

import msgspec

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Message = MutableMapping[str, Any]

ITEMS = "/items/"
PRICES = range(1000, 10000)
"""All have four digits, so that the length of a body gives their number."""
MOST_KB = 1024
LONGEST_MS = 60_000

Count = Annotated[int, msgspec.Meta(ge=0)]
Milliseconds = Annotated[float, msgspec.Meta(ge=0, le=LONGEST_MS)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class ItemRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The parameters of a request."""

    index: Count
    ms: Milliseconds = 0.0
    """The least delay of the answer."""
    jitter: Milliseconds = 0.0
    """The most that the delay is longer, uniformly distributed."""
    kb: Annotated[int, msgspec.Meta(ge=0, le=MOST_KB)] = 0
    """Size of the answer, in KiB; 0: as small as possible."""
    errors: Share = 0.0
    """Share of the requests that fail."""
    seed: Count = 0
    attempt: Count = 0
    """The number of failures before, so that a request that failed once does not fail for ever."""


class Reply(msgspec.Struct, frozen=True):
    """An answer, and its delay."""

    status: int
    body: bytes
    delay_s: float = 0.0


@lru_cache(maxsize=512)
def reply_to(path: str, query: bytes) -> Reply:
    """Return the answer to a request; a mistake in it is named in a sentence."""
    if not path.startswith(ITEMS):
        return Reply(404, b"there is nothing here but /items/INDEX")
    try:
        asked = dict(parse_qsl(query.decode("ascii"), keep_blank_values=True, strict_parsing=bool(query)))
        request = msgspec.convert(asked | {"index": path.removeprefix(ITEMS)}, ItemRequest, strict=False)
    except ValueError as error:
        return Reply(400, f"{path}: {error}".encode())
    longer, fails = draws(request)
    delay_s = (request.ms + longer * request.jitter) / 1000
    if fails < request.errors:
        return Reply(503, b"try again", delay_s)
    return Reply(200, item(request.index, request.kb), delay_s)


def draws(request: ItemRequest) -> tuple[float, float]:
    """Return two pseudorandom numbers from 0 up to 1, the same for the same request."""
    name = f"{request.seed} {request.index} {request.attempt}".encode()
    drawn = hashlib.blake2b(name, digest_size=16).digest()
    return int.from_bytes(drawn[:8]) / 2**64, int.from_bytes(drawn[8:]) / 2**64


def item(index: int, kb: int) -> bytes:
    """Return an item: a JSON object of so many KiB, padded with spaces at its end."""
    begin, end = f'{{"index":{index},"prices":['.encode(), b"]}"
    room = kb * 1024 - len(begin) - len(end)
    prices = [PRICES[(index * 7919 + place * 104729) % len(PRICES)] for place in range(max(0, room) // 5)]
    return (begin + json.dumps(prices, separators=(",", ":")).encode()[1:-1] + end).ljust(kb * 1024)


async def app(
    scope: Message, _receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Answer one request, as an ASGI application."""
    reply = reply_to(scope["path"], scope["query_string"])
    if reply.delay_s:
        await asyncio.sleep(reply.delay_s)
    kind = b"application/json" if reply.status == 200 else b"text/plain"  # noqa: PLR2004  as HTTP has it
    headers = [(b"content-type", kind), (b"content-length", b"%d" % len(reply.body))]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})


async def serve(listening: socket.socket) -> None:
    """Serve until standard input ends.

    Only the client closes a connection: one that waits for a slow interpreter is not idle.
    """
    import uvicorn  # noqa: PLC0415  a test of the app needs none

    config = uvicorn.Config(
        app,
        http="httptools",
        loop="asyncio",
        ws="none",
        lifespan="off",
        access_log=False,
        date_header=False,
        server_header=False,
        log_level="error",
        timeout_keep_alive=24 * 3600,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)

    def stop() -> None:
        server.should_exit = True

    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), stop)
    await server.serve(sockets=[listening])


def main() -> None:
    """Listen, print the URL, and serve."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        # Inherited by each connection. asyncio sets it only where a socket names its protocol, as this one
        # doesn't, and without it the body waits 40 ms for the client to acknowledge the head.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sys.stdout.write("http://{}:{}\n".format(*listening.getsockname()))
        sys.stdout.flush()
        asyncio.run(serve(listening))


if __name__ == "__main__":
    main()
