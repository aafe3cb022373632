"""Where the contract's lines go: to standard output, which nothing else reaches once it is taken.

What a workload or a library prints goes to standard error instead. Here it would be read as an answer.
"""

import os
import sys

import _runtime


class Channel(object):
    """Standard output as it was when the script began."""

    def __init__(self):
        self.out = None

    def take(self):
        """Keep standard output, and send all that others print to standard error."""
        self.out = take_descriptor() or sys.stdout
        if _runtime.implementation() == "micropython":  # which has no other sys.stdout than its own
            import _micropython

            _micropython.print_to_stderr()
        else:
            sys.stdout = sys.stderr

    def tell(self, text):
        """Write a line, and let nothing keep it back."""
        out = self.out or sys.stdout
        out.write(text + "\n")
        out.flush()


def take_descriptor():
    """A file that is standard output, whose own descriptor becomes standard error's.

    None where that can't be: Jython and MicroPython have no descriptors, IronPython's are its own numbers.
    """
    if not hasattr(os, "dup2") or _runtime.implementation() == "ironpython":
        return None
    if not sys.stdout or sys.stdout is not sys.__stdout__:  # it is closed, or a caller's own
        return None
    try:
        sys.stdout.flush()
        own = os.dup(1)
        os.dup2(2, 1)
    except EnvironmentError:  # one of them is closed
        return None
    return os.fdopen(own, "w")
