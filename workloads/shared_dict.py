"""One dict in which each unit counts under a key of its own, and reads the others' counts."""

import _contract
import _runtime

COUNTS = {}  # of all workers of a process; each unit begins its own key anew


class SharedDict(_contract.Workload):
    name = "shared_dict"
    kind = "contention"
    shows = "One dict that every thread reads and writes: what an interpreter's own locking of it costs."
    parameters = {"turns": 1000}
    meanings = {"turns": "how often a unit counts up under its key, and reads the count of another"}
    strategies = ("serial", "threads")
    loops = 50
    checksum = "ad2402d4"

    def check(self):
        if self.turns < 1:
            raise _contract.UsageError("turns must be 1 or more, not %d" % self.turns)

    def open(self):
        if _runtime.implementation() == "micropython" and not _runtime.gil():
            raise _contract.Unsupported("has no dict that two threads may change at the same time")

    def unit(self, index):
        COUNTS[index] = possible = 0
        for turn in range(self.turns):
            COUNTS[index] += 1
            possible += 0 <= COUNTS.get((index + turn) % self.units, 0) <= self.turns
        return [COUNTS[index], possible]


if __name__ == "__main__":
    _contract.main(SharedDict)
