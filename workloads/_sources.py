"""What `fetch_transform` fetches from: a remote API, a database and a file. Each worker has its own."""

import os

import _contract

with _contract.needs:
    import tempfile

    from _http import RemoteApi
    from _postgres import Connection
    from _postgres_dsn import dsn_of

POLLS = 3
DAYS = 30
CUSTOMERS = 40

# A table of this session alone, gone with it.
TABLE = """
    create temporary table discounts as
        select day, 'c' || customer as customer, (day * 11 + customer * 7) %% 30 as percent
        from generate_series(0, %d) as day, generate_series(0, %d) as customer;
    create index on discounts (day);
    analyze discounts;
""" % (DAYS - 1, CUSTOMERS - 1)


class Sources(object):
    """All three, polled one after the other."""

    def __init__(self, workload):
        self.workload = workload
        self.api = RemoteApi(workload.url, workload.ms)
        self.database = Connection(dsn_of(workload.dsn))
        self.database.simple_query(TABLE)
        self.orders = Orders(workload)

    def fetch(self, index):
        """What the API, the database and the file gave."""
        polls = (self.ask_api, self.ask_database, self.orders.read)
        found = [None] * POLLS
        for number in in_turn(index):
            found[number] = polls[number](index)
        return found

    def ask_api(self, index):
        return self.api.fetch(path_of(index, self.workload)).decode("ascii")

    def ask_database(self, index):
        return self.database.query(*question_of(index)).rows

    def close(self):
        self.api.close()
        self.database.close()
        self.orders.close()


class Orders(object):
    """A file with an order a line: the item, the customer, and how many."""

    def __init__(self, workload):
        lines = ["%d c%d %d" % (n * 31 % 1000, n * 7 % CUSTOMERS, n % 9 + 1) for n in range(workload.orders)]
        handle, self.path = tempfile.mkstemp(prefix="gilometer-orders-", dir=workload.folder)
        with os.fdopen(handle, "wb") as out:
            out.write("\n".join(lines).encode("ascii"))

    def read(self, _index):
        with open(self.path, "rb") as orders:
            return orders.read().decode("ascii")

    def close(self):
        os.remove(self.path)


def in_turn(index):
    """The numbers of the polls; each unit begins with another, so that not all workers ask one source."""
    return [(index + step) % POLLS for step in range(POLLS)]


def path_of(index, workload):
    return "/items/%d?ms=%d&kb=%d" % (index, workload.ms, workload.kb)


def question_of(index):
    return "select customer, percent from discounts where day = $1", index % DAYS
