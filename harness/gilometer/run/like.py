"""The loops of an earlier run, taken over, so that both runs' invocations do the same work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from gilometer.errors import RunFolderError
from gilometer.model import Calibration, Outcome
from gilometer.run.calibrate import pending
from gilometer.runs import folder as run_folder
from gilometer.runs import store

if TYPE_CHECKING:
    from pathlib import Path

    from gilometer.model import Plan


def calibrations_of(folder: Path, plan: Plan) -> list[Calibration]:
    """What a run's calibrations spare this plan, by the interpreters' labels and the scripts.

    They are free here: their ``wall_s`` is 0, so that no budget is charged for them.

    Raises:
        RunFolderError: The folder holds no run, one of other workload scripts, or nothing of this plan.

    """
    manifest = run_folder.load(folder)
    if manifest.plan.workloads_digest != plan.workloads_digest:
        raise RunFolderError(
            f"{folder} was measured with other workload scripts than those here: its loops mean other work;"
            " leave out --like"
        )
    found = {
        (one.interpreter, one.variant, one.script): one
        for one in store.read(folder)
        if isinstance(one, Calibration) and one.outcome is Outcome.OK
    }
    wanted = [(one.interpreter, one.variant, one.script) for one in pending(plan, [])]
    taken = [found[key] for key in wanted if key in found]
    if not taken:
        raise RunFolderError(
            f"{folder} has no loops for these interpreters and workloads; leave out --like, or choose its own"
        )
    return [msgspec.structs.replace(one, wall_s=0.0, reason=f"as in run {manifest.run}") for one in taken]
