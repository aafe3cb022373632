from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from gilometer import cards, locations
from gilometer.errors import RunFolderError
from gilometer.interpreters.candidate import Candidate, fingerprint
from gilometer.machine import inspection
from gilometer.model import SCHEMA
from gilometer.run.launchers import LauncherPool
from gilometer.run.unchanged import UnchangedLaunchers, changes, refuse_changes
from tests import records

if TYPE_CHECKING:
    from gilometer.model import Manifest

FOLDER = Path("reports/run")
THEN = records.manifest(records.plan([records.interpreter("cpython-3.13")], [records.work("fib")])).machine


def manifest() -> Manifest:
    """Of a run that could go on here and now."""
    plain = records.interpreter("cpython-3.13")
    one = replace(plain, fingerprint=fingerprint(Candidate(plain.command, plain.source, plain.env)))
    plan = replace(
        records.plan([one], [records.work("fib")]),
        workloads_digest=cards.digest_of(locations.workloads_folder()),
    )
    return replace(records.manifest(plan), machine=inspection.inspect(FOLDER))


def test_where_nothing_changed_a_run_goes_on():
    refuse_changes(FOLDER, manifest())


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("cpu", "Other 1", "processor: Example 9000, now Other 1"),
        ("cores", 4, "cores: 2, now 4"),
        ("usable_cores", 1.5, "usable cores: 2, now 1.5"),
        ("memory_bytes", 4 * 2**30, "memory: 8.6 GB, now 4.3 GB"),
        ("system", "Linux 6.2", "system: Linux 6.1, now Linux 6.2"),
        ("file_system", "tmpfs", "file system: ext4, now tmpfs"),
    ],
)
def test_what_figures_depend_on_is_named(field, value, said):
    assert list(changes(THEN, replace(THEN, **{field: value}))) == [said]


def test_another_python_for_the_harness_and_a_little_less_memory_change_no_figure():
    now = replace(THEN, host_python="CPython 3.14.0", memory_bytes=THEN.memory_bytes - 2**20)
    assert list(changes(THEN, now)) == []


def test_a_run_of_another_machine_is_refused_in_one_sentence():
    here = manifest()
    elsewhere = replace(here, machine=replace(here.machine, cpu="Other 1", cores=here.machine.cores + 2))
    processor = f"processor: Other 1, now {here.machine.cpu}"
    cores = f"cores: {here.machine.cores + 2}, now {here.machine.cores}"
    sentence = f"run was measured on a machine that has changed ({processor}, {cores}); start a new run"
    with pytest.raises(RunFolderError, match=re.escape(sentence)):
        refuse_changes(FOLDER, elsewhere)


def test_a_run_of_other_scripts_is_refused():
    other = replace(manifest(), plan=replace(manifest().plan, workloads_digest="d0"))
    with pytest.raises(RunFolderError, match="measured with other workload scripts than those here"):
        refuse_changes(FOLDER, other)


def test_a_run_of_another_binary_is_refused():
    here = manifest()
    (one,) = here.plan.interpreters
    other = replace(here, plan=replace(here.plan, interpreters=(replace(one, fingerprint="other"),)))
    with pytest.raises(
        RunFolderError, match=r"with another cpython-3\.13 than the one at /opt/cpython-3\.13"
    ):
        refuse_changes(FOLDER, other)


def test_a_run_of_an_older_schema_can_only_be_drawn():
    with pytest.raises(
        RunFolderError,
        match=rf"older Gilometer \(schema 1, now {SCHEMA}\).*gilometer report reports/run",
    ):
        refuse_changes(FOLDER, replace(manifest(), schema=1))


def test_an_interpreter_that_is_rewritten_in_the_midst_of_a_run_is_measured_no_more(tmp_path):
    binary = tmp_path / "python"
    binary.write_bytes(b"one")
    plain = replace(records.interpreter("cpython-3.13"), command=(str(binary),))
    one = replace(plain, fingerprint=fingerprint(Candidate(plain.command, plain.source, plain.env)))
    with LauncherPool(tmp_path / "scratch", tmp_path) as pool:
        launchers = UnchangedLaunchers(pool)
        assert launchers.of(one) is pool.of(one)
        binary.write_bytes(b"another")
        with pytest.raises(RunFolderError, match=r"cpython-3\.13 at .*python was changed while"):
            launchers.of(one)
