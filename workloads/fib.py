"""Recursion: function calls, and nothing but."""

import _contract


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


class Fib(_contract.Workload):
    name = "fib"
    kind = "cpu"
    shows = "Function calls in pure Python: whether threads gain, as they can only if two run at once."
    parameters = {"n": 16}
    meanings = {"n": "which Fibonacci number a unit computes"}
    strategies = ("serial", "threads", "processes", "asyncio", "subinterpreters")
    loops = 50
    claims = ("C2", "C4", "C6", "C7", "C9", "C15")
    checksum = "c3114f25"

    def check(self):
        if self.n < 0:
            raise _contract.UsageError("n must be 0 or more, not %d" % self.n)

    def unit(self, index):
        return fib(self.n)


if __name__ == "__main__":
    _contract.main(Fib)
