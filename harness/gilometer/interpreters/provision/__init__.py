"""Fetch interpreters that a machine lacks into the cache folder."""

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
    """Return all provisioners that have a name, the most useful first."""
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
    """Return the provisioners that ``compare`` uses by itself: a Python without a GIL, fetched in seconds."""
    return (Jython(),)


def by_name(name: str) -> Provisioner:
    """Return the provisioner of a name; a name that is none may be one that uv knows.

    Raises:
        UsageError: Neither has the name.

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
    """Return the interpreters that were fetched before; needs no network."""
    named = (each for each in provisioners() if not isinstance(each, UvPython))
    return tuple(candidate for each in (*named, *uv.kept()) for candidate in each.fetched())
