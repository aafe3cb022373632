"""What the strategies use of Python's standard library, where MicroPython has no such module.

Its threads share no GIL, and its lists and dicts no locks: two threads must never change the
same one at the same time. Here all that is shared changes under the condition's lock.
"""

import _thread
import io
import sys

STACK_BYTES = 1 << 20  # by default a thread has a fraction of what the main one has


class Thread(object):
    """As in `threading`, as far as it goes."""

    def __init__(self, target, args):
        self.target = target
        self.args = args
        self.ended = locked()

    def start(self):
        _thread.stack_size(STACK_BYTES)
        _thread.start_new_thread(self.run, ())

    def run(self):
        try:
            self.target(*self.args)
        finally:
            self.ended.release()

    def join(self):
        """Wait for the end; only once."""
        self.ended.acquire()


class Condition(object):
    """As in `threading`: each that waits does so at a lock of its own."""

    def __init__(self):
        self.lock = _thread.allocate_lock()
        self.waiting = []

    def __enter__(self):
        self.lock.acquire()

    def __exit__(self, *_error):
        self.lock.release()

    def wait(self):
        turn = locked()
        self.waiting.append(turn)
        self.lock.release()
        turn.acquire()
        self.lock.acquire()

    def notify_all(self):
        for turn in self.waiting:
            turn.release()
        self.waiting = []


def locked():
    """A lock that is taken: whoever takes it waits until another gives it back."""
    lock = _thread.allocate_lock()
    lock.acquire()
    return lock


def end_when_interrupted():
    """Let Ctrl-C end the process at once, instead of raising KeyboardInterrupt at the gate."""
    import micropython

    micropython.kbd_intr(-1)


def print_to_stderr():
    """Let `print` write to standard error from now on; sys.stdout can't be replaced."""
    import builtins

    plain = builtins.print
    builtins.print = lambda *values, **how: plain(*values, **dict(how, file=how.get("file", sys.stderr)))


def format_error(error):
    """Its traceback and itself, as the module `traceback` gives them."""
    out = io.StringIO()
    sys.print_exception(error, out)
    return out.getvalue()
