"""Changing what all threads share, without a lock."""

import sys

import _contract

# On MicroPython without a GIL two threads that make a list or a dict grow can crash the interpreter.
GROWS_SAFELY = (
    getattr(sys.implementation, "_thread", "") != "unsafe" if hasattr(sys, "implementation") else True
)


class Shared(object):
    """What all workers of the process change."""

    def __init__(self, units):
        self.count = 0
        self.item = {"count": 0}
        self.items = []
        self.firsts = {}
        self.wins = [0] * units  # how many keys each unit was told to be the first of


def count_up(shared, times):
    for _ in range(times):
        shared.count += 1


def count_item_up(shared, times):
    item = shared.item
    for _ in range(times):
        item["count"] += 1


def append(shared, times):
    items = shared.items
    for _ in range(times):
        items.append(None)


def set_defaults(shared, times, index):
    """Two units go for the same keys, each of which must go to one of them."""
    firsts, wins = shared.firsts, 0
    begin = index // 2 * times
    for key in range(begin, begin + times):
        if firsts.setdefault(key, index) == index:
            wins += 1
    shared.wins[index] = wins


class LostUpdates(_contract.Workload):
    """A unit does each kind of update in one go, `loops` times as often as the parameter says."""

    name = "lost_updates"
    kind = "semantics"
    shows = "Which unlocked updates of shared data get lost, and how many; serial work is the control."
    parameters = {"updates": 1000}
    meanings = {"updates": "how often a unit counts up; it appends, and sets keys, a tenth as often"}
    strategies = ("serial", "threads")
    loops = 25
    claims = ("C10",)
    checksum = "4c991993"

    def __init__(self, parameters, units):
        _contract.Workload.__init__(self, parameters, units)
        self.renew()  # in the main thread, before any worker starts

    def check(self):
        if self.updates < 10:
            raise _contract.UsageError("updates must be 10 or more, not %d" % self.updates)

    def renew(self):
        LostUpdates.shared = Shared(self.units)

    def run_unit(self, index, loops):
        self.times = loops * self.updates
        count_up(self.shared, self.times)
        count_item_up(self.shared, self.times)
        if GROWS_SAFELY:
            append(self.shared, self.times // 10)
            set_defaults(self.shared, self.times // 10, index)
        return index

    def observe(self):
        """What was lost, of as many updates as all units did. The next iteration has new data."""
        shared, updates = self.shared, self.units * self.times
        self.renew()
        seen = [
            ("counter lost", "share", 1 - shared.count / float(updates)),
            ("dict item lost", "share", 1 - shared.item["count"] / float(updates)),
        ]
        if GROWS_SAFELY:
            appended, won = self.units * (self.times // 10), float(sum(shared.wins))
            seen.append(("append lost", "share", 1 - len(shared.items) / float(appended)))
            seen.append(("setdefault lost", "share", 1 - len(shared.firsts) / won))
        return seen


if __name__ == "__main__":
    _contract.main(LostUpdates)
