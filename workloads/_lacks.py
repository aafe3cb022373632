"""By which strategies can this interpreter not spread work? For the probe, `_runtime.py`.

Each strategy is asked itself, with a worker that has nothing to do, so what it says here are the
words in which it refuses a workload.
"""

from _contract import STRATEGIES, Unsupported, Worker, Workload
from _strategies import clean_up

ASKED = ("threads", "processes", "asyncio", "subinterpreters")
SLOW_TO_START = ("subinterpreters",)  # and to prepare them tells all that is lacking


def lacks(known_to_work):
    """For each strategy that can't be used the reason, in a sentence; those in doubt are left out."""
    found = {}
    for name in ASKED:
        if name not in known_to_work:
            found[name] = lack_of(name)
    found["hybrid"] = found.get("processes") or found.get("threads")  # as it begins with its processes
    return dict([(name, lack) for name, lack in found.items() if lack])


def lack_of(name):
    """What the strategy says; nothing if it can, or if what goes wrong may be no lack."""
    try:
        try_out(STRATEGIES[name]([Worker(Workload({}, 0), ())]), name not in SLOW_TO_START)
    except Unsupported as lack:
        return str(lack)
    except Exception:
        pass
    return ""


def try_out(strategy, is_started):
    try:
        strategy.prepare()
        if is_started:
            strategy.start()
    finally:
        clean_up(strategy.stop)
