"""Waiting, and nothing but."""

import time

import _contract


class Sleep(_contract.Workload):
    name = "sleep"
    kind = "io"
    shows = "Blocking waits: whether threads gain, as they can only if one that waits lets another run."
    parameters = {"ms": 2}
    meanings = {"ms": "how long a unit waits; whole milliseconds, as Jython and IronPython know no others"}
    strategies = ("serial", "threads", "processes", "asyncio")
    loops = 2
    claims = ("C1", "C8")
    checksum = "4c991993"

    def check(self):
        if self.ms < 0:
            raise _contract.UsageError("ms must be 0 or more, not %d" % self.ms)

    def unit(self, index):
        time.sleep(self.ms / 1000.0)
        return index

    def unit_async(self, index):
        import asyncio
        from _strategy_asyncio import after

        return after(asyncio.sleep(self.ms / 1000.0), index)


if __name__ == "__main__":
    _contract.main(Sleep)
