from __future__ import annotations

import os

import pytest

from gilometer.machine import cores


def tree(root, files: dict[str, str]):
    """Make a fake /proc and /sys."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content + "\n")
    return root


class TestWhereNothingTells:
    def test_all_is_unknown_or_unlimited(self, tmp_path):
        assert cores.quota(tmp_path) is None
        assert not cores.shared_cores(tmp_path)
        assert cores.governors(tmp_path) == frozenset()
        assert cores.load(tmp_path) == 0
        assert cores.model(tmp_path) == ""

    def test_cores_are_at_least_one(self, monkeypatch):
        monkeypatch.setattr(os, "cpu_count", lambda: None)
        monkeypatch.delattr(os, "sched_getaffinity", raising=False)
        assert cores.logical_cores() == 1
        assert cores.affinity() == 1


def test_the_affinity_mask_of_this_process(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 3}, raising=False)
    assert cores.affinity() == 2


@pytest.mark.parametrize(
    ("files", "granted"),
    [
        ({"sys/fs/cgroup/a/b/cpu.max": "150000 100000"}, 1.5),
        ({"sys/fs/cgroup/a/b/cpu.max": "max 100000", "sys/fs/cgroup/a/cpu.max": "50000 100000"}, 0.5),
        ({"sys/fs/cgroup/a/b/cpu.max": "300000 100000", "sys/fs/cgroup/a/cpu.max": "200000 100000"}, 2.0),
        ({"sys/fs/cgroup/cpu.max": "100000 50000"}, 2.0),
        ({"sys/fs/cgroup/a/b/cpu.max": "max 100000"}, None),
    ],
)
def test_the_tightest_quota_of_control_groups(tmp_path, files, granted):
    assert cores.quota(tree(tmp_path, {"proc/self/cgroup": "0::/a/b"} | files)) == granted


@pytest.mark.parametrize(("limit", "granted"), [("250000", 2.5), ("-1", None)])
def test_the_quota_of_the_older_control_groups(tmp_path, limit, granted):
    files = {
        "proc/self/cgroup": "5:memory:/m\n4:cpu,cpuacct:/docker/x\n0::/",
        "sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us": limit,
        "sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_period_us": "100000",
    }
    assert cores.quota(tree(tmp_path, files)) == granted


@pytest.mark.parametrize(("siblings", "shared"), [("0,4", True), ("0-1", True), ("0", False)])
def test_cores_that_two_logical_ones_share(tmp_path, siblings, shared):
    files = {"sys/devices/system/cpu/cpu0/topology/thread_siblings_list": siblings}
    assert cores.shared_cores(tree(tmp_path, files)) is shared


def test_the_governors_in_force(tmp_path):
    files = {
        "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave",
        "sys/devices/system/cpu/cpu1/cpufreq/scaling_governor": "performance",
        "sys/devices/system/cpu/cpufreq/policy0/scaling_governor": "ignored",
    }
    assert cores.governors(tree(tmp_path, files)) == {"powersave", "performance"}


def test_the_load_of_the_last_minute(tmp_path):
    assert cores.load(tree(tmp_path, {"proc/loadavg": "1.52 0.90 0.40 2/84 4885"})) == 1.52


def test_the_name_of_the_processor(tmp_path):
    files = {"proc/cpuinfo": "processor\t: 0\nmodel name\t: Example 9000\n\nprocessor\t: 1"}
    assert cores.model(tree(tmp_path, files)) == "Example 9000"
    assert cores.model(tree(tmp_path, {"proc/cpuinfo": "Features : fp asimd"})) == ""
