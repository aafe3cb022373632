"""How the work is spread: one class a strategy.

A strategy takes its workers, starts them once, and then lets them do their shares as often
as it is told to. It has prepare(), which imports what only it needs, start(), run(loops),
which returns a Round, and stop(), which can be called at any time and leaves nothing behind.
All but `serial` and `threads` are modules of their own, so that only those who use them pay
for them.

Whatever the strategy, a worker lives in a thread that was started for it, in this process or in
its own. So strategies differ in how the work is spread, and not in which allocator or which
compiled code a worker has: those of a process's main thread are others.
"""

import sys

from _arguments import UsageError
from _runtime import ON_JAVA

ANY_ERROR = BaseException
if ON_JAVA:  # whose own errors are no exceptions of Python's
    from java.lang import Throwable

    ANY_ERROR = (BaseException, Throwable)


class Unsupported(Exception):
    """The interpreter lacks what the strategy or the workload needs; the reason."""


class NoThread(Unsupported):
    """The interpreter can't start a thread."""


class WorkerFailed(Exception):
    """A worker raised an exception, whose traceback is on stderr already, or died."""


class Round(object):
    """What the workers gave for doing the whole work once.

    shares: for each worker, the values of its units in their order.
    away_cpu_s: CPU seconds used in other processes, or None if they can't tell.
    """

    def __init__(self, shares, away_cpu_s):
        self.shares = shares
        self.away_cpu_s = away_cpu_s


class Worker(object):
    """One workload object and the units that are its share."""

    def __init__(self, workload, share):
        self.workload = workload
        self.share = share

    def open(self):
        self.workload.open()

    def run(self, loops):
        return [self.workload.run_unit(index, loops) for index in self.share]

    def close(self):
        self.workload.close()


