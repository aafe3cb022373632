"""A remote API that answers nobody before two requests wait at the same time."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from gilometer.run.services.remote_api import reply_to

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_S = 15.0
"""Less than a workload has; it is waited for only if they never meet."""


class Meeting(ThreadingHTTPServer):
    """The server; a connection has a thread."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = "http://{}:{}".format(*self.server_address[:2])
        self.met = threading.Event()
        self.waiting = threading.Semaphore(1)

    def meet(self) -> None:
        """Wait for another request; the first takes the one place to wait, the second finds it taken."""
        if not self.waiting.acquire(blocking=False):
            self.met.set()
        elif not self.met.wait(PATIENCE_S):
            self.waiting.release()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Meeting

    def do_GET(self) -> None:
        self.server.meet()
        path, _, query = self.path.partition("?")
        reply = reply_to(path, query.encode())
        head = f"HTTP/1.1 {reply.status} OK\r\ncontent-length: {len(reply.body)}\r\n\r\n"
        self.wfile.write(head.encode() + reply.body)


@contextmanager
def meeting() -> Iterator[Meeting]:
    """Serve."""
    with Meeting() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
