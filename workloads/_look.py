"""What is the user's function, and can this interpreter run it? A line of JSON tells.

`python _look.py FUNCTION ITEMS ARGUMENTS SECONDS` imports it, and calls it with one item after the other
until so many seconds are over. With 0 seconds it is not called.
"""

import json
import sys

import _own
import _runtime
from _arguments import UsageError
from _channel import Channel
from _strategies import ANY_ERROR, Unsupported, traceback_of

STRETCHES, STRETCH_S = 10, 0.005


class Look(object):
    """What was found."""

    def __init__(self):
        self.told = {"lack": "", "mistake": "", "failure": ""}
        self.told.update({"units": 0, "takes_item": False, "is_async": False})
        self.told.update({"file": "", "calls": 0, "wall_s": 0.0, "busy": None})

    def at(self, function, items, arguments, seconds):
        """Look, and note what is in the way."""
        try:
            code = self.imported(function, items, arguments)
            if seconds:
                self.call(code, seconds)
        except UsageError as error:
            self.told["mistake"] = str(error)
        except Unsupported as error:
            self.told["lack"] = str(error)
        except ANY_ERROR as error:
            self.told["failure"] = traceback_of(error)

    def imported(self, function, items, arguments):
        code = _own.load(function, items, arguments)
        self.told["units"] = len(code.items or ())
        self.told["takes_item"] = _own.takes_item(code.function, bool(items))
        self.told["is_async"] = _own.is_async(code.function)
        module = sys.modules[_own.module_name(_own.where_of(function))]
        self.told["file"] = getattr(module, "__file__", None) or ""
        return code

    def call(self, code, seconds):
        """Call it, as a worker would."""
        from _function import Function

        parameters = {"takes_item": self.told["takes_item"]}
        workload = Function(parameters, self.told["units"] or 1)
        workload.load = lambda: code
        workload.open()
        try:
            self.time(workload, seconds)
        finally:
            workload.close()

    def time(self, workload, seconds):
        """Call it with all items, and again until a few stretches show how busy it is.

        A JIT gets warm before, for half of the time.
        """
        if _runtime.jit() == "on":
            warm = _runtime.clock() + seconds / 2
            while _runtime.clock() < warm:
                self.stretch(workload, warm)
            self.told["calls"] = 0
        shares, begun = [], _runtime.clock()
        while self.told["wall_s"] < seconds:
            shares.append(self.stretch(workload, begun + seconds))
            self.told["wall_s"] = _runtime.clock() - begun
            if self.told["calls"] >= workload.units and len(shares) >= STRETCHES:
                break
        known = [share for share in shares if share is not None]
        self.told["busy"] = sorted(known)[len(known) // 2] if known else None

    def stretch(self, workload, end):
        """Call it until the clocks can tell; the share of the time in which it used or wanted a CPU.

        Another program can take the CPU meanwhile: then it is wanted.
        """
        cpu = _runtime.cpu_clock()
        cpu_before = cpu() + queued_s() if cpu else None
        begun = now = _runtime.clock()
        while now < begun + STRETCH_S:
            workload.run_unit(self.told["calls"] % workload.units, 1)
            self.told["calls"] += 1
            now = _runtime.clock()
            if now > end:
                break
        return (cpu() + queued_s() - cpu_before) / (now - begun) if cpu and now > begun else None


def queued_s():
    """For how long this thread has waited for a CPU so far, where Linux tells; 0 elsewhere."""
    try:
        with open("/proc/thread-self/schedstat") as counts:
            return int(counts.read().split()[1]) / 1e9
    except Exception:
        return 0.0


def main():
    function, items, arguments, seconds = sys.argv[1:5]
    channel = Channel()
    channel.take()
    look = Look()
    look.at(function, items, json.loads(arguments), float(seconds))
    channel.tell(json.dumps(look.told))


if __name__ == "__main__":
    main()
