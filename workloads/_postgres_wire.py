"""The PostgreSQL protocol 3.0 without its sockets: what to send, and what an answer means.

An exchange goes from what the client says to the server's being ready again: `Login`, `SimpleQuery`
and `ExtendedQuery`. opening() is what is sent first. answers(messages), given what the server said,
is what to send in turn, which may be nothing, until the exchange is `over`. Then outcome() gives the
Result, or raises ServerError; if the server is not `ready` then, the session has ended. A client has
to do no more than carry bytes: `_postgres` does it with a socket that blocks, `_postgres_async` with
asyncio. All values are text.
"""

import binascii
import os
import struct

from _postgres_dsn import ProtocolError, ServerError
from _postgres_scram import MECHANISM, Scram, ScramError

HEADER_BYTES = 5
RECEIVE_BYTES = 1 << 16
VERSION = 196608  # 3.0
MOST_PARAMETERS = 65535
FATAL = ("FATAL", "PANIC")

# What tells nothing that is needed here: notices, parameters, notifications, the server's process, and
# that a statement was parsed, bound, gives no rows, was empty, or tells which version it would speak.
IGNORED = (b"N", b"S", b"A", b"K", b"1", b"2", b"n", b"I", b"v")


class Inbox(object):
    """Cuts what a server sends into messages."""

    def __init__(self):
        self.chunks = []
        self.held = 0
        self.wanted = HEADER_BYTES

    def messages(self, data):
        """Those that these bytes complete: the kind of each, and its body."""
        self.chunks.append(data)
        self.held += len(data)
        if self.held < self.wanted:
            return []
        data = b"".join(self.chunks)
        found = []
        place = 0
        while self.is_whole(data, place):
            found.append((data[place : place + 1], data[place + HEADER_BYTES : place + self.wanted]))
            place += self.wanted
        self.chunks = [data[place:]]
        self.held = len(data) - place
        return found

    def is_whole(self, data, place):
        """Whether a whole message is there; `wanted` is its length, or that of a header."""
        self.wanted = HEADER_BYTES
        if len(data) - place < HEADER_BYTES:
            return False
        self.wanted = 1 + struct.unpack("!I", data[place + 1 : place + HEADER_BYTES])[0]
        return len(data) - place >= self.wanted


def message(kind, body):
    return kind + struct.pack("!I", len(body) + 4) + body


def c_string(text):
    return text.encode("utf-8") + b"\0"


TERMINATE = message(b"X", b"")
SYNC = message(b"S", b"")


class Exchange(object):
    """What all have in common: errors, and the end, when the server is ready for the next."""

    def __init__(self):
        self.over = False
        self.ready = False
        self.error = None

    def answers(self, messages):
        return b"".join([self.take(kind, body) for kind, body in messages])

    def take(self, kind, body):
        if kind == b"Z":
            self.over = self.ready = True
        elif kind == b"E":
            self.error = error_of(body)
            self.over = self.error.severity in FATAL  # after which the server closes the connection
        elif kind not in IGNORED:
            return self.answer(kind, body)
        return b""

    def answer(self, kind, body):
        raise ProtocolError("PostgreSQL sent a message of kind %r, which this client does not know" % kind)

    def outcome(self):
        if self.error:
            raise self.error


def error_of(body):
    fields = dict([(field[:1], field[1:].decode("utf-8", "replace")) for field in body.split(b"\0") if field])
    severity = fields.get(b"V") or fields.get(b"S", "ERROR")
    return ServerError(severity, fields.get(b"C", ""), fields.get(b"M", ""))


