"""Reuse the loops of an earlier run, so that the invocations of both runs do the same work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from gilometer.errors import RunFolderError
from gilometer.model import Calibration, Outcome
from gilometer.run.calibrate import CalibrationKey, pending
from gilometer.runs import folder as run_folder
from gilometer.runs import store

if TYPE_CHECKING:
    from pathlib import Path

    from gilometer.model import Plan


def calibrations_of(folder: Path, plan: Plan) -> list[Calibration]:
    """Return the calibrations of a run that this plan can reuse, by interpreter's label and script.

    Their ``wall_s`` is 0, as they cost this run nothing.

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
        CalibrationKey.of(one): one
        for one in store.read(folder)
        if isinstance(one, Calibration) and one.outcome is Outcome.OK
    }
    wanted = [CalibrationKey.of(one) for one in pending(plan, [])]
    reused = [found[key] for key in wanted if key in found]
    if not reused:
        raise RunFolderError(
            f"{folder} has no loops for these interpreters and workloads; leave out --like, or choose its own"
        )
    return [msgspec.structs.replace(one, wall_s=0.0, reason=f"as in run {manifest.run}") for one in reused]
