"""A value as bytes that every Python would choose: for `_function`, which compares what functions return.

Numbers, text, and lists, tuples, sets and dicts of these. Floats are rounded to ten digits. What is equal
has the same bytes, so 1, 1.0 and True are one value, and so are 0.0 and -0.0. Of anything else only the
type counts.
"""

import binascii

try:
    TEXT, WHOLE = (str, unicode), (int, long)
except NameError:
    TEXT, WHOLE = (str,), (int, bool)  # to MicroPython a bool is no int

DEEPEST = 20  # lists within lists: one that holds itself has no end
DIGITS = 9  # after the first


def digest(value):
    """A number for a value."""
    return binascii.crc32(written(value)) & 0xFFFFFFFF


def written(value, depth=0):
    """The bytes of a value."""
    if value is None:
        return b"None"
    if isinstance(value, WHOLE):
        return ascii_of("%d" % value)
    if isinstance(value, float):
        return ascii_of(decimal(value))
    if isinstance(value, TEXT) or isinstance(value, (bytes, bytearray)):
        return b'"' + encoded(value) + b'"'
    if depth == DEEPEST:
        return b"..."
    return written_parts(value, depth + 1)


def written_parts(value, depth):
    """The bytes of what has parts; of a number or an array of numpy's, those of what it is a list of."""
    if isinstance(value, dict):
        pairs = [written(key, depth) + b":" + written(value[key], depth) for key in value]
        return b"{" + b",".join(sorted(pairs)) + b"}"
    if isinstance(value, (list, tuple)):
        return b"[" + b",".join([written(part, depth) for part in value]) + b"]"
    if isinstance(value, (set, frozenset)):
        return b"{" + b",".join(sorted([written(part, depth) for part in value])) + b"}"
    if isinstance(value, complex):
        return written([value.real, value.imag], depth)
    if hasattr(value, "tolist"):
        return written(value.tolist(), depth)
    return ascii_of("<%s>" % type(value).__name__)


def decimal(number):
    """A float rounded to ten digits; repr has other digits on some."""
    if number != number:
        return "nan"
    if number in (float("inf"), float("-inf")):
        return "inf" if number > 0 else "-inf"
    if number == 0:
        return "0"
    digits, _, exponent = ("%.*e" % (DIGITS, number)).partition("e")
    exponent = int(exponent)
    if 0 <= exponent <= DIGITS:
        return without_zeros("%.*f" % (DIGITS - exponent, number))
    return "%se%d" % (without_zeros(digits), exponent)


def without_zeros(digits):
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def encoded(text):
    """Text as UTF-8. Bytes are what they are: to Python 2 they are text, too."""
    if isinstance(text, (bytes, bytearray)):
        return bytes(text)
    try:
        return text.encode("utf-8")
    except UnicodeError:  # half a surrogate pair
        return repr(text).encode("utf-8")


def ascii_of(text):
    return text.encode("ascii")
