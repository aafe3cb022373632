"""When the finaliser of an object runs that nothing refers to any more."""

import gc

import _contract
from _runtime import nothing
from _spinner import start_thread


class Mortal(object):
    """Notes its end in a list."""

    def __init__(self, ended):
        self.ended = ended
        self.itself = None

    def __del__(self):
        self.ended.append(True)


def let_go(ended):
    mortal = Mortal(ended)
    del mortal


def let_cycle_go(ended):
    mortal = Mortal(ended)
    mortal.itself = mortal
    del mortal


def take_over(mortals):
    """In a thread: make its own references the last, and end."""
    own = list(mortals)
    del mortals[:]
    return len(own)


def free_garbage():
    """What has a finaliser and is in a cycle CPython 2.7 keeps here, and goes through it each time."""
    garbage = getattr(gc, "garbage", [])
    for mortal in garbage:
        mortal.itself = None
    del garbage[:]


class Lifetimes(_contract.Workload):
    name = "lifetimes"
    kind = "semantics"
    shows = "When an unreachable object's finaliser runs: at once, once it is collected, later, or never."
    parameters = {"objects": 10}
    meanings = {"objects": "how many objects a unit lets go of in each way"}
    strategies = ("serial",)
    loops = 20
    claims = ("C11",)
    checksum = "4c991993"

    def check(self):
        if self.objects < 1:
            raise _contract.UsageError("objects must be 1 or more, not %d" % self.objects)

    def open(self):
        self.has_threads = can_start_thread()
        self.forget()

    def forget(self):
        self.made = 0
        self.at_del = self.cycle_at_del = self.at_thread_end = 0
        self.cycles = []  # for each unit, the marks of those in a cycle

    def unit(self, index):
        self.made += self.objects
        self.lose_references()
        self.lose_cycles()
        if self.has_threads:
            self.lose_thread()
        return index

    def lose_references(self):
        ended = []
        for _ in range(self.objects):
            let_go(ended)
        self.at_del += len(ended)

    def lose_cycles(self):
        ended = []
        for _ in range(self.objects):
            let_cycle_go(ended)
        self.cycle_at_del += len(ended)
        self.cycles.append(ended)

    def lose_thread(self):
        ended = []
        mortals = [Mortal(ended) for _ in range(self.objects)]
        start_thread(take_over, mortals).join()
        self.at_thread_end += len(ended)

    def observe(self):
        """Of all objects the share whose finaliser had run when asked."""
        gc.collect()
        seen = [
            self.share("at del", self.at_del),
            self.share("in a cycle, at del", self.cycle_at_del),
            self.share("in a cycle, after gc.collect()", sum([len(ended) for ended in self.cycles])),
        ]
        if self.has_threads:
            seen.append(self.share("when the thread has ended", self.at_thread_end))
        free_garbage()
        self.forget()
        return seen

    def share(self, what, ended):
        return (what, "share run", float(ended) / self.made)


def can_start_thread():
    try:
        start_thread(nothing).join()
    except _contract.Unsupported:
        return False
    return True


if __name__ == "__main__":
    _contract.main(Lifetimes)
