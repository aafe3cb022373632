"""Who computes when: workers that take turns at a GIL, or run at once without one.

Each computes in steps of about a microsecond, and reads the clock after each. As long as step
follows step it runs; where one takes much longer than usual, something else ran instead, be it
the other worker or a neighbour on the machine.
"""

import _contract
import _runtime

STEP_S = 0.000001  # CPython 2.7 may give its GIL away after little more
ADDITIONS = 1000  # of a trial, and the most of a step
TRIALS = 3
SLOWER = 5  # times as long as usual: a step may also take twice as long for reasons of its own
WARM_UP_S = 1.0  # for a JIT, whose compiler takes the workers' cores


def compute(additions):
    number = 0
    for _ in range(additions):
        number += 1


def additions_of_a_step():
    """How many take STEP_S now, by the fastest trial: others hold up the rest."""
    fastest_s = min([trial() for _ in range(TRIALS)])
    return max(1, min(ADDITIONS, int(ADDITIONS * STEP_S / max(fastest_s, STEP_S))))


def trial():
    before = _contract.clock()
    compute(ADDITIONS)
    return _contract.clock() - before


def readings(seconds):
    """Compute for so long, and give what the clock said before and after each step."""
    additions = additions_of_a_step()
    now = _contract.clock()
    end = now + seconds
    found = [now]
    while now < end:
        compute(additions)
        now = _contract.clock()
        found.append(now)
    return found


def spans_of(found, gap_s):
    """From when to when the steps followed at once; a step that was held up is in none."""
    gap_s = max(gap_s, SLOWER * usual_step(found))
    spans = []
    begun = last = found[0]
    for now in found:
        if now - last > gap_s:
            spans.append((begun, last))
            begun = now
        last = now
    spans.append((begun, last))
    return [(start, end) for start, end in spans if end > start]


def usual_step(found):
    """The middle one."""
    steps = sorted([found[number] - found[number - 1] for number in range(1, len(found))])
    return steps[len(steps) // 2]


class Tally(object):
    """For how long nobody ran, one worker or more, and two or more."""

    def __init__(self, lanes):
        self.nobody_s = self.somebody_s = self.several_s = 0.0
        edges = [(start, 1) for spans in lanes for start, _ in spans]
        edges += [(end, -1) for spans in lanes for _, end in spans]
        running, before = 0, None
        for now, change in sorted(edges):
            if before is not None:
                self.add(running, now - before)
            running += change
            before = now

    def add(self, running, seconds):
        if running == 0:
            self.nobody_s += seconds
        else:
            self.somebody_s += seconds
        if running > 1:
            self.several_s += seconds

    def at_once(self):
        """Of the time in which somebody ran."""
        return self.several_s / self.somebody_s if self.somebody_s else 0.0

    def nobody(self):
        """Of all time."""
        return self.nobody_s / (self.nobody_s + self.somebody_s) if self.somebody_s else 0.0


def turns_of(lanes):
    """How long each turn was: what a worker did in spans between which no other began one."""
    starts = [(start, end, worker) for worker, spans in enumerate(lanes) for start, end in spans]
    lengths, last = [], None
    for start, end, worker in sorted(starts):
        if worker == last:
            lengths[-1] += end - start
        else:
            lengths.append(end - start)
        last = worker
    return lengths


def usual_turn(lanes):
    """Half of all computing was done in turns at least so long: mere splinters hardly change it."""
    lengths = sorted(turns_of(lanes))
    left_s = sum(lengths) / 2
    while len(lengths) > 1 and lengths[-1] < left_s:
        left_s -= lengths.pop()
    return lengths[-1] if lengths else 0.0


class Turns(_contract.Workload):
    """A worker's first unit is all its computing; its other units find the time used up."""

    name = "turns"
    kind = "semantics"
    shows = "Whether threads that compute take turns or run at once, and how long a turn is."
    parameters = {"ms": 100, "gap_us": 10}
    meanings = {
        "ms": "how long each worker computes, in milliseconds",
        "gap_us": "the shortest interruption that counts, in microseconds; one of %d usual steps, if longer"
        % SLOWER,
    }
    strategies = ("serial", "threads")
    claims = ("C6", "C7")
    checksum = "4c991993"

    def __init__(self, parameters, units):
        _contract.Workload.__init__(self, parameters, units)
        self.last = None
        self.lanes = []
        self.renew()

    def check(self):
        for name in ("ms", "gap_us"):
            if getattr(self, name) < 1:
                raise _contract.UsageError("%s must be 1 or more, not %d" % (name, getattr(self, name)))

    def renew(self):
        """Begin an iteration: all workers of the process see that it is a new one."""
        Turns.readings = [None] * self.units

    def open(self):
        if _runtime.jit() == "on":
            readings(WARM_UP_S)

    def unit(self, index):
        """The first units of all workers have the workers' own numbers."""
        if self.last is not self.readings:
            self.last = self.readings
            self.last[index] = readings(self.ms / 1000.0)
        return index

    def passes(self, loops):
        return 1

    def calibration_target(self, seconds):
        return self.ms / 1000.0

    def observe(self):
        self.lanes = [spans_of(found, self.gap_us / 1000000.0) for found in self.readings if found]
        self.renew()
        tally = Tally(self.lanes)
        return [
            ("at once", "share of the time", tally.at_once()),
            ("nobody", "share of the time", tally.nobody()),
            ("usual turn", "ms", 1000 * usual_turn(self.lanes)),
        ]

    def spans(self):
        return [(number, start, end) for number, spans in enumerate(self.lanes) for start, end in spans]


if __name__ == "__main__":
    _contract.main(Turns)
