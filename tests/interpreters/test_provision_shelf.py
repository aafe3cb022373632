from __future__ import annotations

import errno
import fcntl
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from gilometer.errors import ProvisionError
from gilometer.interpreters.provision.shelf import RECEIPT, Shelf
from gilometer.interpreters.provision.stopping import listen_to

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = b"a Python in a file"


@pytest.fixture(autouse=True)
def parent(tmp_path, monkeypatch):
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path))
    return tmp_path / "provisioned"


@pytest.fixture
def shelf():
    return Shelf("snake-1.0")


def make(draft: Path) -> None:
    (draft / "bin").mkdir()
    (draft / "bin" / "snake").write_bytes(CONTENT)
    (draft / "python").symlink_to("bin/snake")
    (draft / "lib").symlink_to("bin")


def refuse(_draft: Path) -> None:
    raise AssertionError("it should have been left as it is")


def entries(parent: Path) -> list[str]:
    return sorted(path.name for path in parent.iterdir())


def test_an_empty_one_is_not_whole(shelf):
    assert not shelf.is_whole()
    assert not shelf.is_undamaged()


def test_what_was_made_stands_under_its_name(shelf, parent):
    shelf.fill(make)
    assert shelf.folder == parent / "snake-1.0"
    assert (shelf.folder / "python").read_bytes() == CONTENT
    assert shelf.is_whole()
    assert shelf.is_undamaged()
    assert entries(parent) == [".snake-1.0.lock", "snake-1.0"]


def test_what_is_undamaged_is_not_made_again(shelf):
    shelf.fill(make)
    shelf.fill(refuse)


def test_another_version_is_another_shelf(shelf):
    shelf.fill(make)
    assert not Shelf("snake-1.1").is_whole()


def damage_content(folder: Path) -> None:
    (folder / "bin" / "snake").write_bytes(CONTENT.swapcase())


def damage_size(folder: Path) -> None:
    (folder / "bin" / "snake").write_bytes(CONTENT[:-1])


def damage_link(folder: Path) -> None:
    (folder / "python").unlink()
    (folder / "python").symlink_to("bin/other")


def remove_file(folder: Path) -> None:
    (folder / "bin" / "snake").unlink()


def remove_link_to_folder(folder: Path) -> None:
    (folder / "lib").unlink()


def empty_receipt(folder: Path) -> None:
    (folder / RECEIPT).write_text("[]")


def break_receipt(folder: Path) -> None:
    (folder / RECEIPT).write_text("[{")


def remove_receipt(folder: Path) -> None:
    (folder / RECEIPT).unlink()


@pytest.mark.parametrize(
    "damage",
    [damage_size, remove_file, remove_link_to_folder, empty_receipt, break_receipt, remove_receipt],
)
def test_what_is_not_whole_is_seen_at_a_glance(shelf, damage):
    shelf.fill(make)
    damage(shelf.folder)
    assert not shelf.is_whole()
    assert not shelf.is_undamaged()


@pytest.mark.parametrize("damage", [damage_content, damage_link])
def test_damage_that_keeps_the_size_is_seen_by_reading(shelf, damage):
    shelf.fill(make)
    damage(shelf.folder)
    assert shelf.is_whole()
    assert not shelf.is_undamaged()


@pytest.mark.parametrize("damage", [damage_content, damage_size, remove_receipt])
def test_what_is_damaged_is_made_again(shelf, parent, damage):
    shelf.fill(make)
    damage(shelf.folder)
    shelf.fill(make)
    assert shelf.is_undamaged()
    assert entries(parent) == [".snake-1.0.lock", "snake-1.0"]


def test_what_an_interpreter_compiles_when_it_runs_is_no_damage(shelf):
    def compiled(draft: Path) -> None:
        make(draft)
        (draft / "bin" / "__pycache__").mkdir()
        (draft / "bin" / "__pycache__" / "snake.pyc").write_bytes(b"old")

    shelf.fill(compiled)
    (shelf.folder / "bin" / "__pycache__" / "snake.pyc").write_bytes(b"newer")
    assert shelf.is_undamaged()


def test_a_failure_leaves_nothing(shelf, parent):
    def fail(draft: Path) -> None:
        make(draft)
        raise ProvisionError("no connection")

    with pytest.raises(ProvisionError, match="no connection"):
        shelf.fill(fail)
    assert not shelf.is_whole()
    assert entries(parent) == [".snake-1.0.lock"]


def test_a_failure_to_mend_leaves_what_was_there(shelf):
    shelf.fill(make)
    damage_content(shelf.folder)

    def fail(_draft: Path) -> None:
        raise ProvisionError("no connection")

    with pytest.raises(ProvisionError, match="no connection"):
        shelf.fill(fail)
    assert (shelf.folder / "bin" / "snake").read_bytes() == CONTENT.swapcase()


def test_what_a_killed_process_left_is_cleared_away(shelf, parent):
    for name in (".snake-1.0.draft", ".snake-1.0.old"):
        (parent / name / "bin").mkdir(parents=True)
        (parent / name / "bin" / "snake").write_bytes(CONTENT[:3])
    shelf.fill(make)
    assert entries(parent) == [".snake-1.0.lock", "snake-1.0"]


def test_a_full_disk_is_one_sentence(shelf, parent):
    def fill_up(draft: Path) -> None:
        make(draft)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(ProvisionError) as caught:
        shelf.fill(fill_up)
    assert str(caught.value) == f"snake-1.0 can't be kept in {parent}: No space left on device"
    assert entries(parent) == [".snake-1.0.lock"]


def test_a_cache_that_cannot_be_written_is_one_sentence(shelf, parent):
    parent.write_text("not a folder")
    with pytest.raises(ProvisionError, match=r"snake-1\.0 can't be kept in .*: "):
        shelf.fill(make)


def test_a_second_one_waits_for_the_first_and_makes_nothing(shelf, monkeypatch):
    started, go_on, waiting = threading.Event(), threading.Event(), threading.Event()

    def slow(draft: Path) -> None:
        started.set()
        assert go_on.wait(30)
        make(draft)

    def sleep(_seconds: float) -> None:
        waiting.set()
        assert go_on.wait(30)

    monkeypatch.setattr("gilometer.interpreters.provision.shelf.time.sleep", sleep)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(shelf.fill, slow)
        assert started.wait(30)
        second = pool.submit(shelf.fill, refuse)
        assert waiting.wait(30)
        go_on.set()
        first.result(30)
        second.result(30)


def test_who_waits_can_be_stopped(shelf, parent):
    parent.mkdir()
    stop = threading.Event()
    stop.set()

    def wait() -> None:
        listen_to(stop)
        shelf.fill(refuse)

    with (parent / ".snake-1.0.lock").open("w") as held, ThreadPoolExecutor(1) as pool:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(ProvisionError, match="interrupted"):
            pool.submit(wait).result(30)
