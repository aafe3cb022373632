"""The processors of this machine, read from /proc and /sys of Linux; other systems lack these files."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path("/")
CPUS = Path("sys/devices/system/cpu")


def logical_cores() -> int:
    """Count the logical processors of the machine."""
    return os.cpu_count() or 1


def affinity() -> int:
    """Count the logical processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return logical_cores()


def usable(root: Path = ROOT) -> float:
    """Return how many cores this process can use at once: the least of machine, affinity and quota."""
    return float(min(logical_cores(), affinity(), quota(root) or math.inf))


def quota(root: Path) -> float | None:
    """Return the processors that the tightest control group above this process grants; none if unlimited."""
    granted = [cores for cores in _quotas(root) if cores is not None]
    return min(granted, default=None)


def shared_cores(root: Path) -> bool:
    """Tell whether two logical processors are one core (SMT)."""
    lists = (_text(path) for path in (root / CPUS).glob("cpu[0-9]*/topology/thread_siblings_list"))
    return any("," in siblings or "-" in siblings for siblings in lists)


def governors(root: Path) -> frozenset[str]:
    """Name the frequency governors in force; empty where the machine has none, as in most VMs."""
    paths = (root / CPUS).glob("cpu[0-9]*/cpufreq/scaling_governor")
    return frozenset(name for path in paths if (name := _text(path)))


def load(root: Path) -> float:
    """Return the load average of the last minute: processes that ran or waited to run; 0 if unknown."""
    first, _, _ = _text(root / "proc/loadavg").partition(" ")
    return float(first or 0)


def model(root: Path) -> str:
    """Return the processor's name; empty if unknown."""
    for line in _text(root / "proc/cpuinfo").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            return value.strip()
    return ""


def _quotas(root: Path) -> Iterator[float | None]:
    """Yield the cores that each control group of this process grants, of both versions, up to the root."""
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, controllers, name = line.split(":", 2)
        unified = not controllers
        if not unified and "cpu" not in controllers.split(","):
            continue
        top = root / "sys/fs/cgroup" / controllers
        own = top / name.lstrip("/")
        upward = [own, *own.parents]
        for folder in upward[: upward.index(top) + 1]:
            yield _quota_v2(folder) if unified else _quota_v1(folder)


def _quota_v2(folder: Path) -> float | None:
    limit, _, period = _text(folder / "cpu.max").partition(" ")
    return int(limit) / int(period) if limit.isdigit() else None


def _quota_v1(folder: Path) -> float | None:
    limit = _text(folder / "cpu.cfs_quota_us")
    return int(limit) / int(_text(folder / "cpu.cfs_period_us")) if limit.isdigit() else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""
