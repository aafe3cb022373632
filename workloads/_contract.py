"""What the workload scripts share: the arguments they take and the one line they print.

A workload is a class with a `unit`, and `main(Class)` makes a script of it. See
docs/adding-a-workload.md. All of this must run on Python 2.7, Jython, IronPython and MicroPython
as well as on the newest CPython, so it keeps to what they have in common.
"""

from _runtime import BORN, clock  # first: the script's time is counted from here

import binascii
import json
import os
import sys

import _runtime
from _arguments import UsageError, help_text, parameters_of, parse
from _channel import Channel
from _strategies import Serial, Threads, Unsupported, Worker, WorkerFailed, clean_up
from _workload import Workload, needs

CONTRACT = 2
MOST_SPANS = 400

channel = Channel()


# The strategies that are modules of their own, which only those who use them import.


def processes(workers):
    from _processes import Processes

    return Processes(workers)


def hybrid(workers):
    from _strategy_hybrid import Hybrid

    return Hybrid(workers)


def asyncio(workers):
    try:
        from _strategy_asyncio import Asyncio
    except SyntaxError:  # before 3.5: it has `async def`
        raise Unsupported("has no asyncio")
    return Asyncio(workers)


def subinterpreters(workers):
    try:
        from _strategy_subinterpreters import Subinterpreters
    except SyntaxError:  # before 3.0: it has a method `exec`
        raise Unsupported("has no subinterpreters")
    return Subinterpreters(workers)


STRATEGIES = {
    "serial": Serial,
    "threads": Threads,
    "processes": processes,
    "hybrid": hybrid,
    "asyncio": asyncio,
    "subinterpreters": subinterpreters,
}


class Job(object):
    """One run of a workload, as asked for, and what came of it."""

    def __init__(self, workload_class, arguments):
        self.arguments = arguments
        self.parameters = parameters_of(workload_class.parameters, arguments.param)
        self.workers = [self.worker(workload_class, number) for number in range(arguments.workers)]
        self.workload = self.workers[0].workload
        self.gil_before = _runtime.gil()
        self.cpu = _runtime.cpu_clock()
        self.loops = arguments.loops
        self.pool_start_s = 0.0
        self.iterations = []
        self.checksums = []
        self.observed = []
        self.begun = 0.0
        self.turns_from = None
        self.reason = ""

    def worker(self, workload_class, number):
        arguments = self.arguments
        workload = workload_class(self.parameters, arguments.units)
        return Worker(workload, range(arguments.units)[number :: arguments.workers])

    def start(self, strategy):
        """Start the workers, and time that apart from the work."""
        strategy.prepare()
        before = clock()
        strategy.start()
        self.pool_start_s = clock() - before

    def iterate(self, strategy):
        """Time the whole work once, and record it; the seconds it took."""
        timed, seen = self.attempt(strategy, self.loops)
        self.iterations.append(timed)
        self.observed.append(seen)
        return timed["wall_s"]

    def attempt(self, strategy, loops):
        """Do the whole work once: how long it took, and what was observed of it."""
        cpu_before = self.cpu() if self.cpu else None
        self.begun = clock()
        done = strategy.run(loops)
        wall_s = clock() - self.begun
        cpu_s = None
        if self.cpu and done.away_cpu_s is not None:
            cpu_s = self.cpu() - cpu_before + done.away_cpu_s
        self.checksums.append(checksum(in_unit_order(done.shares, self.arguments.units)))
        return {"wall_s": wall_s, "cpu_s": cpu_s}, self.workload.observe()

    def start_over(self, loops):
        """Forget the iterations, and go on with so many loops."""
        self.loops = loops
        del self.iterations[:]
        del self.observed[:]

    def measure(self, strategy):
        """So many iterations, and more until the seconds are over: a JIT warms up with time."""
        end = clock() + self.arguments.seconds
        while len(self.iterations) < self.arguments.iterations or clock() < end:
            self.iterate(strategy)

    def calibrate(self, strategy):
        from _calibration import calibrate

        calibrate(self, strategy)

    def take_turns(self, strategy):
        from _turns import take_turns

        self.turns_from = take_turns(self, strategy, channel.hear, tell)

    def line(self, outcome, reason):
        """The contract, as docs/adding-a-workload.md explains it field by field."""
        return {
            "contract": CONTRACT,
            "workload": self.workload.name,
            "strategy": self.arguments.strategy,
            "workers": self.arguments.workers,
            "units": self.arguments.units,
            "loops": self.loops,
            "passes": self.workload.passes(self.loops),
            "parameters": self.parameters,
            "checksum": "/".join(sorted(set(self.checksums))),
            "clock": _runtime.clock_facts(),
            "pool_start_s": self.pool_start_s,
            "script_s": clock() - BORN,
            "iterations": self.iterations,
            "turns_from": self.turns_from,
            "observations": by_what(self.observed),
            "spans": first(self.workload.spans(), self.begun),
            "gil": {"before": self.gil_before, "after": _runtime.gil()},
            "implementation": _runtime.implementation(),
            "version": _runtime.version(),
            "jit": _runtime.jit(),
            "outcome": outcome,
            "reason": reason,
        }


