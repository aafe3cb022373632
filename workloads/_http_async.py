"""Fetching from a remote API with asyncio's streams: what `_http` does, under the strategy `asyncio`."""

import asyncio

from _http import ATTEMPTS, PATIENCE_S, host_of, is_answer, never, no_answer, refuse_the_web


class RemoteApi(object):
    """The API, as one worker sees it. What goes wrong is a WorkerFailed, in a sentence."""

    def __init__(self, url, ms):
        refuse_the_web()
        self.host = host_of(url)
        self.patience_s = PATIENCE_S + ms / 1000.0

    async def open(self):
        name, _, port = self.host.rpartition(":")
        try:
            connecting = asyncio.open_connection(name, int(port))
            self.reader, self.writer = await asyncio.wait_for(connecting, self.patience_s)
        except (OSError, asyncio.TimeoutError) as error:
            raise no_answer(self.host, error)

    async def fetch(self, path):
        """The body of the answer; one that says "try again" is asked for again."""
        for attempt in range(ATTEMPTS):
            status, body = await self.get("%s&attempt=%d" % (path, attempt))
            if is_answer(self.host, path, status):
                return body
        raise never(self.host, path)

    async def get(self, path):
        """Cutting the connection ends a wait that lasts too long, and costs less than a task for each wait."""
        cut = asyncio.get_event_loop().call_later(self.patience_s, self.writer.transport.abort)
        try:
            self.writer.write(("GET %s HTTP/1.1\r\nHost: %s\r\n\r\n" % (path, self.host)).encode("ascii"))
            status, length = understood(await self.reader.readuntil(b"\r\n\r\n"))
            return status, await self.reader.readexactly(length)
        except (OSError, EOFError) as error:  # an IncompleteReadError is one
            raise no_answer(self.host, error)
        finally:
            cut.cancel()

    async def close(self):
        self.writer.close()
        if hasattr(self.writer, "wait_closed"):  # since 3.7
            try:
                await self.writer.wait_closed()
            except OSError:
                pass  # the server was the first to go


def understood(head):
    """The status, and the length of the body that follows."""
    lines = head.decode("ascii").lower().split("\r\n")
    lengths = [line.partition(":")[2] for line in lines if line.startswith("content-length:")]
    return int(lines[0].split()[1]), int(lengths[0])


async def made_of(fetching, make):
    """What is made of a body, once it is here."""
    return make(await fetching)
