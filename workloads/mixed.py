"""Computing for a share of each unit's time, and waiting for the rest."""

import time

import _contract

PERIOD = 256


def turn(state):
    """One full turn of a generator of random numbers, which ends where it began.

    x -> 5x + 1 mod 2**k visits all 2**k numbers (Hull and Dobell, 1962), so the value of a
    unit does not depend on how many turns it makes, only on each step being right.
    """
    for _ in range(PERIOD):
        state = (5 * state + 1) % PERIOD
    return state


class Mixed(_contract.Workload):
    """Here `loops` says how many turns take unit_ms, so that an iteration does the work once."""

    name = "mixed"
    kind = "mixed"
    shows = "How the gain from threads changes as the CPU's share of the work grows."
    parameters = {"cpu": 0.5, "unit_ms": 4}
    meanings = {
        "cpu": "share of a unit's time that it computes, from 0 to 1; the rest it waits",
        "unit_ms": "how long a unit takes, in whole milliseconds, once loops are calibrated",
    }
    sweep = {"cpu": (0, 0.25, 0.5, 0.75, 1)}
    calibrate_with = {"cpu": 1}
    loops = 400
    claims = ("C3",)
    checksum = "4c991993"

    def check(self):
        if not 0 <= self.cpu <= 1:
            raise _contract.UsageError("cpu must be from 0 to 1, not %s" % self.cpu)
        if self.unit_ms < 1:
            raise _contract.UsageError("unit_ms must be 1 or more, not %d" % self.unit_ms)
        if self.wait_ms() != int(self.wait_ms()):
            raise _contract.UsageError(
                "unit_ms=%d and cpu=%s leave a wait of %s ms; choose them so that it is a whole number, "
                "as some interpreters know no others" % (self.unit_ms, self.cpu, self.wait_ms())
            )

    def wait_ms(self):
        return round((1 - self.cpu) * self.unit_ms, 6)

    def run_unit(self, index, loops):
        state = index % PERIOD
        for _ in range(int(round(self.cpu * loops))):
            state = turn(state)
        if self.cpu < 1:  # even a wait of no time would let another thread go first
            time.sleep(self.wait_ms() / 1000.0)
        return state

    def passes(self, loops):
        return 1

    def calibration_target(self, seconds):
        return self.units * self.unit_ms / 1000.0


if __name__ == "__main__":
    _contract.main(Mixed)