def run(job):
    """Do the job and print its line, or what the interpreter lacks for it."""
    try:
        needs.check()
        job.workload.check()
        work(job, STRATEGIES[job.arguments.strategy](job.workers))
    except Unsupported as lack:
        tell(job.line("unsupported", str(lack)))


def work(job, strategy):
    """Print the line while the workers still live.

    The harness reads the memory of all processes at the moment it sees the line.
    """
    try:
        job.start(strategy)
        if job.arguments.turns:
            job.take_turns(strategy)
        elif job.arguments.calibrate is not None:
            job.calibrate(strategy)
        else:
            job.measure(strategy)
        tell(job.line("ok", job.reason))
    finally:
        clean_up(strategy.stop)


def in_unit_order(shares, units):
    """The values of all units, from the workers' shares of them."""
    workers = len(shares)
    return [shares[index % workers][index // workers] for index in range(units)]


def by_what(observed):
    """For each thing that was observed after every iteration its values; others are left out."""
    units, values = {}, {}
    for seen in observed:
        for what, unit, value in seen:
            units[what] = unit
            values.setdefault(what, []).append(float(value))
    always = [what for what, _, _ in observed[0] if len(values[what]) == len(observed)] if observed else []
    return [{"what": what, "unit": units[what], "values": values[what]} for what in always]


def first(spans, begun):
    """Those that begin first, as many as a line may have, in seconds since the iteration began."""
    return [
        {"worker": worker, "start_s": round(start - begun, 6), "end_s": round(end - begun, 6)}
        for start, end, worker in sorted([(start, end, worker) for worker, start, end in spans])[:MOST_SPANS]
    ]


def checksum(values):
    """A hash of the values that is the same on every Python."""
    return "%08x" % (binascii.crc32(text(values).encode("utf-8")) & 0xFFFFFFFF)


def text(value):
    """A value in words that every Python would choose."""
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([text(part) for part in value]) + "]"
    if isinstance(value, float):
        return decimal(value)
    return "%s" % (value,)


def decimal(number):
    """Six digits after the point, without the zeros at their end; repr has other digits on IronPython."""
    whole, point, digits = ("%.6f" % number).partition(".")
    return whole + point + (digits.rstrip("0") or "0") if point else whole


def card(workload_class):
    """What --describe prints."""
    names = ("name", "kind", "shows", "parameters", "meanings", "sweep")
    names += ("calibrate_with", "strategies", "services", "loops", "claims", "checksum")
    return dict([(name, getattr(workload_class, name)) for name in names])


def tell(answer):
    """Print the one line."""
    channel.tell(json.dumps(answer))


def answer(workload_class, words, script):
    arguments = parse(words, workload_class)
    if arguments.help:
        channel.tell(help_text(workload_class, script))
    elif arguments.describe:
        tell(card(workload_class))
    else:
        run(Job(workload_class, arguments))


def main(workload_class):
    """Be the script of this workload: read the command line, answer, and exit.

    Status 0: a line was printed; 1: a worker failed; 2: the command line is wrong.
    """
    script = sys.argv[0].split(os.sep)[-1]
    channel.take()
    try:
        answer(workload_class, sys.argv[1:], script)
    except UsageError as error:
        sys.stderr.write("%s: %s\n" % (script, error))
        sys.exit(2)
    except WorkerFailed as error:
        sys.stderr.write("%s: %s\n" % (script, error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
