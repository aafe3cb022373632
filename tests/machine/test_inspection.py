from __future__ import annotations

import os
import platform
import re

import pytest
from msgspec.structs import replace

from gilometer.machine.disks import file_system
from gilometer.machine.inspection import inspect, warnings
from gilometer.model import Interpreter, Machine
from tests.interpreters.builders import cpython

MACHINE = Machine(
    cpu="Example 9000",
    cores=4,
    usable_cores=4.0,
    memory_bytes=8 * 2**30,
    system="Linux 6.1 x86_64",
    host_python="CPython 3.13.1",
)


@pytest.fixture(autouse=True)
def four_cores(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)


def put(root, name: str, content: str):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def quota(root, cores: float):
    put(root, "proc/self/cgroup", "0::/")
    put(root, "sys/fs/cgroup/cpu.max", f"{cores * 1e5:.0f} 100000")


class TestInspect:
    def test_a_whole_machine(self, tmp_path):
        put(tmp_path, "proc/cpuinfo", "model name : Example 9000")
        machine = inspect(tmp_path, tmp_path)
        assert (machine.cpu, machine.cores, machine.usable_cores) == ("Example 9000", 4, 4.0)
        assert machine.memory_bytes > 2**20
        assert machine.host_python == f"CPython {platform.python_version()}"
        assert machine.file_system == file_system(tmp_path)

    def test_a_processor_without_a_name_has_an_architecture(self, tmp_path):
        assert inspect(tmp_path, tmp_path).cpu

    def test_a_quota_leaves_less(self, tmp_path):
        quota(tmp_path, 1.5)
        assert inspect(tmp_path, tmp_path).usable_cores == 1.5

    def test_so_does_an_affinity_mask(self, tmp_path, monkeypatch):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
        quota(tmp_path, 3)
        assert inspect(tmp_path, tmp_path).usable_cores == 2


def found(root, *interpreters: Interpreter, machine: Machine = MACHINE) -> dict[str, str]:
    return {warning.id: warning.sentence for warning in warnings(machine, interpreters, root)}


class TestTrapsOfTheMachine:
    def test_a_quiet_machine_has_none(self, tmp_path):
        put(tmp_path, "proc/loadavg", "0.10 0.05 0.01 1/80 99")
        put(tmp_path, "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance")
        put(tmp_path, "sys/devices/system/cpu/cpu0/topology/thread_siblings_list", "0")
        quota(tmp_path, 4)
        assert found(tmp_path) == {}

    def test_a_quota(self, tmp_path):
        quota(tmp_path, 1.5)
        sentence = found(tmp_path)["cpu-quota"]
        assert (
            sentence
            == "A control group grants the time of 1.5 of 4 cores, and throttles whatever takes more."
        )

    def test_an_affinity_mask(self, tmp_path, monkeypatch):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
        assert found(tmp_path) == {"affinity": "An affinity mask leaves 1 of 4 cores."}

    def test_shared_cores(self, tmp_path):
        put(tmp_path, "sys/devices/system/cpu/cpu0/topology/thread_siblings_list", "0,2")
        assert "two workers there are less than two cores" in found(tmp_path)["smt"]

    def test_a_governor(self, tmp_path):
        put(tmp_path, "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave")
        assert 'The frequency governor is "powersave"' in found(tmp_path)["governor"]

    def test_a_disk_that_is_none(self, tmp_path):
        assert "files-in-memory" in found(tmp_path, machine=replace(MACHINE, file_system="tmpfs"))

    def test_load_in_proportion_to_the_usable_cores(self, tmp_path):
        put(tmp_path, "proc/loadavg", "0.80 0.90 0.40 2/84 4885")
        assert found(tmp_path) == {}
        small = replace(MACHINE, usable_cores=2.0)
        assert "0.8 processes wanted a core" in found(tmp_path, machine=small)["load"]


class TestTrapsOfInterpreters:
    def test_those_of_what_is_compared_come_after_the_machine_s(self, tmp_path):
        quota(tmp_path, 1)
        new = Interpreter("one", "one", ("/opt/one",), cpython("3.14.0"), "PATH", "one")
        assert list(found(tmp_path, new)) == ["cpu-quota", "forkserver"]


def test_every_trap_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    quota(tmp_path, 1)
    put(tmp_path, "proc/loadavg", "9 9 9 1/1 1")
    put(tmp_path, "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave")
    put(tmp_path, "sys/devices/system/cpu/cpu0/topology/thread_siblings_list", "0-1")
    for sentence in found(tmp_path).values():
        assert re.fullmatch(r"[A-Z].*[^.]\.", sentence)