class Gate(object):
    """Where threads wait for the next round, and the main thread for the end of one.

    Python 2.7 has no Barrier, and its waits with a timeout poll, so this waits without.
    """

    def __init__(self, condition):
        self.changed = condition
        self.round = 0
        self.loops = 0
        self.waiting = 0
        self.closed = False

    def wait_for_round(self, last):
        """For a worker: wait until round `last` is over; the next one's loops, or None to leave."""
        with self.changed:
            self.waiting += 1
            self.changed.notify_all()
            while self.round == last and not self.closed:
                self.changed.wait()
            return None if self.closed else self.loops

    def wait_for_workers(self, count):
        """Until so many are waiting, or have left through `leave`."""
        with self.changed:
            while self.waiting < count:
                self.changed.wait()

    def open(self, loops):
        """Begin a round."""
        with self.changed:
            self.waiting = 0
            self.loops = loops
            self.round += 1
            self.changed.notify_all()

    def leave(self):
        """For a worker that won't come again."""
        with self.changed:
            self.waiting += 1
            self.changed.notify_all()

    def close(self):
        """Send every worker away."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()


class Interrupts(object):
    """Puts Ctrl-C off while the main thread waits for workers.

    An interrupt between taking a gate's lock and entering its block would leave it locked,
    and every thread waiting for ever. A second Ctrl-C ends the process at once.
    """

    def __init__(self):
        self.seen = False
        self.are_let_through = False

    def put_off(self):
        threading = import_threading()
        if hasattr(threading, "end_when_interrupted"):
            threading.end_when_interrupted()
        elif not ON_JAVA:  # a JVM ends at once when interrupted
            import signal

            signal.signal(signal.SIGINT, self.note)

    def note(self, number, _frame):
        import signal

        self.seen = True
        signal.signal(number, signal.SIG_DFL)
        if self.are_let_through:
            raise KeyboardInterrupt

    def let_through(self):
        if self.seen:
            raise KeyboardInterrupt

    def during(self, wait):
        """Let them through at once while the main thread waits for something else than workers."""
        self.are_let_through = True
        try:
            self.let_through()
            return wait()
        finally:
            self.are_let_through = False


class Threads(object):
    """A thread for each worker."""

    def __init__(self, workers):
        self.workers = workers
        self.shares = [None] * len(workers)
        self.failures = [None] * len(workers)
        self.threads = []
        self.gate = None
        self.interrupts = Interrupts()

    def prepare(self):
        try:
            threading = import_threading()
        except ImportError as error:
            raise NoThread("can't start a thread: %s" % error)
        self.make_thread = threading.Thread
        self.gate = Gate(threading.Condition())
        self.interrupts.put_off()

    def start(self):
        for number in range(len(self.workers)):
            self.start_thread(self.make_thread(target=self.work, args=(number,)))
        self.wait()

    def start_thread(self, thread):
        thread.daemon = True
        try:
            thread.start()
        except Exception as error:  # 2.7's is no RuntimeError
            if self.threads:
                raise
            raise NoThread("can't start a thread: %s" % error)
        self.threads.append(thread)

    def run(self, loops):
        self.gate.open(loops)
        self.wait()
        return Round(list(self.shares), 0.0)

    def wait(self):
        self.gate.wait_for_workers(len(self.workers))
        self.interrupts.let_through()
        for failure in self.failures:
            if failure:
                raise failure

    def stop(self):
        if self.gate:
            self.gate.close()
        for thread in self.threads:
            thread.join()

    def work(self, number):
        """A thread's whole life."""
        try:
            self.serve(number, self.workers[number])
        except (Unsupported, UsageError, WorkerFailed) as failure:
            self.leave(number, failure)
        except ANY_ERROR as error:  # whatever it is, or the main thread waits for ever
            self.leave(number, WorkerFailed(explain("thread %d" % number, error)))

    def leave(self, number, failure):
        """Each thread writes to places of its own: MicroPython's lists and dicts bear no more."""
        self.failures[number] = failure
        self.gate.leave()

    def serve(self, number, worker):
        worker.open()
        try:
            rounds = 0
            loops = self.gate.wait_for_round(rounds)
            while loops is not None:
                self.shares[number] = worker.run(loops)
                rounds += 1
                loops = self.gate.wait_for_round(rounds)
        finally:
            clean_up(worker.close)


class Serial(Threads):
    """One worker, in a thread like any other's, or in the main one where no other can be started."""

    def __init__(self, workers):
        Threads.__init__(self, workers[:1])
        self.is_here = False
        self.opened = False

    def prepare(self):
        try:
            Threads.prepare(self)
        except NoThread:
            self.is_here = True

    def start(self):
        if not self.is_here:
            try:
                return Threads.start(self)
            except NoThread:
                self.is_here = True
        self.workers[0].open()
        self.opened = True

    def run(self, loops):
        if not self.is_here:
            return Threads.run(self, loops)
        shares = [self.workers[0].run(loops)]
        self.interrupts.let_through()
        return Round(shares, 0.0)

    def stop(self):
        Threads.stop(self)
        if self.opened:
            self.opened = False
            clean_up(self.workers[0].close)


def import_threading():
    """The module `threading`, or on MicroPython, which has none, as much of it as is used here."""
    try:
        import threading
    except ImportError:
        import _micropython as threading
    return threading


def clean_up(step):
    """Do a step of a clean-up. If it fails, its traceback is printed, and what happened before still counts."""
    try:
        step()
    except KeyboardInterrupt:
        raise
    except ANY_ERROR as error:
        explain("cleaning up", error)


def explain(who, error):
    """Print the traceback of what was just raised, and name it in a sentence."""
    sys.stderr.write("%s failed:\n%s" % (who, traceback_of(error)))
    sys.stderr.flush()
    return "%s failed with %s: %s" % (who, type(error).__name__, error)


def traceback_of(error):
    try:
        from traceback import format_exc
    except ImportError:
        import _micropython

        return _micropython.format_error(error)
    return format_exc()
