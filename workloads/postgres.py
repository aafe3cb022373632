"""Asking a database: a row is written, some are found through an index, all are added up."""

import _contract
from _runtime import ON_THE_WEB

with _contract.needs:
    from _postgres import Connection
    from _postgres_dsn import dsn_of

CUSTOMERS = 50

FILL = """
    create temporary table orders (id integer primary key, customer integer, amount integer);
    insert into orders select id, id %% %d, id * 37 %% 1000 from generate_series(0, %d) as id;
    create index on orders (customer);
    analyze orders;
"""
# An order that is there already is written anew, so that the table keeps its size.
INSERT = "insert into orders values ($1, $2, $3) on conflict (id) do update set amount = excluded.amount"
SELECT = "select id, amount from orders where customer = $1"
TOTAL = "select count(*), sum(amount) from orders"


class Postgres(_contract.Workload):
    name = "postgres"
    kind = "io"
    shows = "Waiting for a database: whether threads gain, as they can only if its server works beside them."
    parameters = {"dsn": "", "rows": 1000}
    meanings = {
        "dsn": "database that is asked, such as postgresql://me@localhost/mine; "
        "empty: that of GILOMETER_POSTGRES",
        "rows": "how many rows the table has that each worker makes for itself",
    }
    strategies = ("serial", "threads", "processes", "asyncio")
    services = ("postgres",)
    loops = 10
    claims = ("C1", "C14")
    checksum = "2426b2ea"

    def check(self):
        if self.rows < 1:
            raise _contract.UsageError("rows must be 1 or more, not %d" % self.rows)
        dsn_of(self.dsn)

    def fill(self):
        return FILL % (CUSTOMERS, self.rows - 1)

    def open(self):
        if ON_THE_WEB:  # there sockets can be imported, and never connect
            raise _contract.Unsupported("can't open a connection: WebAssembly has no sockets")
        self.connection = Connection(dsn_of(self.dsn))
        self.connection.simple_query(self.fill())

    def statements(self, index):
        order = index % self.rows
        customer = order % CUSTOMERS
        return [(INSERT, order, customer, order * 37 % 1000), (SELECT, customer), (TOTAL,)]

    def unit(self, index):
        return value([self.connection.query(*each) for each in self.statements(index)])

    def close(self):
        self.connection.close()

    def opening_async(self):
        from _postgres_async import AsyncConnection

        self.connection = AsyncConnection(dsn_of(self.dsn))
        return self.connection.open(self.fill())

    def unit_async(self, index):
        from _postgres_async import ask

        return ask(self.connection, self.statements(index), value)

    def closing_async(self):
        return self.connection.close()


def value(results):
    """How many orders the customer has, and for how much; how many there are, and for how much."""
    _, found, total = [result.rows for result in results]
    return [len(found), sum([int(amount) for _, amount in found])] + [int(each) for each in total[0]]


if __name__ == "__main__":
    _contract.main(Postgres)
