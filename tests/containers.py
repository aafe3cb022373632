"""A container engine with an image, for the tests that are marked `containers`.

Without one they are skipped with the reason; if ``GILOMETER_REQUIRE`` names ``containers``, they fail.
"""

from __future__ import annotations

from functools import cache

from gilometer.errors import EngineError
from gilometer.interpreters.containers.building import try_out
from gilometer.interpreters.containers.engine import Engine, Image, find_engine
from tests.required import absent

NAME = "containers"


def engine() -> Engine:
    """Give the engine that is here, or skip the test, or fail it."""
    try:
        return _engine()
    except EngineError as error:
        absent(NAME, str(error))


def image() -> Image:
    """Give any image that was built from one of our recipes; all have a Python 3, the supervisor's."""
    try:
        return _image()
    except EngineError as error:
        absent(NAME, str(error))


@cache
def _engine() -> Engine:
    return find_engine()


@cache
def _image() -> Image:
    for one in _engine().images():
        try_out(_engine(), one)
        return one
    raise EngineError("no image is built: nox -s images -- jython")
