"""The habits of IronPython, put into any CPython that has this folder on its path before a script begins.

``GILOMETER_TEST_HABITS`` names them; without it there are none. Each was seen on IronPython 3.4.2.
"""

from __future__ import annotations

import builtins
import ctypes
import errno
import os
import re
import sys
import time
from importlib import machinery
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Callable

loader: Any = machinery.SourceFileLoader
system: Any = sys
"""Both are changed in ways that their types forbid."""
LACKS = ("_hashlib", "_interpreters", "_sqlite3", "_xxsubinterpreters", "concurrent.interpreters")
ASYNC = re.compile(r"^\s*async def", re.MULTILINE)
PROBED = "probe"
"""The name of the file that the probe has compiled, to see whether there is such a syntax."""
COLD_ROUNDS = 6
PERIOD = 8
SLOWER_S = 0.002


def floats_have_17_digits() -> None:
    """Give ``repr`` of a float, and all that is made of it, as many digits as tell any two floats apart."""
    slot = object.__basicsize__ + 9 * ctypes.sizeof(ctypes.c_void_p)  # of tp_repr, within a type
    function = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object)(_with_17_digits)
    KEPT.append(function)
    address = ctypes.cast(function, ctypes.c_void_p).value
    ctypes.c_void_p.from_address(id(float) + slot).value = address


KEPT: list[object] = []
"""What must live as long as the process."""


def _with_17_digits(value: float) -> str:
    text = format(value, ".17g")
    return text if set(text) & set(".en") else f"{text}.0"


def has_no_processes() -> None:
    """Import multiprocessing, but neither fork nor close a pipe."""
    from multiprocessing import connection, process  # noqa: PLC0415

    pipe, parent = cast("Any", connection.Connection), cast("Any", process.BaseProcess)

    def start(_self: object) -> None:
        raise AttributeError("module 'os' has no attribute 'fork'")

    def close(_self: object) -> None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))

    del os.fork
    parent.start = start
    pipe.close = close


def addresses_have_no_kind() -> None:
    """Give 0 as the kind of an address, unless one is asked for."""
    import socket  # noqa: PLC0415

    found = socket.getaddrinfo

    def getaddrinfo(*words: Any, **named: Any) -> list[Any]:
        kind = named.get("type", words[3] if len(words) > 3 else 0)
        return [(one[0], one[1] if kind else 0, *one[2:]) for one in found(*words, **named)]

    socket.getaddrinfo = getaddrinfo


def counts_no_cpus() -> None:
    """Have no ``os.cpu_count``."""
    for name in ("cpu_count", "process_cpu_count"):
        if hasattr(os, name):
            delattr(os, name)


def sleeps_whole_milliseconds() -> None:
    """Sleep as many milliseconds as are whole."""
    slept: Any = time.sleep

    def sleep(seconds: float) -> None:
        slept(int(seconds * 1000) / 1000)

    system.modules["time"].sleep = sleep


def knows_no_async() -> None:
    """Refuse ``async def`` as a wrong syntax, except in the standard library."""
    own, compiled = loader.get_code, builtins.compile

    def compile_(source: Any, filename: Any, *words: Any, **named: Any) -> Any:
        if filename == PROBED and "async def" in source:
            raise SyntaxError("unexpected token 'def'", (filename, 1, 1, ""))
        return compiled(source, filename, *words, **named)

    def get_code(self: loader, name: str) -> Any:
        source = Path(self.path)
        if not source.is_relative_to(Path(os.__file__).parent) and ASYNC.search(source.read_text()):
            raise SyntaxError("unexpected token 'def'", (self.path, 1, 1, ""))
        return own(self, name)

    loader.get_code = get_code
    builtins.compile = compile_


def lacks_native_modules() -> None:
    """Have none of the modules that are written in C for CPython."""
    system.modules.update(dict.fromkeys(LACKS))  # None: it can't be imported


def is_slow_until_compiled() -> None:
    """Let each worker be slow in its first rounds, and then again in each eighth, as its collector runs."""

    def slowed(run: Callable[[Any, int], Any]) -> Callable[[Any, int], Any]:
        def later(worker: Any, loops: int) -> Any:
            worker.rounds = getattr(worker, "rounds", 0) + 1
            if worker.rounds <= COLD_ROUNDS or worker.rounds % PERIOD == 0:
                time.sleep(SLOWER_S)
            return run(worker, loops)

        return later

    _after_import("_strategies", lambda module: setattr(module.Worker, "run", slowed(module.Worker.run)))


def _after_import(name: str, change: Callable[[Any], None]) -> None:
    """Change a module as soon as it has been imported."""
    own = loader.exec_module

    def exec_module(self: loader, module: Any) -> None:
        own(self, module)
        if module.__name__ == name:
            change(module)

    loader.exec_module = exec_module


def names_no_program() -> None:
    """Call a file the executable that can't be executed: a dotnet tool's is a library."""
    from multiprocessing import spawn  # noqa: F401, PLC0415  it keeps the true one: processes are another habit

    sys.executable = __file__


def calls_itself_ironpython() -> None:
    """Say what IronPython says of itself on .NET, whose collector the environment chooses."""
    system.implementation.name = "ironpython"
    system.version_info = system.implementation.version = Release()
    system.version = "3.4.2 (3.4.2.1000)\n[.NETCoreApp,Version=v10.0 on .NET 10.0.12 (64-bit)]"
    if hasattr(sys, "_is_gil_enabled"):
        del system._is_gil_enabled
    is_server = os.environ.get("DOTNET_gcServer") == "1"  # noqa: SIM112  .NET spells it so
    settings = SimpleNamespace(IsServerGC=is_server, LatencyMode="Interactive")
    system.modules["System"] = SimpleNamespace()
    system.modules["System.Runtime"] = SimpleNamespace(GCSettings=settings)


class Release(NamedTuple):
    """The version of the language."""

    major: int = 3
    minor: int = 4
    micro: int = 2
    releaselevel: str = "final"
    serial: int = 0


HABITS = {
    one.__name__: one
    for one in (
        floats_have_17_digits,
        has_no_processes,
        addresses_have_no_kind,
        counts_no_cpus,
        sleeps_whole_milliseconds,
        knows_no_async,
        lacks_native_modules,
        is_slow_until_compiled,
        names_no_program,
        calls_itself_ironpython,
    )
}


def take_on() -> None:
    """Take on the habits that the environment names, or all of them."""
    named = os.environ.get("GILOMETER_TEST_HABITS", "").split()
    for name in HABITS if named == ["all"] else named:
        HABITS[name]()


take_on()
