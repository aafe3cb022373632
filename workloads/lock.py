"""An account that all threads pay into, under its lock."""

import _contract

try:
    from threading import Lock as make_lock
except ImportError:  # MicroPython
    from _thread import allocate_lock as make_lock

PRIME = 2147483647


class Account(object):
    def __init__(self):
        self.lock = make_lock()
        self.balance = 0
        self.payer = None

    def pay(self, amount, payer):
        """Add an amount, and tell whether nobody else paid meanwhile."""
        with self.lock:
            self.payer = payer
            self.balance = (self.balance + amount) % PRIME
            return self.payer == payer


ACCOUNT = Account()  # of all workers of a process; no unit's value depends on its balance


class Lock(_contract.Workload):
    name = "lock"
    kind = "contention"
    shows = "One lock that every thread wants: what waiting for each other costs, with a GIL and without."
    parameters = {"payments": 300}
    meanings = {"payments": "how often a unit takes the lock, each time to add an amount"}
    strategies = ("serial", "threads")
    loops = 40
    checksum = "49e0acb9"

    def check(self):
        if self.payments < 1:
            raise _contract.UsageError("payments must be 1 or more, not %d" % self.payments)

    def unit(self, index):
        amount, undisturbed = index + 1, 0
        for _ in range(self.payments):
            amount = amount * 48271 % PRIME
            undisturbed += ACCOUNT.pay(amount, index)
        return undisturbed


if __name__ == "__main__":
    _contract.main(Lock)
