"""Where the contract's lines go and commands come from: standard output and input, once they are taken.

What a workload or a library prints goes to standard error instead. Here it would be read as an answer. What
it reads is empty, or it would take the commands.
"""

import os
import sys

import _runtime


class Channel(object):
    """Standard output and input as they were when the script began."""

    def __init__(self):
        self.out = None
        self.commands = None

    def take(self):
        """Keep both, send all that others print to standard error, and let them read nothing."""
        self.commands = take_input() or sys.stdin
        self.out = take_descriptor() or sys.stdout
        if _runtime.implementation() == "micropython":  # which has no other sys.stdout than its own
            import _micropython

            _micropython.print_to_stderr()
        else:
            sys.stdout = sys.stderr

    def hear(self):
        """The next line of a command; nothing at the end, or where there is no input."""
        return self.commands.readline() if self.commands else ""

    def tell(self, text):
        """Write a line, and let nothing keep it back."""
        out = self.out or sys.stdout
        out.write(text + "\n")
        out.flush()


def take_descriptor():
    """A file that is standard output, whose own descriptor becomes standard error's.

    None where that can't be: Jython and MicroPython have no descriptors, IronPython's are its own numbers.
    """
    if not has_descriptors():
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


def take_input():
    """A file that is standard input, whose own descriptor is an empty file's; None where that can't be."""
    if not has_descriptors() or not sys.stdin or sys.stdin is not sys.__stdin__:
        return None
    try:
        own = os.dup(0)
        empty = os.open(os.devnull, os.O_RDONLY)
        os.dup2(empty, 0)
        os.close(empty)
    except EnvironmentError:  # it is closed
        return None
    return os.fdopen(own, "r")


def has_descriptors():
    return hasattr(os, "dup2") and _runtime.implementation() != "ironpython"
