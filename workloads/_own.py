"""Code of the user's own: to import it, and to find a function and its items in it.

It is named as `mine.py:work` or `package.module:work`, as seen from the current folder.
"""

import errno
import os
import sys

from _arguments import UsageError
from _strategies import Unsupported, traceback_of

GENERATOR = 0x20 | 0x200  # bits of a function's code: it has `yield`, in a plain or in an async function
COROUTINE = 0x80


class Code(object):
    """A function with its items, and what comes before and after it in each worker."""

    def __init__(self, module, function, items):
        self.function = function
        self.items = items
        self.setup = getattr(module, "setup", None)
        self.teardown = getattr(module, "teardown", None)


def load(function, items, arguments):
    """Import what two names name. Without items that are named there are none, or so many numbers.

    Raises UsageError for what can't be, and Unsupported for what this interpreter can't import.
    """
    make_room(arguments, where_of(function))
    module = imported(where_of(function))
    called = found_in(module, function)
    refuse_no_function(called, function)
    refuse_no_loop(module, called)
    return Code(module, called, items_of(items))


def make_room(arguments, where):
    """Let the code find its arguments and its own folder; what lies in ours is found last."""
    sys.argv[:] = [where] + [str(argument) for argument in arguments]
    if hasattr(sys, "dont_write_bytecode"):  # MicroPython writes none
        sys.dont_write_bytecode = True
    ours = folder_of(__file__)
    if ours in sys.path:
        sys.path.remove(ours)
        sys.path.append(ours)


def where_of(name):
    """The file or the module of a name."""
    where, colon, inside = name.rpartition(":")
    if not where or not inside:
        raise UsageError("%r names no function; give a file and a name in it, such as mine.py:work" % name)
    return where


def imported(where):
    """The module that is in a file, or that has a dotted name."""
    name, folder = module_name(where), os.getcwd()
    if where.endswith(".py"):
        refuse_no_file(where)
        folder = folder_of(where)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    before = name in sys.modules
    try:
        __import__(name)
    except SyntaxError as error:
        raise Unsupported("can't compile %s" % place_of(error, where))
    except ImportError as error:
        raise Unsupported("lacks what %s needs: %s" % (where, error))
    if before and where.endswith(".py") and folder_of(sys.modules[name].__file__) != folder:
        raise UsageError("%s is called like a module of Python's own, %s; rename it" % (where, name))
    return sys.modules[name]


def module_name(where):
    return where.rpartition("/")[2][: -len(".py")] if where.endswith(".py") else where


def refuse_no_file(path):
    try:
        open(path).close()
    except Exception as error:  # an IOError to Python 2, which MicroPython does not know
        if getattr(error, "errno", None) == errno.EACCES:  # in a container, say, whose user is another
            raise Unsupported("can't read %s: let others read it" % path)
        raise UsageError("there is no file %s in %s" % (path, os.getcwd()))


def folder_of(path):
    """The absolute path of a file's folder."""
    folder = (path or "").rpartition("/")[0]
    if path.startswith("/"):
        return folder or "/"
    return os.getcwd() + ("/" + folder if folder not in ("", ".") else "")


def place_of(error, where):
    """The file and the line of a syntax error, and what is wrong there."""
    line, path = getattr(error, "lineno", None), getattr(error, "filename", None)
    if not line:  # MicroPython tells them in words
        line = traceback_of(error).rpartition("line ")[2].partition("\n")[0].partition(",")[0]
    name = path.rpartition("/")[2] if path else where
    return "%s: line %s: %s" % (name, line, getattr(error, "msg", None) or error)


def found_in(module, name):
    """What a name names in a module.

    Raises UsageError.
    """
    found = module
    for part in name.rpartition(":")[2].split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise UsageError("%s has no %s" % (where_of(name), name.rpartition(":")[2]))
    return found


def refuse_no_function(called, name):
    """Raise UsageError, in one sentence, for what can't be called as a function."""
    word = name.rpartition(":")[2]
    if "." in word:
        raise UsageError("%s is a method; name a function that makes the object and calls it" % word)
    if isinstance(called, type):
        raise UsageError("%s is a class; name a function that makes an object and uses it" % word)
    if not callable(called):
        raise UsageError("%s is no function but a %s; name a function" % (word, type(called).__name__))
    if flags_of(called) & GENERATOR:
        raise UsageError(
            "%s is a generator, so calling it does none of its work; name a function that goes through it,"
            " such as: def all_of(item): return list(%s(item))" % (word, word)
        )


def refuse_no_loop(module, called):
    """Raise UsageError for what has an event loop neither before nor after the function."""
    for name in ("setup", "teardown"):
        if is_async(getattr(module, name, None)) and not is_async(called):
            raise UsageError("%s is an async def, and the function is none; make it a plain function" % name)


def is_async(called):
    return bool(flags_of(called) & COROUTINE)


def flags_of(called):
    return getattr(getattr(called, "__code__", None), "co_flags", 0)


def takes_item(called, has_items):
    """Whether a function is called with an item; where nothing tells, it is if there are any.

    Raises UsageError if it can be called neither so nor without.
    """
    fewest, most = counts_of(called)
    if fewest is None:
        return has_items
    if fewest > 1:
        raise UsageError(
            "%s takes %d arguments; it must take one, the item, or none" % (called.__name__, fewest)
        )
    if fewest == 1 and not has_items:
        raise UsageError(
            "%s takes an item; say how many with --items 24, or which with --items mine.py:inputs"
            % called.__name__
        )
    return has_items and most > 0


def counts_of(called):
    """The fewest and the most arguments by position; None where nothing tells."""
    code = getattr(called, "__code__", None)
    if not hasattr(code, "co_argcount"):
        return None, None
    most = code.co_argcount
    fewest = most - len(getattr(called, "__defaults__", None) or ())
    return fewest, most + bool(code.co_flags & 0x04)  # *arguments


def items_of(items):
    """The items: so many numbers, or what a name names. None: there are none."""
    if not items:
        return None
    if is_number(items):
        return range(int(items))
    found = found_in(imported(where_of(items)), items)
    if callable(found):
        found = found()
    try:
        return list(found)
    except TypeError:
        raise UsageError(
            "%s is a %s; items are a list, or a function that gives one" % (items, type(found).__name__)
        )


def is_number(items):
    return items.isdigit()
