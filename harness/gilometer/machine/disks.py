"""The file system of a folder, and warnings about what it does to figures of workloads that write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.model import MachineWarning

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IN_MEMORY = frozenset({"tmpfs", "ramfs"})
LAYERS = frozenset({"overlay", "aufs", "fuse.fuse-overlayfs"})
REMOTE = frozenset({"nfs", "nfs4", "cifs", "smb3"})


def file_system(folder: Path) -> str:
    """Return the type of the file system of a folder: ``ext4``, ``tmpfs``; empty if it is unknown.

    ``folder`` need not exist yet.
    """
    import psutil  # noqa: PLC0415  not needed until a machine is asked about

    mounts = {each.mountpoint: each.fstype for each in psutil.disk_partitions(all=True)}
    place = folder.resolve()
    return next((mounts[str(one)] for one in (place, *place.parents) if str(one) in mounts), "")


def warnings(kind: str) -> Iterator[MachineWarning]:
    """List the warnings if a run's folder is on this type of file system."""
    if kind in IN_MEMORY:
        yield MachineWarning(
            "files-in-memory",
            f"The run's folder lies on {kind}, which is memory: what is written there waits for no disk.",
        )
    if kind in LAYERS:
        yield MachineWarning(
            "files-on-a-layer",
            f"The run's folder lies on {kind}, a container's layer over its disk: writing takes longer there,"
            " and where the layer is volatile nothing is ever forced to the disk.",
        )
    if kind in REMOTE:
        yield MachineWarning(
            "files-on-a-network",
            f"The run's folder lies on {kind}: what workloads write there waits for another machine.",
        )
