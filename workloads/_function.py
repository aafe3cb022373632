"""A function of the user's own as a workload, which `gilometer try` measures: an item is a unit."""

import json

import _build  # noqa: F401  now, as the user's folder may have files of these names
import _calibration  # noqa: F401
import _contract
import _own
import _processes  # noqa: F401
import _turns  # noqa: F401
from _values import digest

CHEAP = 100  # a digest that takes less than one part in so many is taken of every value

loaded = []  # the code, once this process has imported it


class Function(_contract.Workload):
    name = "_function"
    kind = "computing"
    shows = "A function of your own."
    parameters = {"function": "", "items": "", "takes_item": 1, "arguments": "[]"}
    meanings = {
        "function": "where it is, such as mine.py:work",
        "items": "how many numbers it is called with, or the name of a list or of a function that gives one",
        "takes_item": "1 if it is called with an item, 0 if with nothing",
        "arguments": "what sys.argv has, as JSON",
    }
    strategies = ("serial", "threads", "processes", "asyncio", "subinterpreters")

    def __init__(self, parameters, units):
        _contract.Workload.__init__(self, parameters, units)
        self.code = None
        self.loop = None
        self.digests = {}
        self.is_cheap = {}

    def check(self):
        """Import it in the process that has the workers, before they start."""
        code = self.load()
        if code.items is not None and len(code.items) != self.units:
            raise _contract.UsageError("there are %d items, not %d" % (len(code.items), self.units))

    def load(self):
        """The code, which is imported once in each process and in each subinterpreter."""
        if not loaded:
            loaded.append(_own.load(self.function, self.items, json.loads(self.arguments)))
        return loaded[0]

    def open(self):
        self.prepare()
        if _own.is_async(self.code.function):
            self.loop = make_loop()
        if self.code.setup:
            self.finish(self.code.setup())

    def prepare(self):
        self.code = self.load()

    def finish(self, given):
        """Run a coroutine, if a call gave one."""
        if self.loop and hasattr(given, "send"):
            self.loop.run_until_complete(given)

    def close(self):
        try:
            if self.code and self.code.teardown:
                self.finish(self.code.teardown())
        finally:
            if self.loop:
                self.loop.close()

    def run_unit(self, index, loops):
        begun = _contract.clock()
        if self.loop:
            from _function_async import repeat

            value = self.loop.run_until_complete(repeat(self.begin, index, loops))
        else:
            value = self.repeat(index, loops)
        return self.digest_of(index, value, _contract.clock() - begun)

    def repeat(self, index, loops):
        function = self.code.function
        if not self.takes_item:
            for _ in range(loops):
                value = function()
            return value
        item = self.code.items[index]
        for _ in range(loops):
            value = function(item)
        return value

    def begin(self, index):
        """Call the function once: what it gives is a coroutine."""
        if self.takes_item:
            return self.code.function(self.code.items[index])
        return self.code.function()

    def digest_of(self, index, value, took_s):
        """The digest of a unit's value; of one that is long to digest, that of the first.

        The first value comes before what is timed, where others take turns with this process.
        """
        if index in self.digests and not self.is_cheap[index]:
            return self.digests[index]
        begun = _contract.clock()
        found = self.digests[index] = digest(value)
        self.is_cheap[index] = CHEAP * (_contract.clock() - begun) < took_s
        return found

    def opening_async(self):
        from _function_async import open_it

        return open_it(self)

    def run_unit_async(self, index, loops):
        from _function_async import run_unit

        return run_unit(self, index, loops)

    def closing_async(self):
        from _function_async import close_it

        return close_it(self)


def make_loop():
    import asyncio

    return asyncio.new_event_loop()


if __name__ == "__main__":
    _contract.main(Function)
