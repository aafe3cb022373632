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


class Look(object):
    """What was found."""

    def __init__(self):
        self.told = {"lack": "", "mistake": "", "failure": ""}
        self.told.update({"units": 0, "takes_item": False, "is_async": False})
        self.told.update({"file": "", "calls": 0, "wall_s": 0.0, "cpu_s": None})

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
        cpu = _runtime.cpu_clock()
        cpu_before = cpu() if cpu else None
        begun = now = _runtime.clock()
        while self.told["calls"] < workload.units and now < begun + seconds:
            workload.run_unit(self.told["calls"], 1)
            now = _runtime.clock()
            self.told["calls"] += 1
        self.told["wall_s"] = now - begun
        self.told["cpu_s"] = cpu() - cpu_before if cpu else None


def main():
    function, items, arguments, seconds = sys.argv[1:5]
    channel = Channel()
    channel.take()
    look = Look()
    look.at(function, items, json.loads(arguments), float(seconds))
    channel.tell(json.dumps(look.told))


if __name__ == "__main__":
    main()
