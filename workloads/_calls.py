"""Calls that may or may not let another thread run meanwhile, for `gil_release`.

Each lasts at most a few milliseconds on CPython 3.13: a call that keeps the GIL is over before the
switch interval is, after which another thread could ask for it.
"""

import os
import time

from _strategies import Unsupported

MEBIBYTE = b"0123456789abcdef" * (1 << 16)


class Call(object):
    """One kind of call, for a workload that says in which folder and with which database."""

    what = ""

    def __init__(self, workload):
        self.workload = workload

    def open(self):
        """Make it ready. Raises ImportError or Unsupported where it can't be had."""

    def call(self):
        raise NotImplementedError

    def close(self):
        """Undo `open`."""


class Loop(Call):
    """The control: whatever keeps the GIL, this does."""

    what = "pure Python loop"

    def call(self):
        total = 0
        for number in range(40000):
            total += number


class Sleep(Call):
    what = "sleep"

    def call(self):
        time.sleep(0.002)


class Socket(Call):
    """recv, for a peer that says nothing within 2 ms."""

    what = "socket"

    def open(self):
        import socket

        self.timeout = getattr(socket, "timeout", OSError)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(socket.getaddrinfo("127.0.0.1", 0, 0, socket.SOCK_DGRAM)[0][-1])
        self.socket.settimeout(0.002)

    def call(self):
        try:
            self.socket.recv(1)
        except self.timeout:
            pass

    def close(self):
        self.socket.close()


class File(Call):
    """Write 16 KiB, and force them to the disk."""

    what = "file"

    def open(self):
        from os import fsync
        from tempfile import mkstemp

        self.fsync = fsync
        number, self.path = mkstemp(prefix="gilometer-gil-release-", dir=self.workload.folder)
        self.file = os.fdopen(number, "wb", 0)

    def call(self):
        self.file.seek(0)
        self.file.write(b"0123456789abcdef" * 1024)
        self.fsync(self.file.fileno())

    def close(self):
        self.file.close()
        os.remove(self.path)


class Sqlite(Call):
    """A join of 400 rows with themselves, in memory."""

    what = "sqlite"

    def open(self):
        import sqlite3

        self.connection = sqlite3.connect(":memory:")
        self.connection.execute("create table numbers (n integer)")
        self.connection.executemany("insert into numbers values (?)", [(n,) for n in range(400)])

    def call(self):
        question = "select count(*) from numbers a, numbers b where a.n + b.n < 400"
        self.connection.execute(question).fetchone()

    def close(self):
        self.connection.close()


class Database(Call):
    """A question that takes the server a millisecond or two."""

    what = "database"

    def open(self):
        from _postgres_dsn import VARIABLE, dsn_of

        if not self.workload.dsn and not os.getenv(VARIABLE):
            raise Unsupported("no database was given")
        from _postgres import Connection

        self.connection = Connection(dsn_of(self.workload.dsn))

    def call(self):
        self.connection.simple_query("select sum(n) from generate_series(1, 10000) as n")

    def close(self):
        self.connection.close()


class Sha256(Call):
    what = "sha256 of 1 MiB"

    def open(self):
        from hashlib import sha256

        self.sha256 = sha256

    def call(self):
        self.sha256(MEBIBYTE).digest()


class Zlib(Call):
    what = "zlib.compress of 1 MiB"

    def open(self):
        from zlib import compress

        self.compress = compress

    def call(self):
        self.compress(MEBIBYTE)


class Regex(Call):
    """A search in vain."""

    what = "re.search"

    def open(self):
        import re

        self.pattern = re.compile("[xyz]")
        self.text = "0123456789abcdef" * 10000

    def call(self):
        self.pattern.search(self.text)


class Json(Call):
    what = "json.dumps"

    def open(self):
        import json

        self.dumps = json.dumps
        self.numbers = list(range(10000))

    def call(self):
        self.dumps(self.numbers)


CALLS = (Loop, Sleep, Socket, File, Sqlite, Database, Sha256, Zlib, Regex, Json)
