"""Fetching interpreters that a machine lacks into the cache folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.interpreters.provision.jython import Jython

if TYPE_CHECKING:
    from harness.interpreters.candidate import Candidate
    from harness.interpreters.provision.provisioner import Provisioner


def provisioners() -> tuple[Provisioner, ...]:
    """Return what can be fetched, in the order in which it is worth fetching."""
    return (Jython(),)


def provisioned() -> tuple[Candidate, ...]:
    """Return what was fetched before; needs no network."""
    return tuple(candidate for each in provisioners() if (candidate := each.fetched()))
