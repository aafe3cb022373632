"""Polling several sources, and then assembling one formatted result from what they gave."""

import binascii
import json
import os

import _contract
from _sources import Sources

with _contract.needs:
    from _http import host_of
    from _postgres_dsn import dsn_of


def bill(prices, discounts, orders):
    """A line for each order and for each customer, and what all owe together, in cents."""
    lines, dues = [], {}
    for order in orders.split("\n"):
        item, customer, count = order.split(" ")
        full = prices[int(item) % len(prices)] * int(count)
        cents = full * (100 - discounts[customer]) // 100
        dues[customer] = dues.get(customer, 0) + cents
        lines.append("%-6s %6s x %s %12s" % (customer, item, count, money(cents)))
    for customer in sorted(dues):
        lines.append("%-6s %23s" % (customer, money(dues[customer])))
    return lines, sum(dues.values())


def money(cents):
    return "%d.%02d" % (cents // 100, cents % 100)


class FetchTransform(_contract.Workload):
    name = "fetch_transform"
    kind = "mixed"
    shows = "Fetching, then computing: what threads gain, what processes gain, and what both together do."
    parameters = {"url": "", "dsn": "", "folder": ".", "ms": 2, "kb": 4, "orders": 2000}
    meanings = {
        "url": "API that is asked, such as http://127.0.0.1:8000; empty: that of GILOMETER_HTTP",
        "dsn": "database to ask, such as postgresql://me@localhost/mine; empty: that of GILOMETER_POSTGRES",
        "folder": "where each worker makes a file, and removes it in the end",
        "ms": "how long the API takes to answer, in whole milliseconds",
        "kb": "size of its answer, in KiB",
        "orders": "how many lines the file has that a unit computes with; 2000 take about as long as the API",
    }
    strategies = ("serial", "threads", "processes", "hybrid", "asyncio")
    services = ("http", "postgres")
    claims = ("C5",)
    checksum = "e65a3f5d"

    def check(self):
        if self.ms < 0:
            raise _contract.UsageError("ms must be 0 or more, not %d" % self.ms)
        for name in ("kb", "orders"):
            if getattr(self, name) < 1:
                raise _contract.UsageError("%s must be 1 or more, not %d" % (name, getattr(self, name)))
        if not os.path.isdir(self.folder):
            raise _contract.UsageError("folder %s does not exist; make it, or name another" % self.folder)
        host_of(self.url)
        dsn_of(self.dsn)

    def open(self):
        self.sources = Sources(self)

    def fetch(self, index):
        return self.sources.fetch(index)

    def transform(self, index, data):
        answer, rows, orders = data
        discounts = dict([(customer, int(percent)) for customer, percent in rows])
        lines, total = bill(json.loads(answer)["prices"], discounts, orders)
        text = "\n".join(lines)
        return [len(lines), total, binascii.crc32(text.encode("ascii")) & 0xFFFFFFFF]

    def close(self):
        self.sources.close()

    def opening_async(self):
        from _sources_async import AsyncSources

        self.sources = AsyncSources(self)
        return self.sources.open()

    def unit_async(self, index):
        from _http_async import made_of

        return made_of(self.sources.fetch(index), lambda data: self.transform(index, data))

    def closing_async(self):
        return self.sources.close()


if __name__ == "__main__":
    _contract.main(FetchTransform)
