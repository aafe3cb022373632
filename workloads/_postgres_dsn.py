"""Where a PostgreSQL server is, as a DSN tells, and what can go wrong with it, in sentences."""

import binascii
import os

from _arguments import UsageError
from _strategies import WorkerFailed

VARIABLE = "GILOMETER_POSTGRES"


class PostgresError(WorkerFailed):
    """What went wrong, in one sentence."""

    def __init__(self, sentence):
        self.sentence = sentence

    def __str__(self):
        return native(self.sentence)


class ConnectionLost(PostgresError):
    """The server can't be reached, is gone, or doesn't answer in time."""


class ProtocolError(PostgresError):
    """The server wants or says what this client does not understand."""


class ServerError(PostgresError):
    """What the server refuses; its severity, SQLSTATE and message as text."""

    def __init__(self, severity, sqlstate, message):
        self.severity = severity
        self.sqlstate = sqlstate
        self.message = message
        self.sentence = "%s %s: %s" % (severity, sqlstate, message)


def native(text):
    """As `str`, of which Python 2 has no other letters than ASCII's."""
    return text if isinstance(text, str) else text.encode("ascii", "backslashreplace")


class Dsn(object):
    """Where a database is, and who asks."""

    def __init__(self, user, password, host, port, database):
        self.user = user
        self.password = password
        self.host = host
        self.port = port
        self.database = database

    def server(self):
        return "the PostgreSQL server at %s:%d" % (self.host, self.port)

    def unreachable(self, error):
        return ConnectionLost("%s can't be reached: %s" % (self.server(), error))

    def silent(self, seconds):
        return ConnectionLost("%s was silent for %g seconds" % (self.server(), seconds))

    def gone(self, why="it closed the connection"):
        return ConnectionLost("%s is gone: %s" % (self.server(), why))


def dsn_of(text):
    """The database at this address, or, if that is empty, the one that the harness runs.

    Raises UsageError.
    """
    text = text or os.getenv(VARIABLE)
    if not text:
        raise UsageError(
            "there is no database to ask; start one with `gilometer serve` and export what it prints, "
            "or give --param dsn=postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
        )
    return parse_dsn(text)


def parse_dsn(text):
    """Read postgresql://user:password@host:port/database, parts of which may be percent-encoded.

    The password, the port (5432) and the database (the user's name) may be left out. Raises UsageError.
    """
    scheme, mark, rest = text.partition("://")
    if not mark or scheme not in ("postgresql", "postgres"):
        raise UsageError("a DSN is postgresql://user:password@host:port/database, unlike what was given")
    if "?" in rest:
        raise UsageError("this client takes no options in a DSN: leave out what follows the question mark")
    place, _, database = rest.partition("/")
    login, _, place = place.rpartition("@")
    user, _, password = login.partition(":")
    host, port = split_port(place)
    if not user or not host:
        raise UsageError("the DSN must name a user and a host: postgresql://user:password@host:port/database")
    user = decoded(user)
    return Dsn(user, decoded(password), host, port, decoded(database) or user)


def split_port(place):
    """The host, out of its brackets if it is an IPv6 address, and the port."""
    host, colon, port = place.rpartition(":")
    if not colon or place.endswith("]"):
        host, port = place, "5432"
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise UsageError("the DSN's port must be a number from 1 to 65535, not %s" % port)
    return host.strip("[]"), int(port)


def decoded(text):
    """Text with its percent signs resolved."""
    parts = text.split("%")
    try:
        data = parts[0].encode("utf-8")
        for part in parts[1:]:
            data += byte_of(part[:2]) + part[2:].encode("utf-8")
        return data.decode("utf-8")
    except (TypeError, ValueError):  # binascii's own error is one or the other
        raise UsageError("the DSN must be ASCII, its other letters percent-encoded as UTF-8 (%25 for %)")


def byte_of(digits):
    """The byte that two hexadecimal digits stand for, and an error if they are none."""
    if len(digits) != 2:
        raise ValueError
    return binascii.unhexlify(digits.encode("utf-8"))
