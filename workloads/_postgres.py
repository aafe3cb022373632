"""A small client for PostgreSQL, over a socket that blocks. What is said is in `_postgres_wire`."""

import socket

import _postgres_wire as wire

TIMEOUT_S = 30.0
SocketError = getattr(socket, "error", OSError)  # Python 2's is no OSError, MicroPython has no other


class Connection(object):
    """One session with the server. Not for two threads at once.

    Raises, of `_postgres_dsn`, ConnectionLost if the server is not there, or silent for `timeout_s` seconds,
    ServerError if it refuses, ProtocolError if the two don't understand each other.
    """

    def __init__(self, dsn, timeout_s=TIMEOUT_S):
        self.dsn = dsn
        self.timeout_s = timeout_s
        self.inbox = wire.Inbox()
        try:
            self.socket = connected(dsn.host, dsn.port, timeout_s)
        except SocketError as error:
            raise dsn.unreachable(error)
        self.converse(wire.Login(dsn))

    def simple_query(self, sql):
        """Run one or several statements; the last one's Result."""
        return self.converse(wire.SimpleQuery(sql))

    def query(self, sql, *parameters):
        """Run one statement with the values of its $1, $2, ...; its Result."""
        return self.converse(wire.ExtendedQuery(sql, parameters))

    def converse(self, exchange):
        """Carry an exchange to its end; a session of which it is not known where it stands is dropped."""
        if self.socket is None:
            raise self.dsn.gone("the connection is closed")
        opening = exchange.opening()
        try:
            self.send(opening)
            while not exchange.over:
                self.send(exchange.answers(self.inbox.messages(self.receive())))
        finally:
            if not exchange.ready:
                self.drop()
        return exchange.outcome()

    def send(self, data):
        try:
            send_all(self.socket, data)
        except SocketError as error:
            raise self.loss(error)

    def receive(self):
        try:
            data = self.socket.recv(wire.RECEIVE_BYTES)
        except SocketError as error:
            raise self.loss(error)
        if not data:
            raise self.dsn.gone()
        return data

    def loss(self, error):
        if "timed out" in str(error) or "EAGAIN" in str(error):  # the latter is MicroPython's
            return self.dsn.silent(self.timeout_s)
        return self.dsn.gone(error)

    def close(self):
        """Say goodbye, and close; may be called again."""
        if self.socket is not None:
            try:
                send_all(self.socket, wire.TERMINATE)
            except SocketError:
                pass  # it is gone already
        self.drop()

    def drop(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def send_all(made, data):
    """What the socket's own sendall does, which MicroPython 1.26 lacks."""
    while data:
        data = data[made.send(data) :]


def connected(host, port, timeout_s):
    """A socket to the first of the host's addresses that takes it.

    MicroPython has no socket.create_connection.
    """
    trouble = SocketError("the host has no address")
    for family, kind, protocol, _, place in socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM):
        made = socket.socket(family, kind, protocol)
        try:
            made.settimeout(timeout_s)
            made.connect(place)
            return made
        except SocketError as error:
            made.close()
            trouble = error
    raise trouble
