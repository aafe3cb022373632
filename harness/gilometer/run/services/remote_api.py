"""A remote API as programs know them: it takes its time, answers in JSON, and fails now and then.

    GET /items/7?ms=2&jitter=1&kb=4&errors=0.1&seed=3&attempt=0

What it answers depends on the request alone: the item's content on its index and ``kb``, how long it takes
and whether it fails on a draw from ``seed``, index and ``attempt``. A run is as reproducible as its requests.

Run as a program, it serves on a free port of the loopback interface, prints its URL when it is ready, and
ends with its standard input. It stands alone, and is run with ``-P``: its folder must not be searched for
modules, as another module there is called ``http``.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
import sys
from functools import lru_cache
from http import HTTPStatus
from typing import Annotated
from urllib.parse import parse_qsl, unquote

import msgspec

ITEMS = "/items/"
PRICES = range(1000, 10000)
"""All of four digits, so that a body's length says how many there are."""
MOST_KB = 1024
LONGEST_MS = 60_000

Count = Annotated[int, msgspec.Meta(ge=0)]
Milliseconds = Annotated[float, msgspec.Meta(ge=0, le=LONGEST_MS)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a request asks for."""

    index: Count
    ms: Milliseconds = 0.0
    """How long the answer takes at least."""
    jitter: Milliseconds = 0.0
    """How many milliseconds longer it may take: uniformly distributed."""
    kb: Annotated[int, msgspec.Meta(ge=0, le=MOST_KB)] = 0
    """Size of the answer, in KiB; 0: as small as it can be."""
    errors: Share = 0.0
    """Share of the requests that fail."""
    seed: Count = 0
    attempt: Count = 0
    """How often this has failed before: what failed once must not fail for ever."""


class Reply(msgspec.Struct, frozen=True):
    """What is answered, and when."""

    status: int
    body: bytes
    delay_s: float = 0.0

    @property
    def head(self) -> bytes:
        """The lines before the body."""
        kind = "application/json" if self.status == HTTPStatus.OK else "text/plain"
        lines = f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}\r\ncontent-type: {kind}\r\n"
        return f"{lines}content-length: {len(self.body)}\r\n\r\n".encode()


class Request(msgspec.Struct, frozen=True):
    """One request of a client, whose method and headers change nothing but what is here."""

    path: str
    query: bytes
    length: int
    """Bytes that it took, its body included."""
    is_last: bool
    """Whether the connection is to be closed then."""


def request_in(received: bytes) -> Request | None:
    """Read the first request of what a client has sent; None: it is not whole yet."""
    head, end, _ = received.partition(b"\r\n\r\n")
    if not end:
        return None
    line, *fields = head.split(b"\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (field.partition(b":") for field in fields)}
    length = len(head) + len(end) + int(headers.get(b"content-length", 0))
    if len(received) < length:
        return None
    target, _, version = line.partition(b" ")[2].partition(b" ")
    path, _, query = target.partition(b"?")
    default = b"keep-alive" if version == b"HTTP/1.1" else b"close"
    is_last = headers.get(b"connection", default).lower() == b"close"
    return Request(unquote(path), query, length, is_last)


@lru_cache(maxsize=512)
def reply_to(path: str, query: bytes) -> Reply:
    """Work out what to answer; a mistake in the request is told in a sentence."""
    if not path.startswith(ITEMS):
        return Reply(404, b"there is nothing here but /items/INDEX")
    try:
        asked = dict(parse_qsl(query.decode("ascii"), keep_blank_values=True, strict_parsing=bool(query)))
        wish = msgspec.convert(asked | {"index": path.removeprefix(ITEMS)}, Wish, strict=False)
    except ValueError as error:
        return Reply(400, f"{path}: {error}".encode())
    longer, fails = draws(wish)
    delay_s = (wish.ms + longer * wish.jitter) / 1000
    if fails < wish.errors:
        return Reply(503, b"try again", delay_s)
    return Reply(200, item(wish.index, wish.kb), delay_s)


def draws(wish: Wish) -> tuple[float, float]:
    """Two numbers from 0 up to 1, as if by chance, the same for the same request."""
    name = f"{wish.seed} {wish.index} {wish.attempt}".encode()
    drawn = hashlib.blake2b(name, digest_size=16).digest()
    return int.from_bytes(drawn[:8]) / 2**64, int.from_bytes(drawn[8:]) / 2**64


def item(index: int, kb: int) -> bytes:
    """Make up an item: a JSON object of so many KiB, filled up with spaces at its end."""
    begin, end = f'{{"index":{index},"prices":['.encode(), b"]}"
    room = kb * 1024 - len(begin) - len(end)
    prices = [PRICES[(index * 7919 + place * 104729) % len(PRICES)] for place in range(max(0, room) // 5)]
    return (begin + json.dumps(prices, separators=(",", ":")).encode()[1:-1] + end).ljust(kb * 1024)


class Connection(asyncio.Protocol):
    """A client's connection: its requests are answered one after the other, until the client closes it."""

    def __init__(self) -> None:
        """Wait for a request."""
        self._received = b""
        self._answering: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what answers are written to."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  as it is of a socket
        self._transport = transport

    def connection_lost(self, _error: Exception | None) -> None:
        """Send no more."""
        self._transport = None
        if self._answering:
            self._answering.cancel()

    def data_received(self, data: bytes) -> None:
        """Answer what is whole by now."""
        self._received += data
        self._answer_next()

    def _answer_next(self) -> None:
        while self._answering is None and self._transport:
            request = request_in(self._received)
            if request is None:
                return
            self._received = self._received[request.length :]
            reply = reply_to(request.path, request.query)
            if reply.delay_s:
                loop = asyncio.get_running_loop()
                self._answering = loop.call_later(reply.delay_s, self._answer_late, reply, request)
            else:
                self._send(reply, request)

    def _answer_late(self, reply: Reply, request: Request) -> None:
        self._answering = None
        self._send(reply, request)
        self._answer_next()

    def _send(self, reply: Reply, request: Request) -> None:
        if self._transport:
            self._transport.write(reply.head + reply.body)
            if request.is_last:
                self._transport.close()
                self._transport = None


async def serve(listening: socket.socket) -> None:
    """Answer until standard input ends.

    Nothing but the client closes a connection: one that waits for a slow interpreter is not idle.
    """
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), ended.set)
    await loop.create_server(Connection, sock=listening)
    await ended.wait()


def main() -> None:
    """Listen, tell where, and serve."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        # Inherited by each connection. asyncio sets it only where a socket names its protocol, as this one
        # doesn't, and without it the end of an answer may wait 40 ms for the client to acknowledge the rest.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sys.stdout.write("http://{}:{}\n".format(*listening.getsockname()))
        sys.stdout.flush()
        asyncio.run(serve(listening))


if __name__ == "__main__":
    main()
