"""The strategy `subinterpreters`: a thread for each worker, and in it an interpreter of its own.

Each has its own GIL, so this takes CPython 3.12 or newer. No object passes from one interpreter
to another: the thread runs a line of code in its guest, and reads the answer, as JSON, from a
pipe. The first half of this file is the thread's side, the second the guest's.
"""

import json
import os
import sys

from _strategies import Threads, Unsupported, Worker, WorkerFailed, clean_up, explain
from _workload import needs

DONE, LACK, FAILED = "done", "lack", "failed"
CHUNK_BYTES = 4096  # the least that any pipe holds: more, and the guest would wait for its reader

BEGIN = """
import sys
sys.path[:] = %r
import _strategy_subinterpreters
guest = _strategy_subinterpreters.Guest(%r, %r)
guest.begin(%r)
"""


class Subinterpreters(Threads):
    """A thread for each worker, that leaves the work to an interpreter of its own."""

    def __init__(self, workers):
        guests = [Subinterpreter(workers[number], number) for number in range(len(workers))]
        Threads.__init__(self, guests)

    def prepare(self):
        create = find_create()
        for guest in self.workers:
            guest.create = create
        Threads.prepare(self)


def find_create():
    """What creates an interpreter with a GIL of its own, to be used as those of 3.14 are."""
    try:
        from concurrent.interpreters import create

        return create
    except ImportError:
        pass
    try:
        import _interpreters as older
    except ImportError:
        try:
            import _xxsubinterpreters as older
        except ImportError:
            raise Unsupported("has no subinterpreters")
    if sys.version_info < (3, 12):
        raise Unsupported("has no subinterpreters with a GIL of their own")
    return lambda: OlderInterpreter(older)


class OlderInterpreter(object):
    """An interpreter of 3.12 or 3.13, as far as it is used here."""

    def __init__(self, module):
        self.module = module
        self.id = module.create()

    def exec(self, code):
        failure = self.module.run_string(self.id, code)  # 3.12 raises it
        if failure:
            raise RuntimeError(failure.formatted)

    def close(self):
        self.module.destroy(self.id)


class Subinterpreter(object):
    """What a thread does for its worker."""

    def __init__(self, worker, number):
        self.worker = worker
        self.number = number

    def open(self):
        self.ours, self.theirs = os.pipe()
        self.interpreter = None
        try:
            self.interpreter = self.create()
            self.ask(BEGIN % (sys.path, self.number, self.theirs, described(self.worker)))
        except BaseException:
            clean_up(self.discard)
            raise

    def run(self, loops):
        return self.ask("guest.run(%d)" % loops)

    def close(self):
        try:
            self.ask("guest.close()")
        finally:
            clean_up(self.discard)

    def discard(self):
        os.close(self.ours)
        os.close(self.theirs)
        if self.interpreter:
            self.interpreter.close()

    def ask(self, code):
        """Run code of the guest's that answers."""
        self.interpreter.exec(code)
        answer = os.read(self.ours, CHUNK_BYTES)
        while not answer.endswith(b"\n"):
            self.interpreter.exec("guest.send()")
            answer += os.read(self.ours, CHUNK_BYTES)
        kind, content = json.loads(answer.decode("ascii"))
        if kind == LACK:
            raise Unsupported(content)
        if kind == FAILED:
            raise WorkerFailed(content)
        return content


def described(worker):
    """What a guest must know to have the same worker."""
    kind = type(worker.workload)
    return {
        "script": os.path.abspath(sys.modules[kind.__module__].__file__),
        "name": kind.__name__,
        "parameters": dict([(key, getattr(worker.workload, key)) for key in kind.parameters]),
        "units": worker.workload.units,
        "share": worker.share,
    }


class Guest(object):
    """Within the interpreter: does what its thread says, and answers.

    An answer that the pipe can't hold is sent in pieces: the reader is the thread that waits.
    """

    def __init__(self, number, pipe):
        self.number = number
        self.pipe = pipe

    def begin(self, description):
        self.answer(self.open, description)

    def run(self, loops):
        self.answer(self.worker.run, loops)

    def close(self):
        self.answer(self.worker.close)

    def open(self, description):
        self.worker = Worker(make_workload(**description), description["share"])
        self.worker.open()

    def answer(self, do, *arguments):
        try:
            answer = (DONE, do(*arguments))
        except Unsupported as lack:
            answer = (LACK, str(lack))
        except BaseException as error:
            answer = (FAILED, explain("interpreter %d" % self.number, error))
        self.unsent = (json.dumps(answer) + "\n").encode("ascii")
        self.send()

    def send(self):
        sent = os.write(self.pipe, self.unsent[:CHUNK_BYTES])
        self.unsent = self.unsent[sent:]


def make_workload(script, name, parameters, units, share):
    """Import the script, and make an object of the class that has this name in it.

    Raises Unsupported: a module that it imports may know no more than one interpreter.
    """
    try:
        workload = getattr(import_file(script), name)(parameters, units)
    except ImportError as error:
        raise Unsupported("can't be imported in a subinterpreter: %s" % error)
    needs.check()
    return workload


def import_file(path):
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(os.path.basename(path).partition(".")[0], path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
