"""Which calls let another thread run while they last.

Beside each call a thread computes. What it gets done during the call is told as a share of what it
gets done alone in the same time: about 1 beside a call that lets the GIL go, and 0 to 0.5 beside one
that keeps it, since of those that take turns none gets more than half.
"""

import os

import _calls
import _contract
from _spinner import Spinner

CALLING_S = 0.003  # less than the 5 ms for which CPython 3 leaves the GIL to whoever keeps it
ALONE_S = 0.01
ALONE_EVERY = 3  # units


class Tally(object):
    """The other thread's progress during one call, over an iteration."""

    def __init__(self):
        self.turns = 0
        self.seconds = 0.0


class GilRelease(_contract.Workload):
    """Each unit makes one of the calls; in their turn all of them are made."""

    name = "gil_release"
    kind = "semantics"
    shows = "Which calls, of those that wait and those that compute, let another thread run meanwhile."
    parameters = {"folder": ".", "dsn": ""}
    meanings = {
        "folder": "where the file lies that is written, and removed in the end",
        "dsn": "database to ask; empty for that in GILOMETER_POSTGRES, and without either none is asked",
    }
    strategies = ("serial",)
    claims = ("C8",)
    checksum = "4c991993"

    def check(self):
        try:
            os.listdir(self.folder)  # MicroPython has no os.path
        except OSError:
            raise _contract.UsageError("folder %s does not exist; make it, or name another" % self.folder)

    def open(self):
        self.calls = []
        self.forget()
        self.measure_alone()  # first, to find a lack of threads before anything is open
        try:
            for kind in _calls.CALLS:
                self.open_call(kind(self))
        except Exception:
            self.close()
            raise
        self.forget()

    def open_call(self, call):
        try:
            call.open()
        except (ImportError, _contract.Unsupported):
            return
        self.calls.append(call)

    def forget(self):
        self.alone = Spinner()
        self.tallies = [Tally() for _ in self.calls]

    def unit(self, index):
        if index % ALONE_EVERY == 0:
            self.measure_alone()
        number = index % len(self.calls)
        self.measure_beside(self.calls[number], self.tallies[number])
        return index

    def measure_alone(self):
        self.alone.start(_contract.clock() + ALONE_S)
        self.alone.wait()

    def measure_beside(self, call, tally):
        """Starting the other thread gave it the GIL, so with that back a turn of this one begins."""
        spinner = Spinner()
        spinner.start()
        try:
            turns, before = spinner.turns, _contract.clock()
            now = before
            while now < before + CALLING_S:
                call.call()
                now = _contract.clock()
            tally.seconds += now - before
            tally.turns += spinner.turns - turns
        finally:
            spinner.stop()

    def observe(self):
        """Without a turn of the thread alone, as on a machine that is too busy, there is no share to tell."""
        seen = []
        if not self.alone.turns:
            self.forget()
            return seen
        alone = self.alone.turns / self.alone.seconds
        for call, tally in zip(self.calls, self.tallies):
            if tally.seconds:
                seen.append((call.what, "share of its speed alone", tally.turns / tally.seconds / alone))
        self.forget()
        return seen

    def close(self):
        for call in self.calls:
            call.close()


if __name__ == "__main__":
    _contract.main(GilRelease)
