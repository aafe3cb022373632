"""Interpreters that live in container images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.commands import typed
from gilometer.errors import EngineError
from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.containers.building import try_out
from gilometer.interpreters.containers.engine import find_engine, installed
from gilometer.interpreters.containers.recipes import stale

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gilometer.model import Interpreter

PROBE_S = 60.0
"""Seconds for a container to start and its interpreter, perhaps on a JVM, to answer."""


def in_images() -> tuple[Candidate, ...]:
    """Return the interpreters of all images that were built; none without an engine that works."""
    try:
        images = find_engine().images() if installed() else ()
    except EngineError:  # ``engine_problem`` reports it
        return ()
    return tuple(
        Candidate(command, source=f"image {image.name}", image=image.id, timeout_s=PROBE_S)
        for image in images
        for command in image.commands
    )


def engine_problem() -> str:
    """Say why an engine that is on PATH does not work, tried with one of its images; empty if it does."""
    try:
        if installed():
            engine = find_engine()
            for image in engine.images()[:1]:
                try_out(engine, image)
    except EngineError as error:
        return str(error)
    return ""


def out_of_date(interpreters: Iterable[Interpreter]) -> tuple[str, ...]:
    """Say of each image that these interpreters live in if its recipe has changed since it was built."""
    used = {each.image for each in interpreters if each.image}
    try:
        images = find_engine().images() if used else ()
    except EngineError:  # their launcher will say so
        return ()
    return tuple(
        f"the image {image.name} is of an older recipe; build it again: {typed('images', image.name)}"
        for image in images
        if image.id in used and stale(image)
    )
