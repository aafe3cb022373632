"""The client for PostgreSQL over asyncio's streams, for Pythons that have `async def`."""

import asyncio

import _postgres_wire as wire
from _postgres import TIMEOUT_S
from _strategies import Unsupported


class AsyncConnection(object):
    """One session with the server, after `await open()`. Not for two tasks at once.

    Raises what `_postgres.Connection` does; here the whole of an exchange has `timeout_s` seconds.
    """

    def __init__(self, dsn, timeout_s=TIMEOUT_S):
        self.dsn = dsn
        self.timeout_s = timeout_s
        self.inbox = wire.Inbox()
        self.reader = None
        self.writer = None
        self.is_late = False

    async def open(self, sql):
        """Connect, and run the first statements."""
        if not hasattr(asyncio.get_event_loop(), "call_later"):
            raise Unsupported("can't limit how long it waits: asyncio's loop has no call_later")
        opening = asyncio.open_connection(self.dsn.host, self.dsn.port)
        try:
            self.reader, self.writer = await asyncio.wait_for(opening, self.timeout_s)
        except asyncio.TimeoutError:  # no OSError before Python 3.11
            raise self.dsn.silent(self.timeout_s)
        except OSError as error:
            raise self.dsn.unreachable(error)
        await self.converse(wire.Login(self.dsn))
        await self.simple_query(sql)

    async def simple_query(self, sql):
        """Run one or several statements; the last one's Result."""
        return await self.converse(wire.SimpleQuery(sql))

    async def query(self, sql, *parameters):
        """Run one statement with the values of its $1, $2, ...; its Result."""
        return await self.converse(wire.ExtendedQuery(sql, parameters))

    async def converse(self, exchange):
        """Carry an exchange to its end; a session of which it is not known where it stands is dropped."""
        if self.writer is None:
            raise self.dsn.gone("the connection is closed")
        opening = exchange.opening()
        watchdog = asyncio.get_event_loop().call_later(self.timeout_s, self.give_up)
        try:
            self.writer.write(opening)
            while not exchange.over:
                reply = exchange.answers(self.inbox.messages(await self.receive()))
                if reply:
                    self.writer.write(reply)
        finally:
            watchdog.cancel()
            if not exchange.ready:
                await self.drop()
        return exchange.outcome()

    def give_up(self):
        """Close at once, which ends the waiting for an answer."""
        self.is_late = True
        self.writer.transport.abort()

    async def receive(self):
        try:
            data = await self.reader.read(wire.RECEIVE_BYTES)
        except OSError as error:
            raise self.dsn.gone(error)
        if not data:
            raise self.dsn.silent(self.timeout_s) if self.is_late else self.dsn.gone()
        return data

    async def close(self):
        """Say goodbye, and close; may be called again."""
        if self.writer is not None:
            self.writer.write(wire.TERMINATE)
        await self.drop()

    async def drop(self):
        writer, self.reader, self.writer = self.writer, None, None
        if writer is not None:
            writer.close()
            try:
                if hasattr(writer, "wait_closed"):  # from Python 3.7
                    await writer.wait_closed()
            except OSError:
                pass  # it is gone already


async def ask(connection, statements, make):
    """What is made of the results of statements: each is a tuple of its SQL and its parameters."""
    results = []
    for each in statements:
        results.append(await connection.query(*each))
    return make(results)
