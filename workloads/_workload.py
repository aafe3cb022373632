"""What a workload is: the class that each script fills in."""

from _strategies import Unsupported


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
    services = ()
    loops = 1
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
        return self.transform(index, self.fetch(index))

    def close(self):
        """Undo `open`; runs in the worker, after its last round or its failure."""

    def fetch(self, index):
        """Get what a unit is made of, as data that JSON has. Under `hybrid` a thread does this."""
        raise NotImplementedError

    def transform(self, index, data):
        """Make a unit's value. Under `hybrid` a process does this, which has not opened."""
        raise NotImplementedError

    def observe(self):
        """What else an iteration showed: a list of (what, unit, value).

        What is not observed after every iteration is left out, as on a machine that is too busy.

        Asked of the first worker after each iteration, while all wait, and not timed.
        """
        return ()

    def spans(self):
        """When who ran in the last iteration: a list of (worker, start, end), by the contract's clock.

        Asked of the first worker before the line is printed, while all wait.
        """
        return ()

    def run_unit(self, index, loops):
        """Do a unit so many times."""
        for _ in range(loops):
            value = self.unit(index)
        return value

    def opening_async(self):
        """Give an awaitable, as do all that end so, to be used for `open` under `asyncio`."""
        from _strategy_asyncio import call

        return call(self.open)

    def unit_async(self, index):
        from _strategy_asyncio import call

        return call(self.unit, index)

    def run_unit_async(self, index, loops):
        from _strategy_asyncio import repeat

        return repeat(self.unit_async, index, loops)

    def closing_async(self):
        from _strategy_asyncio import call

        return call(self.close)

    def passes(self, loops):
        """How often an iteration does the fixed work."""
        return loops

    def calibration_target(self, seconds):
        """How long a calibrated iteration must take at least."""
        return seconds
