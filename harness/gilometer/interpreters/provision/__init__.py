"""Fetching interpreters that a machine lacks into the cache folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.errors import UsageError
from gilometer.interpreters.provision import uv
from gilometer.interpreters.provision.graalpy import GraalPy
from gilometer.interpreters.provision.jython import Jython
from gilometer.interpreters.provision.micropython import MicroPython
from gilometer.interpreters.provision.pyodide import Pyodide
from gilometer.interpreters.provision.rustpython import RustPython
from gilometer.interpreters.provision.uv import UvPython
from gilometer.suggest import did_you_mean

if TYPE_CHECKING:
    from gilometer.interpreters.candidate import Candidate
    from gilometer.interpreters.provision.provisioner import Provisioner


def provisioners() -> tuple[Provisioner, ...]:
    """Return what can be fetched by name, in the order in which it is worth fetching."""
    return (
        Jython(),
        GraalPy(),
        UvPython("pypy", uv.PYPY),
        UvPython("3.14t"),
        UvPython("3.15"),
        RustPython(),
        MicroPython(),
        Pyodide(),
    )


def by_default() -> tuple[Provisioner, ...]:
    """Return what ``compare`` fetches unasked: a Python without a GIL that takes seconds."""
    return (Jython(),)


def by_name(name: str) -> Provisioner:
    """Return what goes by a name, or whatever uv may know by it.

    Raises:
        UsageError: It is neither.

    """
    known: dict[str, Provisioner] = {each.name: each for each in provisioners()}
    if name in known:
        return known[name]
    if uv.REQUEST.fullmatch(name):
        return UvPython(name)
    every = f"there are {', '.join(known)}, and what uv knows, such as 3.12"
    remedy = did_you_mean(name, list(known), every)
    raise UsageError(f"nothing called {name!r} can be fetched; {remedy}")


def provisioned() -> tuple[Candidate, ...]:
    """Return what was fetched before; needs no network."""
    named = (each for each in provisioners() if not isinstance(each, UvPython))
    return tuple(candidate for each in (*named, *uv.kept()) for candidate in each.fetched())
