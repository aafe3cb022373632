"""Make a base image out of Debian packages alone, for a machine that can reach no image registry."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gilometer.errors import EngineError
from gilometer.interpreters.containers.job import by_signal

if TYPE_CHECKING:
    from gilometer.interpreters.containers.engine import Engine
    from gilometer.interpreters.containers.job import Job
    from gilometer.interpreters.containers.recipes import Recipe

TOOL = "mmdebstrap"


def base_for(recipe: Recipe) -> str:
    """Return the name that the base of a recipe has when it was made here.

    Raises:
        EngineError: Its base is more than Debian.

    """
    if not recipe.suite:
        raise EngineError(
            f"{recipe.name} begins with {recipe.base}, which can't be made from Debian packages;"
            " --base names another image to begin with"
        )
    return f"localhost/gilometer-base:{recipe.suite}"


def make_base(engine: Engine, recipe: Recipe, job: Job) -> None:
    """Make the base of a recipe with mmdebstrap, as small as Debian's own "slim" images.

    Raises:
        EngineError: There is no mmdebstrap, or it or the engine failed.

    """
    base = base_for(recipe)
    tool = shutil.which(TOOL)
    if tool is None:
        raise EngineError(f"--bootstrap needs {TOOL}, which is not on PATH; on Debian: apt install {TOOL}")
    with tempfile.TemporaryDirectory(dir=job.log.parent, prefix=".base-") as folder:
        archive = Path(folder) / "base.tar"
        command = (tool, "--variant=minbase", *_SLIM, *_ACCEPT_OLD, recipe.suite, str(archive))
        job.run(command, f"the base {base} could not be made", by_signal)
        command = (engine.path, "import", str(archive), base)
        job.run(command, f"the base {base} could not be imported", by_signal)


_SLIM = tuple(f"--dpkgopt=path-exclude=/usr/share/{folder}/*" for folder in ("doc", "info", "locale", "man"))
_ACCEPT_OLD = ("--aptopt=Acquire::Check-Valid-Until false",)
"""Accept a mirror that lags: one behind a firewall often does."""
