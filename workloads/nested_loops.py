"""Two nested loops over small integers."""

import _contract


def nested_loops(n, total):
    for i in range(n):
        for j in range(n):
            total += i * j
    return total


class NestedLoops(_contract.Workload):
    name = "nested_loops"
    kind = "cpu"
    shows = "Loops and arithmetic in pure Python: whether threads gain, as they can only if two run at once."
    parameters = {"n": 60}
    meanings = {"n": "turns of either loop; a unit makes n * n"}
    strategies = ("serial", "threads", "processes", "asyncio", "subinterpreters")
    loops = 40
    claims = ("C2", "C4", "C6", "C7", "C9", "C15")
    checksum = "0cdcf2f1"

    def check(self):
        if self.n < 0:
            raise _contract.UsageError("n must be 0 or more, not %d" % self.n)

    def unit(self, index):
        return nested_loops(self.n, index)


if __name__ == "__main__":
    _contract.main(NestedLoops)
