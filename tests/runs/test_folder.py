from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from gilometer.errors import RunFolderError
from gilometer.model import SCHEMA, Timing
from gilometer.runs import folder as run_folder
from tests import records

PLAN = records.plan([records.interpreter("cpython-3.13")], [records.work("fib")])
MANIFEST = records.manifest(PLAN)


def test_a_manifest_is_read_as_it_was_written(tmp_path):
    run_folder.create(tmp_path / "new" / "run", MANIFEST)
    assert run_folder.load(tmp_path / "new" / "run") == MANIFEST


def test_the_digest_tells_plans_apart():
    other = records.plan([records.interpreter("cpython-3.12")], [records.work("fib")])
    assert run_folder.digest(PLAN) != run_folder.digest(other)


def test_a_digest_survives_the_disk(tmp_path):
    run_folder.create(tmp_path, MANIFEST)
    assert run_folder.digest(run_folder.load(tmp_path).plan) == run_folder.digest(PLAN)


def test_a_folder_that_holds_a_run_is_not_written_over(tmp_path):
    run_folder.create(tmp_path, MANIFEST)
    with pytest.raises(RunFolderError, match="holds a run already; give --out another folder, or --resume"):
        run_folder.create(tmp_path, MANIFEST)


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RunFolderError, match="can't hold a run: Not a directory; give --out"):
        run_folder.create(tmp_path / "file" / "run", MANIFEST)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "is not a run's folder"),
        ("{", "is damaged"),
        ('{"schema": 1}', "is damaged"),
        ('{"schema": 99}', f"has schema 99 and this Gilometer reads up to {SCHEMA}; update Gilometer"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_one_sentence(tmp_path, text, sentence):
    if text is not None:
        (tmp_path / run_folder.MANIFEST).write_text(text)
    with pytest.raises(RunFolderError, match=sentence):
        run_folder.load(tmp_path)


def test_a_run_of_an_older_schema_has_its_timings_beside_the_other_fields_of_an_interpreter(tmp_path):
    data = msgspec.to_builtins(replace(MANIFEST, schema=3))
    (one,) = data["plan"]["interpreters"]
    one |= {"warm_up_s": 3.0, "patience_s": 60.0, "takes_turns": False}
    del one["timing"]
    (tmp_path / run_folder.MANIFEST).write_bytes(msgspec.json.encode(data))
    (read,) = run_folder.load(tmp_path).plan.interpreters
    timing = Timing(warm_up_s=3.0, patience_s=60.0, takes_turns=False)
    assert read == replace(PLAN.interpreters[0], timing=timing)


def test_latest_leads_to_the_newest_run(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        run_folder.point_latest_at(tmp_path / name)
    assert (tmp_path / "latest").resolve() == tmp_path / "two"


def test_a_real_folder_called_latest_is_left_alone(tmp_path):
    (tmp_path / "latest").mkdir()
    (tmp_path / "one").mkdir()
    run_folder.point_latest_at(tmp_path / "one")
    assert not (tmp_path / "latest").is_symlink()
