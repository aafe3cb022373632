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
from _strategies import Serial, Threads, Unsupported, Worker, WorkerFailed

CONTRACT = 1


def processes(workers):
    """The strategy of that name, which only those who use it import."""
    from _processes import Processes

    return Processes(workers)


STRATEGIES = {"serial": Serial, "threads": Threads, "processes": processes}


class Needs(object):
    """What a workload imports and not every interpreter has.

    A failing import under `with needs:` doesn't end the script: the workload is unsupported.
    """

    def __init__(self):
        self.lack = ""

    def __enter__(self):
        pass

    def __exit__(self, kind, error, _traceback):
        if kind is None or not issubclass(kind, ImportError):
            return False
        self.lack = self.lack or "lacks what it needs: %s" % error
        return True

    def check(self):
        if self.lack:
            raise Unsupported(self.lack)


needs = Needs()


class Workload(object):
    """One kind of work. Each worker has an object of its own.

    The value of a unit depends on its index and on the parameters that are not swept, never
    on loops, so that one checksum holds for every interpreter, strategy and speed.
    """

    name = ""
    kind = "cpu"
    shows = ""
    parameters = {}
    meanings = {}
    sweep = {}
    calibrate_with = {}
    strategies = ("serial", "threads", "processes")
    claims = ()
    checksum = ""

    def __init__(self, parameters, units):
        for key, value in parameters.items():
            setattr(self, key, value)
        self.units = units

    def check(self):
        """Raise UsageError, in one sentence, for parameters that make no sense."""

    def open(self):
        """Make what a worker needs; runs in the worker, before the first round.

        Raises Unsupported, in one sentence, if the interpreter lacks something.
        """

    def unit(self, index):
        """Do one unit of the work and return its value: int, float, text, or a list of these."""
        raise NotImplementedError

    def close(self):
        """Undo `open`; runs in the worker, after its last round or its failure."""

    def run_unit(self, index, loops):
        """Do a unit so many times."""
        for _ in range(loops):
            value = self.unit(index)
        return value

    def passes(self, loops):
        """How often an iteration does the fixed work."""
        return loops

    def calibration_target(self, seconds):
        """How long a calibrated iteration must take at least."""
        return seconds


class Job(object):
    """One run of a workload, as asked for, and what came of it."""

    def __init__(self, workload_class, arguments):
        self.arguments = arguments
        self.parameters = parameters_of(workload_class.parameters, arguments.param)
        if arguments.strategy not in workload_class.strategies:
            known = ", ".join(workload_class.strategies)
            raise UsageError(
                "%s can't be spread by --strategy %s, but by: %s"
                % (workload_class.name, arguments.strategy, known)
            )
        self.workers = [self.worker(workload_class, number) for number in range(arguments.workers)]
        self.workload = self.workers[0].workload
        self.gil_before = _runtime.gil()
        self.cpu = _runtime.cpu_clock()
        self.loops = arguments.loops
        self.pool_start_s = 0.0
        self.iterations = []
        self.checksums = []
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
        """Time the whole work once; the seconds it took."""
        cpu_before = self.cpu() if self.cpu else None
        before = clock()
        done = strategy.run(self.loops)
        wall_s = clock() - before
        cpu_s = None
        if self.cpu and done.away_cpu_s is not None:
            cpu_s = self.cpu() - cpu_before + done.away_cpu_s
        self.iterations.append({"wall_s": wall_s, "cpu_s": cpu_s})
        self.checksums.append(checksum(in_unit_order(done.shares, self.arguments.units)))
        return wall_s

    def measure(self, strategy):
        """So many iterations, and more until the seconds are over: a JIT warms up with time."""
        end = clock() + self.arguments.seconds
        while len(self.iterations) < self.arguments.iterations or clock() < end:
            self.iterate(strategy)

    def calibrate(self, strategy):
        from _calibration import calibrate

        calibrate(self, strategy)

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
            "gil": {"before": self.gil_before, "after": _runtime.gil()},
            "implementation": _runtime.implementation(),
            "version": _runtime.version(),
            "jit": _runtime.jit(),
            "outcome": outcome,
            "reason": reason,
        }


def run(job):
    """Do the job and print its line while the workers still live.

    The harness reads the memory of all processes at the moment it sees the line.
    """
    strategy = STRATEGIES[job.arguments.strategy](job.workers)
    try:
        needs.check()
        job.workload.check()
        job.start(strategy)
        if job.arguments.calibrate is None:
            job.measure(strategy)
        else:
            job.calibrate(strategy)
        tell(job.line("ok", job.reason))
    except Unsupported as lack:
        tell(job.line("unsupported", str(lack)))
    finally:
        strategy.stop()


def in_unit_order(shares, units):
    """The values of all units, from the workers' shares of them."""
    workers = len(shares)
    return [shares[index % workers][index // workers] for index in range(units)]


def checksum(values):
    """A hash of the values that is the same on every Python."""
    return "%08x" % (binascii.crc32(text(values).encode("utf-8")) & 0xFFFFFFFF)


def text(value):
    """A value in words that every Python would choose."""
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([text(part) for part in value]) + "]"
    if isinstance(value, float):
        return repr(round(value, 6))
    return "%s" % (value,)


def card(workload_class):
    """What --describe prints."""
    names = ("name", "kind", "shows", "parameters", "meanings", "sweep")
    names += ("calibrate_with", "strategies", "claims", "checksum")
    return dict([(name, getattr(workload_class, name)) for name in names])


def tell(answer):
    """Print the one line, and let nothing keep it back."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def answer(workload_class, words, script):
    arguments = parse(words)
    if arguments.help:
        sys.stdout.write(help_text(workload_class, script) + "\n")
    elif arguments.describe:
        tell(card(workload_class))
    else:
        run(Job(workload_class, arguments))


def main(workload_class):
    """Be the script of this workload: read the command line, answer, and exit.

    Status 0: a line was printed; 1: a worker failed; 2: the command line is wrong.
    """
    script = sys.argv[0].split(os.sep)[-1]
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
