from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from gilometer.machine.disks import file_system, warnings


@pytest.fixture
def mounts(monkeypatch):
    """What is mounted where; the later of two hides the earlier."""

    def mount(*places: tuple[str, str]) -> None:
        parts = [SimpleNamespace(mountpoint=point, fstype=kind) for point, kind in places]
        monkeypatch.setattr(
            psutil, "disk_partitions", lambda **wanted: parts if wanted == {"all": True} else []
        )

    return mount


class TestFileSystem:
    def test_the_nearest_mount_above_a_folder_counts(self, mounts):
        mounts(("/", "ext4"), ("/nowhere", "xfs"), ("/nowhere/in", "tmpfs"))
        assert file_system(Path("/nowhere/in/a/b")) == "tmpfs"
        assert file_system(Path("/nowhere/inside")) == "xfs"
        assert file_system(Path("/elsewhere")) == "ext4"

    def test_what_is_mounted_over_another_counts(self, mounts):
        mounts(("/", "overlay"), ("/", "ext4"))
        assert file_system(Path("/nowhere")) == "ext4"

    def test_a_link_lies_where_it_leads(self, mounts, tmp_path):
        (tmp_path / "there").mkdir()
        (tmp_path / "link").symlink_to("there")
        mounts(("/", "ext4"), (str(tmp_path.resolve() / "there"), "nfs4"))
        assert file_system(tmp_path / "link") == "nfs4"

    def test_where_nothing_is_known_it_has_no_name(self, mounts):
        mounts()
        assert file_system(Path("/nowhere")) == ""

    def test_this_machine_knows_its_own(self, tmp_path):
        assert file_system(tmp_path)


class TestWarnings:
    @pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "zfs", "apfs", ""])
    def test_a_disk_is_none(self, kind):
        assert list(warnings(kind)) == []

    @pytest.mark.parametrize(
        ("kind", "warning", "words"),
        [
            ("tmpfs", "files-in-memory", "lies on tmpfs, which is memory: "),
            ("ramfs", "files-in-memory", "lies on ramfs, which is memory: "),
            ("overlay", "files-on-a-layer", "lies on overlay, a container's layer over its disk: "),
            (
                "nfs4",
                "files-on-a-network",
                "lies on nfs4: what workloads write there waits for another machine",
            ),
        ],
    )
    def test_what_is_no_disk_of_this_machine_is_one(self, kind, warning, words):
        (found,) = warnings(kind)
        assert found.id == warning
        assert words in found.sentence
