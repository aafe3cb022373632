"""Producers and consumers, and the interpreter's own queue between them."""

import _contract

with _contract.needs:
    from threading import Lock

    try:
        from queue import Queue
    except ImportError:  # Python 2.7
        from Queue import Queue


class Belt(object):
    """A queue, and whose turn it is: a producer's, then a consumer's.

    So no consumer waits for a parcel that nobody is about to send, whatever the number of workers.
    """

    def __init__(self):
        self.parcels = Queue()
        self.lock = Lock()
        self.turns = 0

    def next_sends(self):
        with self.lock:
            self.turns += 1
            return self.turns % 2 == 1

    def send(self, count):
        for _ in range(count):
            self.parcels.put([1])
        return count

    def receive(self, count):
        return sum([self.parcels.get()[0] for _ in range(count)])


def make_belt():
    """The belt of all workers of a process, which is empty again when as many have received as have sent."""
    return None if _contract.needs.lack else Belt()


BELT = make_belt()


class Handover(_contract.Workload):
    """Not `queue`, as the article's word is: a script of that name would stand before the module."""

    name = "handover"
    kind = "contention"
    shows = "Producers and consumers at one queue: what handing over from thread to thread costs."
    parameters = {"parcels": 100}
    meanings = {"parcels": "how many a unit puts into the queue or, every other time, takes out of it"}
    strategies = ("serial", "threads")
    loops = 80
    checksum = "364b6776"

    def check(self):
        if self.parcels < 1:
            raise _contract.UsageError("parcels must be 1 or more, not %d" % self.parcels)

    def unit(self, index):
        return BELT.send(self.parcels) if BELT.next_sends() else BELT.receive(self.parcels)


if __name__ == "__main__":
    _contract.main(Handover)
