"""Lists of interpreters in sentences, short enough to be read: ``cpython-2.7, 3.6 to 3.15 and pypy-3.11``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gilometer.report.order import place
from gilometer.report.sentences.text import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_NAMES = 12
"""The most names or ranges that a list has: many, since the names are what was asked for."""
FEWEST_OF_A_RANGE = 3
_LABEL = re.compile(r"(?P<family>.+?)-(?P<version>\d.*)")
_PLAIN = re.compile(r"(\d+)\.(\d+)")


def listed_by_family(labels: Iterable[str], most: int = MOST_NAMES) -> str:
    """List labels, those of a family together and consecutive versions as a range, ``most`` at most.

    A family is named once: ``cpython-3.6 to 3.15, 3.13t+gil`` are all of CPython. What has no version is a
    family of its own.
    """
    families: dict[str, list[str]] = {}
    for label in sorted(labels, key=_plain_first):
        found = _LABEL.fullmatch(label)
        versions = families.setdefault(found["family"] if found else label, [])
        versions += [found["version"]] if found else []
    parts = [part for family, versions in families.items() for part in _parts(family, versions)]
    if len(parts) <= most:
        return listed(parts)
    return listed([*parts[:most], f"{len(parts) - most} more"])


def _plain_first(label: str) -> tuple[object, ...]:
    """Make a key that sorts families in their order, and within one, versions with a suffix last."""
    found = _LABEL.fullmatch(label)
    has_suffix = found is not None and not _PLAIN.fullmatch(found["version"])
    return (*place(label)[:2], has_suffix, *place(label))


def _parts(family: str, versions: Sequence[str]) -> Sequence[str]:
    """Write the versions of one family; only the first has its name."""
    if not versions:
        return [family]
    runs: list[list[str]] = []
    for version in versions:
        if runs and _follows(version, runs[-1][-1]):
            runs[-1].append(version)
        else:
            runs.append([version])
    first, *others = [part for run in runs for part in _range(run)]
    return [f"{family}-{first}", *others]


def _follows(version: str, before: str) -> bool:
    """Tell whether a version is the next after another: ``3.10`` after ``3.9``, without any suffix."""
    this, last = _PLAIN.fullmatch(version), _PLAIN.fullmatch(before)
    return bool(this and last and this[1] == last[1] and int(this[2]) == int(last[2]) + 1)


def _range(run: Sequence[str]) -> Sequence[str]:
    return [f"{run[0]} to {run[-1]}"] if len(run) >= FEWEST_OF_A_RANGE else run
