"""Build an image from a recipe: fetch or make its base, then build, label and try it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping  # noqa: TC003  msgspec resolves annotations at run time
from typing import TYPE_CHECKING, Protocol

from gilometer import __version__
from gilometer.errors import EngineError, InterruptedRunError
from gilometer.interpreters.containers import bootstrap
from gilometer.interpreters.containers.engine import LABEL, Image
from gilometer.interpreters.containers.job import Job, by_its_step, by_signal
from gilometer.interpreters.containers.recipes import BASE, CONTAINERFILE, Recipe
from gilometer.model import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gilometer.interpreters.containers.engine import Engine


class BuildOrder(Record, frozen=True):
    """An image that is to be built."""

    recipe: Recipe
    base: str
    """Name of its base image; one that the engine doesn't have is fetched, or made."""
    arguments: Mapping[str, str] = {}
    """Build arguments of the recipe, other than its base."""

    @property
    def tag(self) -> str:
        """Return the name that the image gets."""
        return f"localhost/gilometer-{self.recipe.name}:latest"


class BuildResult(Record, frozen=True):
    """The result of building one image."""

    name: str
    seconds: float
    image: Image | None = None
    error: str = ""


class BuildView(Protocol):
    """A view of builds for the person at the terminal."""

    def begin(self, order: BuildOrder) -> Callable[[str], None]:
        """Begin with one image; return a function that gets each line that the engine prints."""
        ...

    def ended(self, ending: BuildResult) -> None:
        """Say how a build ended."""
        ...


def build_all(engine: Engine, orders: Sequence[BuildOrder], view: BuildView) -> tuple[BuildResult, ...]:
    """Build one image after the other; the others are built even if one fails.

    Raises:
        InterruptedRunError: The user pressed Ctrl-C; what was running has ended.

    """
    endings = []
    try:
        for order in orders:
            ending = _attempt(engine, order, view.begin(order))
            endings.append(ending)
            view.ended(ending)
    except KeyboardInterrupt as interrupt:
        names = " ".join(order.recipe.name for order in orders[len(endings) :])
        raise InterruptedRunError(
            f"interrupted; no half image is kept. Still to be built: {names}"
        ) from interrupt
    return tuple(endings)


def _attempt(engine: Engine, order: BuildOrder, hear: Callable[[str], None]) -> BuildResult:
    before = time.monotonic()
    name = order.recipe.name
    try:
        image = build(engine, order, hear)
    except EngineError as error:
        return BuildResult(name, time.monotonic() - before, error=str(error))
    return BuildResult(name, time.monotonic() - before, image)


def build(engine: Engine, order: BuildOrder, hear: Callable[[str], None]) -> Image:
    """Build an image and try it; remove the one that had its name, unless something runs in it.

    Raises:
        EngineError: It could not be built, or runs nothing; the message continues its name.

    """
    earlier = find(engine, order.recipe.name)
    job = Job(order.recipe.name, hear)
    _provide_base(engine, order, job)
    stop = by_its_step if engine.program == "podman" else by_signal
    job.run(_building(engine, order), "could not be built", stop)
    image = find(engine, order.recipe.name)
    if image is None:
        raise EngineError(f"was built, and is no image with our labels; see {job.log}")
    if earlier and earlier.id != image.id:
        engine.discard(earlier.id)
    try_out(engine, image)
    return image


def find(engine: Engine, name: str) -> Image | None:
    """Return the image that was built from a recipe, if any was."""
    return next((image for image in engine.images() if image.name == name), None)


def try_out(engine: Engine, image: Image) -> None:
    """Run an empty program with an image's Python, with the same restrictions as when it is measured.

    Raises:
        EngineError: The engine can't run it.

    """
    argv = engine.running(image.id, (*image.supervisor, "-c", "pass"), name=f"gilometer-trial-{os.getpid()}")
    engine.ask(*argv[1:])


def _provide_base(engine: Engine, order: BuildOrder, job: Job) -> None:
    """Fetch the base, or make it if its name says that it is made here."""
    recipe = order.recipe
    if engine.has(order.base):
        return
    if recipe.suite and order.base == bootstrap.base_for(recipe):
        bootstrap.make_base(engine, recipe, job)
        return
    remedy = "--bootstrap makes a base from Debian packages" if recipe.suite else "--base names another"
    failure = f"its base {order.base} could not be fetched; {remedy}"
    job.run((engine.path, "pull", order.base), failure, by_signal)


def _building(engine: Engine, order: BuildOrder) -> tuple[str, ...]:
    """Return the command that builds it, with labels that say from what.

    The steps use this machine's network as it is: they fetch packages, and an engine may have no other.
    """
    recipe = order.recipe
    labels = {
        "name": recipe.name,
        "recipe": recipe.digest,
        "base": order.base,
        "base-id": engine.ask("image", "inspect", "--format", "{{.ID}}", order.base).strip(),
        "arguments": json.dumps(dict(order.arguments)),
        "harness": __version__,
    }
    return (
        *(engine.path, "build", "--network=host", "--force-rm"),
        *(f"--file={recipe.folder / CONTAINERFILE}", f"--tag={order.tag}"),
        *(f"--build-arg={key}={value}" for key, value in {BASE: order.base, **order.arguments}.items()),
        *(f"--label={LABEL}{key}={value}" for key, value in labels.items()),
        str(recipe.folder),
    )
