"""How late a thread that waits for I/O runs again, alone and beside one that computes.

The delays that Beazley found in 2010 (Understanding the Python GIL): what has waited must get the
GIL back, and the thread that computes lets it go only when its turn is over.
"""

import math
import sys
import time

import _contract
from _spinner import Spinner


def percentile(values, share):
    """The smallest value that so large a share of all is not above."""
    return sorted(values)[max(1, int(math.ceil(share * len(values)))) - 1]


def figures(whose, delays_ms):
    what = "wake-up delay " + whose
    return [
        (what + " p50", "ms", percentile(delays_ms, 0.5)),
        (what + " p95", "ms", percentile(delays_ms, 0.95)),
        (what + " max", "ms", max(delays_ms)),
    ]


class Convoy(_contract.Workload):
    """A unit waits alone, and then beside a thread that computes; `loops` says how often."""

    name = "convoy"
    kind = "semantics"
    shows = "How long a thread that computes keeps one from running whose wait is over."
    parameters = {"ms": 1, "switch_ms": 0.0}
    meanings = {
        "ms": "how long it waits; whole milliseconds, as Jython and IronPython know no others",
        "switch_ms": "switch interval to set, in milliseconds; 0 leaves it as it is",
    }
    strategies = ("serial",)
    claims = ("C12",)
    checksum = "4c991993"

    def check(self):
        if self.ms < 1:
            raise _contract.UsageError("ms must be 1 or more, not %d" % self.ms)
        if self.switch_ms < 0:
            raise _contract.UsageError("switch_ms must be 0 or more, not %s" % self.switch_ms)

    def open(self):
        if self.switch_ms and not hasattr(sys, "setswitchinterval"):
            raise _contract.Unsupported("has no sys.setswitchinterval")
        self.switch_s = sys.getswitchinterval() if self.switch_ms else 0
        if self.switch_ms:
            sys.setswitchinterval(self.switch_ms / 1000.0)
        self.forget()

    def forget(self):
        self.alone_ms = []
        self.beside_ms = []

    def run_unit(self, index, loops):
        self.wake_up(loops, self.alone_ms)
        spinner = Spinner()
        spinner.start()
        try:
            self.wake_up(loops, self.beside_ms)
        finally:
            spinner.stop()
        return index

    def wake_up(self, times, delays_ms):
        """Wait so often, and note how much longer each wait took than it should."""
        for _ in range(times):
            before = _contract.clock()
            time.sleep(self.ms / 1000.0)
            delays_ms.append(1000 * (_contract.clock() - before) - self.ms)

    def observe(self):
        seen = figures("alone", self.alone_ms) + figures("beside a CPU-bound thread", self.beside_ms)
        self.forget()
        return seen

    def close(self):
        if self.switch_s:
            sys.setswitchinterval(self.switch_s)


if __name__ == "__main__":
    _contract.main(Convoy)
