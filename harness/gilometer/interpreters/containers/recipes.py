"""Recipes of images: a folder each, with a Containerfile and the files that it copies."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path  # noqa: TC003  msgspec resolves annotations at run time
from typing import TYPE_CHECKING

from gilometer.errors import UsageError
from gilometer.locations import PACKAGE
from gilometer.model import Record
from gilometer.suggest import did_you_mean

if TYPE_CHECKING:
    from gilometer.interpreters.containers.engine import Image

FOLDER = PACKAGE / "interpreters" / "images"
CONTAINERFILE = "Containerfile"
BASE = "BASE"
"""The build argument that every recipe has: the image it begins with."""

_ARGUMENT = re.compile(r"^ARG (\w+)=(\S*)", re.MULTILINE)
_DEBIAN = re.compile(r"/library/debian:(\w+)-slim$")


class Recipe(Record, frozen=True):
    """The source of an image."""

    name: str
    folder: Path
    title: str
    """The first line of its Containerfile, which says what is in it."""
    base: str
    """Public name of its base image, unless the user names another."""
    arguments: tuple[str, ...]
    """Names of its other build arguments."""
    digest: str
    """Digest of all files in its folder; an image that was made with another is stale."""

    @property
    def suite(self) -> str:
        """Return the branch of Debian that is its base, such as ``trixie``; empty if the base is another."""
        found = _DEBIAN.search(self.base)
        return found[1] if found else ""


def recipes(folder: Path = FOLDER) -> tuple[Recipe, ...]:
    """Read all recipes, by name."""
    return tuple(_read(path.parent) for path in sorted(folder.glob(f"*/{CONTAINERFILE}")))


def by_name(name: str) -> Recipe:
    """Return the recipe of this name.

    Raises:
        UsageError: There is none.

    """
    known = {each.name: each for each in recipes()}
    if name in known:
        return known[name]
    remedy = did_you_mean(name, list(known), f"there are {', '.join(known)}")
    raise UsageError(f"there is no image called {name!r}; {remedy}")


def stale(image: Image) -> bool:
    """Tell whether the recipe has changed since the image was built; never for an image without a recipe."""
    return any(each.name == image.name and each.digest != image.recipe for each in recipes())


def _read(folder: Path) -> Recipe:
    text = (folder / CONTAINERFILE).read_text(encoding="utf-8")
    defaults = dict(_ARGUMENT.findall(text))
    return Recipe(
        name=folder.name,
        folder=folder,
        title=text.partition("\n")[0].lstrip("# "),
        base=defaults.pop(BASE),
        arguments=tuple(defaults),
        digest=_digest(folder),
    )


def _digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{path.relative_to(folder)} {content}\n".encode())
    return whole.hexdigest()[:16]
