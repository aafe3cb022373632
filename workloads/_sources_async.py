"""What `_sources` does, for the strategy `asyncio`."""

from _http_async import RemoteApi
from _postgres_async import AsyncConnection
from _postgres_dsn import dsn_of
from _sources import POLLS, TABLE, Orders, in_turn, path_of, question_of


class AsyncSources(object):
    """All three, polled one after the other."""

    def __init__(self, workload):
        self.workload = workload
        self.api = RemoteApi(workload.url, workload.ms)
        self.database = AsyncConnection(dsn_of(workload.dsn))

    async def open(self):
        await self.api.open()
        await self.database.open(TABLE)
        self.orders = Orders(self.workload)

    async def fetch(self, index):
        """What the API, the database and the file gave."""
        polls = (self.ask_api, self.ask_database, self.read_orders)
        found = [None] * POLLS
        for number in in_turn(index):
            found[number] = await polls[number](index)
        return found

    async def ask_api(self, index):
        return (await self.api.fetch(path_of(index, self.workload))).decode("ascii")

    async def ask_database(self, index):
        return (await self.database.query(*question_of(index))).rows

    async def read_orders(self, index):
        """asyncio has nothing for files: a read blocks its loop."""
        return self.orders.read(index)

    async def close(self):
        await self.api.close()
        await self.database.close()
        self.orders.close()
