"""Threads that a workload starts itself, and one of them that computes and does nothing else."""

from _runtime import clock
from _strategies import Unsupported, import_threading

FOREVER = float("inf")


def start_thread(target, *args):
    """Start a thread, and give it.

    Raises Unsupported where none can be started.
    """
    thread = import_threading().Thread(target=target, args=args)
    thread.daemon = True
    try:
        thread.start()
    except Exception as error:  # 2.7's is no RuntimeError
        raise Unsupported("can't start a thread: %s" % error)
    return thread


class Spinner(object):
    """A CPU-bound thread. It counts its turns, which anybody may read at any time."""

    def __init__(self):
        self.turns = 0
        self.seconds = 0.0
        self.until = 0.0
        self.thread = None

    def start(self, until=FOREVER):
        """Compute until the clock says so, or until stopped."""
        self.until = until
        self.thread = start_thread(self.spin)

    def spin(self):
        begun = clock()
        while clock() < self.until:
            self.turns += 1
        self.seconds += clock() - begun

    def stop(self):
        self.until = 0.0
        self.wait()

    def wait(self):
        self.thread.join()
