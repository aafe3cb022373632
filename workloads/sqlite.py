"""Asking a database in a file: a row is written, some are found through an index, all are added up."""

import os

import _contract

with _contract.needs:
    import shutil
    import sqlite3
    import tempfile

CUSTOMERS = 50

FILL = """
    create table orders (id integer primary key, customer integer, amount integer);
    create index of_customer on orders (customer);
"""
# An order that is there already is written anew, so that the table keeps its size.
INSERT = "insert or replace into orders values (?, ?, ?)"
SELECT = "select id, amount from orders where customer = ?"
TOTAL = "select count(*), sum(amount) from orders"


def order(number):
    return number, number % CUSTOMERS, number * 37 % 1000


class Sqlite(_contract.Workload):
    """All settings are SQLite's own, so each commit waits for the disk."""

    name = "sqlite"
    kind = "io"
    shows = "Transactions that wait for the disk: whether threads gain, if it serves several at once."
    parameters = {"rows": 1000, "folder": "."}
    meanings = {
        "rows": "how many rows the table has that each worker makes for itself",
        "folder": "where each worker makes a folder of its own, and removes it in the end",
    }
    loops = 1
    claims = ("C1",)
    checksum = "2426b2ea"

    def check(self):
        if self.rows < 1:
            raise _contract.UsageError("rows must be 1 or more, not %d" % self.rows)
        if not os.path.isdir(self.folder):
            raise _contract.UsageError("folder %s does not exist; make it, or name another" % self.folder)

    def open(self):
        self.own = tempfile.mkdtemp(prefix="gilometer-sqlite-", dir=self.folder)
        self.database = sqlite3.connect(os.path.join(self.own, "orders.db"), isolation_level=None)
        self.database.executescript(FILL)
        self.database.execute("begin")
        self.database.executemany(INSERT, [order(number) for number in range(self.rows)])
        self.database.execute("commit")

    def unit(self, index):
        written = order(index % self.rows)
        self.database.execute("begin")
        self.database.execute(INSERT, written)
        found = self.database.execute(SELECT, (written[1],)).fetchall()
        count, total = self.database.execute(TOTAL).fetchone()
        self.database.execute("commit")
        return [len(found), sum([amount for _, amount in found]), count, total]

    def close(self):
        self.database.close()
        shutil.rmtree(self.own)


if __name__ == "__main__":
    _contract.main(Sqlite)
