"""Count the requests that the HTTP server answers in a second of its CPU time. Goal: at least 5,000.

Answers of 4 KiB without a set latency, over connections that are kept. The rate by the clock is less, as the
client that asks takes time, too.
"""

from __future__ import annotations

import argparse
import contextlib
import selectors
import socket
import sys
import time
from typing import TYPE_CHECKING

from gilometer.model import Record
from gilometer.run.services import http

if TYPE_CHECKING:
    from gilometer.run.services.service import Service

CONNECTIONS = (1, 8, 64)
SECONDS = 2.0
GOAL = 5000
BODY = 4096
PATH = f"/items/7?kb={BODY // 1024}"
ENOUGH = 1 << 16
"""Bytes, more than an answer has."""


class Rate(Record, frozen=True):
    """Requests that were answered in a time."""

    requests: int
    wall_s: float
    cpu_s: float
    """CPU seconds of the server."""


class Client:
    """One connection, and what has come over it since it asked."""

    def __init__(self, connection: socket.socket) -> None:
        """Ask nothing yet."""
        self.connection = connection
        self.answer = b""

    def ask(self) -> None:
        """Send a request."""
        self.answer = b""
        self.connection.sendall(f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())

    def has_answer(self) -> bool:
        """Receive what is there, and tell whether that is all."""
        self.answer += self.connection.recv(ENOUGH)
        head, end, body = self.answer.partition(b"\r\n\r\n")
        assert not end or b"200 OK" in head  # noqa: S101  as no rate of refusals is wanted
        return len(body) == BODY


def main() -> int:
    """Ask over so many connections at once; whether the goal was missed."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    rates = []
    with contextlib.closing(http.start()) as service:
        for count in CONNECTIONS:
            rate = measured(service, count)
            rates.append(rate.requests / rate.cpu_s)
            print(
                f"{count} connection(s): {rate.requests / rate.cpu_s:,.0f} requests a CPU second"
                f" (goal: at least {GOAL:,}), {rate.requests / rate.wall_s:,.0f} a second by the clock"
            )
    return int(min(rates) < GOAL)


def measured(service: Service, count: int) -> Rate:
    """Keep as many requests on their way as there are connections."""
    host, _, port = service.address.value.removeprefix("http://").partition(":")
    with contextlib.ExitStack() as stack, selectors.DefaultSelector() as waiting:
        for _ in range(count):
            client = Client(stack.enter_context(socket.create_connection((host, int(port)))))
            waiting.register(client.connection, selectors.EVENT_READ, client)
            client.ask()
        return asked(service, waiting)


def asked(service: Service, waiting: selectors.BaseSelector) -> Rate:
    """Ask again wherever an answer came, until the time is over."""
    requests, before_s, begun = 0, service.cpu_s(), time.perf_counter()
    while time.perf_counter() < begun + SECONDS:
        for key, _ in waiting.select():
            if key.data.has_answer():
                requests += 1
                key.data.ask()
    return Rate(requests, time.perf_counter() - begun, service.cpu_s() - before_s)


if __name__ == "__main__":
    sys.exit(main())
