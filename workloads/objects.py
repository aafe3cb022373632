"""Making many small objects and sorting them: the heap that all threads share."""

import _contract

PRIME = 2147483647


class Item(object):
    def __init__(self, number, before):
        self.number = number
        self.before = before


def make_items(count, seed):
    """Items in a scattered order that know the one made before; no two numbers are equal."""
    number, item, items = seed, None, []
    for _ in range(count):
        number = number * 48271 % PRIME
        item = Item(number, item)
        items.append(item)
    return items


class Objects(_contract.Workload):
    name = "objects"
    kind = "cpu"
    shows = "Making and sorting objects: what threads gain that share an allocator and a collector."
    parameters = {"count": 400}
    meanings = {"count": "how many objects a unit makes and sorts"}
    strategies = ("serial", "threads", "processes", "subinterpreters")
    loops = 30
    claims = ("C2", "C4", "C6", "C7", "C9", "C13", "C15")
    checksum = "84323022"

    def check(self):
        if self.count < 1:
            raise _contract.UsageError("count must be 1 or more, not %d" % self.count)

    def unit(self, index):
        items = make_items(self.count, index + 1)
        items.sort(key=lambda item: item.number)
        return sum([place * item.number for place, item in enumerate(items)]) % PRIME


if __name__ == "__main__":
    _contract.main(Objects)
