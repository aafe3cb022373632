"""The strategy `processes`: a process for each worker, started as this interpreter prefers.

In each process the worker has a thread of its own, as under the other strategies.
Parent and worker talk over a pipe. The worker says what it lacks, nothing if it is ready; for
each round it is sent the loops, and answers with its share of the values and the CPU time since
its last answer. The end of the pipe is the end of the worker, so none outlives a parent that was killed.
"""

import errno
import json
import os
import sys

from _runtime import ON_THE_WEB, cpu_clock
from _strategies import (
    ANY_ERROR,
    Interrupts,
    Round,
    Unsupported,
    WorkerFailed,
    clean_up,
    explain,
    import_threading,
)

READY = ""

# The parent's ends of the pipes. A forked worker inherits those of its elder siblings, and
# must close them, or they would not notice that the parent is gone.
parent_ends = []


class Processes(object):
    """A process for each worker."""

    def __init__(self, workers):
        self.workers = workers
        self.processes = []
        self.interrupts = Interrupts()  # which are not put off: nothing here is shared with a thread

    def prepare(self):
        if ON_THE_WEB:  # it imports, and os.fork is there: neither ever works
            raise Unsupported("can't start a process: WebAssembly has none")
        try:
            import multiprocessing
        except ImportError as error:
            raise Unsupported(lack_of(error))
        self.multiprocessing = multiprocessing

    def start(self):
        for number in range(len(self.workers)):
            try:
                self.start_process(number, self.workers[number])
            except Exception as error:
                if self.processes or not is_a_lack(error):
                    raise
                raise Unsupported(lack_of(error))
        for number in range(len(self.processes)):
            lack = self.receive(number)
            if lack != READY:
                raise Unsupported(lack)

    def start_process(self, number, worker):
        ours, theirs = self.multiprocessing.Pipe()
        parent_ends.append(ours)
        process = self.multiprocessing.Process(target=work, args=(number, worker, theirs))
        process.daemon = True
        process.start()
        self.processes.append(process)
        theirs.close()

    def run(self, loops):
        for number in range(len(self.processes)):
            self.send(number, loops)
        replies = [self.receive(number) for number in range(len(self.processes))]
        return Round([values for values, _ in replies], total([cpu_s for _, cpu_s in replies]))

    def send(self, number, loops):
        try:
            parent_ends[number].send_bytes(packed(loops))
        except EnvironmentError:
            raise WorkerFailed(self.obituary(number))

    def receive(self, number):
        try:
            return unpacked(parent_ends[number].recv_bytes())
        except (EOFError, EnvironmentError):
            raise WorkerFailed(self.obituary(number))

    def obituary(self, number):
        process = self.processes[number]
        clean_up(parent_ends[number].close)
        process.join()
        return "process %d failed with exit status %s" % (number, process.exitcode)

    def stop(self):
        while parent_ends:
            clean_up(parent_ends.pop().close)
        for process in self.processes:
            clean_up(process.join)
            if hasattr(process, "close"):  # since 3.7; before, its files last as long as the object
                clean_up(process.close)


def is_a_lack(error):
    """Whether an error means that the interpreter has no processes, not that something broke."""
    if isinstance(error, EnvironmentError):
        return error.errno == errno.ENOSYS
    return isinstance(error, (ImportError, NotImplementedError)) or not hasattr(os, "fork")


def lack_of(error):
    return "can't start a process: %s: %s" % (type(error).__name__, error)


def packed(message):
    """As JSON: RustPython's pipes can send a pickle, but not receive it."""
    return json.dumps(message).encode("ascii")


def unpacked(data):
    return json.loads(data.decode("ascii"))


def total(seconds):
    return None if None in seconds else sum(seconds)


def work(number, worker, pipe):
    """A process's whole life."""
    import signal

    while parent_ends:
        parent_ends.pop().close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which ends the pipe
    life = Life(number, worker, pipe)
    in_a_thread(life.live)
    if life.failed:
        sys.exit(1)


class Life(object):
    """All that a worker does, and whether it failed."""

    def __init__(self, number, worker, pipe):
        self.number = number
        self.worker = worker
        self.pipe = pipe
        self.failed = False

    def live(self):
        try:
            serve(self.worker, self.pipe)
        except Unsupported as lack:
            say(self.pipe, str(lack))
        except ANY_ERROR as error:
            explain("process %d" % self.number, error)
            self.failed = True


def in_a_thread(target):
    """Do it in a thread, and wait for its end; where none can be started, right here."""
    try:
        thread = import_threading().Thread(target=target, args=())
        thread.daemon = True
        thread.start()
    except Exception:
        target()
    else:
        thread.join()


def serve(worker, pipe):
    """Do what is asked whenever it is, until the parent has closed the pipe or is gone."""
    cpu = cpu_clock()
    worker.open()
    try:
        say(pipe, READY)
        before = cpu() if cpu else None
        asked = hear(pipe)
        while asked is not None:
            answer = worker.run(asked)
            now = cpu() if cpu else None
            say(pipe, (answer, now - before if cpu else None))
            before = now
            asked = hear(pipe)
    finally:
        clean_up(worker.close)


def say(pipe, message):
    try:
        pipe.send_bytes(packed(message))
    except EnvironmentError:
        pass  # the parent is gone, which `hear` will notice


def hear(pipe):
    try:
        return unpacked(pipe.recv_bytes())
    except (EOFError, EnvironmentError):
        return None
