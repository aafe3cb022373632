from __future__ import annotations

import gzip
import resource
import signal
from typing import TYPE_CHECKING

import pytest

from gilometer.errors import RunFolderError
from gilometer.model import SCHEMA, Cell, Choice, Finished, Group, Header, Slot, Strategy
from gilometer.runs.folder import COMPRESSED_SAMPLES, SAMPLES, digest
from gilometer.runs.store import Store, read, refuse_other_plan, samples_file
from tests import records

if TYPE_CHECKING:
    from pathlib import Path

SLOT = Slot(0, Cell("cpython-3.13", "", "fib", Strategy.SERIAL, 1))
SAMPLE = records.sample(SLOT, [0.1, 0.2])


@pytest.fixture
def folder(tmp_path):
    with Store(tmp_path, "run1", "plan1") as store:
        store.append([SAMPLE])
    return tmp_path


def test_what_was_appended_is_read_again(folder):
    header, sample = read(folder)
    assert header == Header(schema=SCHEMA, run="run1", plan="plan1")
    assert sample == SAMPLE


def test_reopening_goes_on_where_it_stopped(folder):
    with Store(folder, "run1", "plan1") as store:
        assert store.entries[1:] == [SAMPLE]
        store.append([Finished(1, "done")])
    assert read(folder)[1:] == [SAMPLE, Finished(1, "done")]


@pytest.mark.parametrize("cut", [1, 10, 200])
def test_a_line_cut_short_by_a_kill_costs_that_line_alone(folder, cut):
    path = folder / SAMPLES
    path.write_bytes(path.read_bytes()[:-cut])
    assert len(read(folder)) == 1
    with Store(folder, "run1", "plan1") as store:
        store.append([SAMPLE])
    assert read(folder)[1:] == [SAMPLE]


def test_a_header_cut_short_is_written_anew(tmp_path):
    (tmp_path / SAMPLES).write_bytes(b'{"type":"hea')
    with Store(tmp_path, "run1", "plan1") as store:
        assert store.entries == [Header(SCHEMA, "run1", "plan1")]


def test_samples_of_another_plan_are_refused(folder):
    with pytest.raises(RunFolderError, match="holds samples of another plan"):
        Store(folder, "run1", "plan2")


def test_two_writers_at_once_are_refused(folder):
    with Store(folder, "run1", "plan1"), pytest.raises(RunFolderError, match="written by another run"):
        Store(folder, "run1", "plan1")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"type":"header","schema":1,"run":"r","plan":"p"}\nnonsense\n', "line 2 is damaged"),
        (
            '{"type":"header","schema":99,"run":"r","plan":"p"}\n',
            f"schema 99 and this Gilometer reads up to {SCHEMA}",
        ),
        ('{"type":"finished","blocks":1,"why":""}\n', "does not begin with its header"),
    ],
)
def test_a_damaged_or_newer_file_is_refused_in_one_sentence(tmp_path, text, sentence):
    (tmp_path / SAMPLES).write_text(text)
    with pytest.raises(RunFolderError, match=sentence):
        read(tmp_path)


def test_a_folder_without_samples_is_refused(tmp_path):
    with pytest.raises(RunFolderError, match="is not a run's folder"):
        read(tmp_path)


def test_a_run_of_an_older_schema_is_read(tmp_path):
    (tmp_path / SAMPLES).write_text('{"type":"header","schema":1,"run":"r","plan":"p"}\n')
    assert read(tmp_path) == [Header(1, "r", "p")]


def test_what_a_block_is_to_measure_is_read_as_it_was_chosen(folder):
    choice = Choice(1, (Group("cpython-3.13", "", "fib"),), "1 of 1 open groups")
    with Store(folder, "run1", "plan1") as store:
        store.append([choice])
    assert read(folder)[-1] == choice