class Login(Exchange):
    """Who the client is, proved by SCRAM-SHA-256 or taken on trust."""

    def __init__(self, dsn):
        Exchange.__init__(self)
        self.dsn = dsn
        self.scram = None

    def take(self, kind, body):
        reply = Exchange.take(self, kind, body)
        self.over = self.over or self.error is not None  # nobody is let in after one
        return reply

    def opening(self):
        pairs = ("user", self.dsn.user, "database", self.dsn.database, "client_encoding", "UTF8")
        body = struct.pack("!I", VERSION) + b"".join([c_string(each) for each in pairs]) + b"\0"
        return struct.pack("!I", len(body) + 4) + body

    def answer(self, kind, body):
        if kind != b"R":
            return Exchange.answer(self, kind, body)
        try:
            return self.authenticate(struct.unpack("!I", body[:4])[0], body[4:])
        except ScramError as error:
            raise ProtocolError("%s does not prove who it is: %s" % (self.dsn.server(), error))

    def authenticate(self, code, data):
        if code == 10 and MECHANISM in data.split(b"\0"):
            nonce = binascii.b2a_base64(os.urandom(18)).strip()
            self.scram = Scram(self.dsn.user, self.dsn.password, nonce)
            first = self.scram.first()
            return message(b"p", MECHANISM + b"\0" + struct.pack("!I", len(first)) + first)
        if code == 11 and self.scram:
            return message(b"p", self.scram.final(data))
        if code == 12 and self.scram:
            self.scram.verify(data)
        elif code != 0:
            raise ProtocolError(
                "%s asks for a way to log in that this client lacks (number %d); "
                "it knows trust and scram-sha-256" % (self.dsn.server(), code)
            )
        elif self.scram:
            self.scram.check_verified()
        return b""


class Result(object):
    """What a statement gave: the names of its columns, its rows, and its tag, such as `INSERT 0 1`.

    A value is text, or None for NULL.
    """

    def __init__(self):
        self.columns = []
        self.rows = []
        self.tag = ""


class SimpleQuery(Exchange):
    """One or several statements as they stand; the result is the last one's."""

    def __init__(self, sql):
        Exchange.__init__(self)
        self.sql = sql
        self.result = Result()

    def opening(self):
        return message(b"Q", c_string(self.sql))

    def answer(self, kind, body):
        if kind == b"D":
            self.result.rows.append(row_of(body))
        elif kind == b"T":
            self.result = Result()
            self.result.columns = columns_of(body)
        elif kind == b"C":
            self.end_statement(body[:-1].decode("utf-8"))
        elif kind in (b"G", b"H"):
            raise ProtocolError("this client can't COPY from or to its own side")
        else:
            return Exchange.answer(self, kind, body)
        return b""

    def end_statement(self, tag):
        if self.result.tag:  # it is the one before's, and this statement gave no rows
            self.result = Result()
        self.result.tag = tag

    def outcome(self):
        Exchange.outcome(self)
        return self.result


class ExtendedQuery(SimpleQuery):
    """One statement, whose $1, $2, ... are given apart from it, in one journey: parse to sync."""

    def __init__(self, sql, parameters):
        SimpleQuery.__init__(self, sql)
        if len(parameters) > MOST_PARAMETERS:
            raise ValueError("a statement takes %d parameters at most" % MOST_PARAMETERS)
        self.parameters = parameters

    def opening(self):
        count = struct.pack("!HH", 0, len(self.parameters))
        values = b"".join([packed(value) for value in self.parameters])
        return b"".join(
            [
                message(b"P", b"\0" + c_string(self.sql) + b"\0\0"),
                message(b"B", b"\0\0" + count + values + b"\0\0"),
                message(b"D", b"P\0"),
                message(b"E", b"\0" + b"\0\0\0\0"),
                SYNC,
            ]
        )


def packed(value):
    """A parameter: its length, then it itself as text."""
    if value is None:
        return b"\xff\xff\xff\xff"
    data = (("%.17g" if isinstance(value, float) else "%s") % (value,)).encode("utf-8")
    return struct.pack("!I", len(data)) + data


def row_of(body):
    """The values of a row."""
    values = []
    place = 2
    for _ in range(struct.unpack("!H", body[:2])[0]):
        length = struct.unpack("!i", body[place : place + 4])[0]
        place += 4
        if length < 0:
            values.append(None)
        else:
            values.append(body[place : place + length].decode("utf-8"))
            place += length
    return values


def columns_of(body):
    """The names in a description of rows: each ends with a zero, and 18 bytes follow that tell its type."""
    names = []
    place = 2
    for _ in range(struct.unpack("!H", body[:2])[0]):
        end = body.index(b"\0", place)
        names.append(body[place:end].decode("utf-8"))
        place = end + 19
    return names