@pytest.fixture
def little_room():
    """Let this process write no more than so many bytes to any file, as on a disk that is nearly full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


def test_on_a_full_disk_no_part_of_an_entry_stays(folder, little_room):
    before = (folder / SAMPLES).read_bytes()
    with Store(folder, "run1", "plan1") as store:
        little_room(len(before) + 20)
        with pytest.raises(RunFolderError, match=r"samples\.jsonl can't be written: .*; mend that, then"):
            store.append([SAMPLE, SAMPLE])
        assert (folder / SAMPLES).read_bytes() == before
        assert store.entries[1:] == [SAMPLE]


def test_once_there_is_room_again_it_is_written_on(folder, little_room):
    with Store(folder, "run1", "plan1") as store:
        little_room((folder / SAMPLES).stat().st_size + 20)
        with pytest.raises(RunFolderError):
            store.append([SAMPLE])
        little_room(resource.RLIM_INFINITY)
        store.append([SAMPLE])
    assert read(folder)[1:] == [SAMPLE, SAMPLE]


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.unlink(),
        lambda path: path.replace(path.with_name("elsewhere")),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes() + b"{}\n"),
    ],
)
def test_a_file_that_another_program_changed_is_not_written_on(folder, change):
    with Store(folder, "run1", "plan1") as store:
        change(folder / SAMPLES)
        with pytest.raises(RunFolderError, match="was removed or changed by another program"):
            store.append([SAMPLE])


@pytest.mark.parametrize(("run", "plan"), [("another", "plan1"), ("run1", "another")])
def test_samples_of_another_plan_are_not_those_of_a_manifest(tmp_path, run, plan):
    manifest = records.manifest(records.plan([records.interpreter("cpython-3.13")], [records.work("fib")]))
    own = {"run1": manifest.run, "plan1": digest(manifest.plan)}
    Store(tmp_path, own.get(run, run), own.get(plan, plan)).close()
    with pytest.raises(RunFolderError, match="holds samples of another plan"):
        refuse_other_plan(tmp_path, read(tmp_path), manifest)


def test_an_id_without_end_is_not_quoted_whole(tmp_path):
    manifest = records.manifest(records.plan([records.interpreter("cpython-3.13")], [records.work("fib")]))
    Store(tmp_path, "9" * 5000, digest(manifest.plan)).close()
    with pytest.raises(RunFolderError) as error:
        refuse_other_plan(tmp_path, read(tmp_path), manifest)
    assert len(str(error.value).replace(str(tmp_path), "")) < 300


def test_those_of_its_own_are(tmp_path):
    manifest = records.manifest(records.plan([records.interpreter("cpython-3.13")], [records.work("fib")]))
    Store(tmp_path, manifest.run, digest(manifest.plan)).close()
    refuse_other_plan(tmp_path, read(tmp_path), manifest)


def compress(folder: Path) -> Path:
    """Compress a run's samples, as ``gzip`` does; give the file."""
    path = folder / SAMPLES
    compressed = folder / COMPRESSED_SAMPLES
    compressed.write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    return compressed


def test_compressed_samples_are_read(folder):
    entries = read(folder)
    assert samples_file(folder) == folder / SAMPLES
    assert compress(folder) == samples_file(folder)
    assert read(folder) == entries


def test_of_two_files_the_plain_one_is_read(folder):
    (folder / COMPRESSED_SAMPLES).write_bytes(b"an older copy")
    assert read(folder)[1:] == [SAMPLE]


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-20], lambda data: b"{}" + data, lambda data: data[:30] + data[34:]]
)
def test_a_damaged_compressed_file_is_refused_in_one_sentence(folder, damage):
    path = compress(folder)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(
        RunFolderError, match=r"samples\.jsonl\.gz is damaged: .*; put a whole copy there"
    ) as told:
        read(folder)
    assert "\n" not in str(told.value)


def test_a_damaged_line_of_a_compressed_file_is_named(tmp_path):
    (tmp_path / COMPRESSED_SAMPLES).write_bytes(gzip.compress(b"{}\n"))
    with pytest.raises(RunFolderError, match=r"samples\.jsonl\.gz, line 1 is damaged"):
        read(tmp_path)


def test_nothing_is_added_to_compressed_samples(folder):
    path = compress(folder)
    with pytest.raises(RunFolderError, match=f"nothing can be added to it; unpack it first: gunzip {path}"):
        Store(folder, "run1", "plan1")
    assert not (folder / SAMPLES).exists()
