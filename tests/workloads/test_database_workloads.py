"""The databases as a workload sees them: one on a server, and one in a file."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from gilometer.errors import ServiceError
from gilometer.run.services import postgres
from tests import required
from tests.asking import session
from tests.run.waiting import until
from tests.workloads.loading import load
from tests.workloads.running import SERVICES, run, workload

CHECKSUM = "2426b2ea"
WAYS = [("serial", "1"), ("threads", "3"), ("processes", "3"), ("asyncio", "3")]
CLIENTS = "select count(*) from pg_stat_activity where backend_type = 'client backend'"


@pytest.fixture(scope="module")
def dsn():
    try:
        return SERVICES.environment(("postgres",))["GILOMETER_POSTGRES"]
    except ServiceError as error:
        required.absent("postgres", str(error))


def words_for(strategy: str, workers: str, *others: str) -> tuple[str, ...]:
    return ("--strategy", strategy, "--workers", workers, *others)


@pytest.mark.services
@pytest.mark.usefixtures("dsn")
class TestPostgres:
    def test_its_table_is_of_any_size_and_keeps_it(self, tmp_path):
        few = run(workload("postgres"), "--param", "rows=1", "--loops", "3", cwd=tmp_path).line
        one = run(workload("postgres"), "--param", "rows=1", "--loops", "1", cwd=tmp_path).line
        assert few.checksum == one.checksum != CHECKSUM

    @pytest.mark.parametrize("strategy", ["threads", "processes", "asyncio"])
    def test_64_workers_leave_no_connection(self, strategy, dsn, tmp_path):
        words = words_for(strategy, "64", "--units", "128", "--iterations", "2", "--loops", "1")
        with session(dsn) as asked:
            before = asked.run(CLIENTS)
            line = run(workload("postgres"), *words, cwd=tmp_path).line
            assert len(line.iterations) == 2
            until(lambda: asked.run(CLIENTS) == before)

    @pytest.mark.parametrize(("strategy", "workers"), WAYS)
    def test_nor_do_those_that_fail(self, strategy, workers, dsn, tmp_path):
        script = tmp_path / "failing.py"
        script.write_text(
            f"import sys; sys.path.insert(0, {str(workload('postgres').parent)!r})\n"
            "import _contract, postgres\n"
            "postgres.TOTAL = 'select 1 / 0'\n"
            "_contract.main(postgres.Postgres)\n"
        )
        with session(dsn) as asked:
            before = asked.run(CLIENTS)
            failed = run(script, *words_for(strategy, workers, "--param", f"dsn={dsn}"), cwd=tmp_path)
            assert (failed.status, failed.stdout) == (1, "")
            assert "ERROR 22012: division by zero" in failed.stderr
            until(lambda: asked.run(CLIENTS) == before)

    @pytest.mark.parametrize(("strategy", "workers"), WAYS)
    def test_a_server_that_dies_is_told_in_a_sentence(self, strategy, workers, tmp_path):
        with contextlib.closing(postgres.start()) as server:
            dsn = server.address.value
            argv = [
                sys.executable,
                str(workload("postgres")),
                *words_for(strategy, workers, "--seconds", "600"),
            ]
            running = subprocess.Popen(
                argv,
                cwd=tmp_path,
                env=os.environ | {"GILOMETER_POSTGRES": dsn},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            with session(dsn) as asked:
                until(lambda: asked.run(CLIENTS) == [[int(workers) + 1]])
        stdout, stderr = running.communicate(timeout=120)
        assert (running.returncode, stdout) == (1, "")
        last = stderr.strip().rpartition("\n")[2]
        assert last.startswith("postgres.py: ")
        assert "FATAL 57P" in stderr or "the PostgreSQL server at 127.0.0.1:" in stderr

    def test_one_that_refuses_is_told_in_a_sentence(self, dsn, tmp_path):
        secret = urlsplit(dsn).password or ""
        refused = run(workload("postgres"), "--param", f"dsn={dsn.replace(secret, 'wrong')}", cwd=tmp_path)
        assert (refused.status, refused.stdout) == (1, "")
        assert refused.stderr == (
            'postgres.py: FATAL 28P01: password authentication failed for user "gilometer"\n'
        )


def plain_run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script with no server but what these say."""
    inherited = {name: value for name, value in os.environ.items() if name != "GILOMETER_POSTGRES"}
    return subprocess.run(
        [sys.executable, str(workload("postgres")), *words],
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_server_that_is_not_there_is_told_in_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    failed = plain_run(GILOMETER_POSTGRES=f"postgresql://me@127.0.0.1:{port}/mine")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr == (
        f"postgres.py: the PostgreSQL server at 127.0.0.1:{port} can't be reached:"
        " [Errno 111] Connection refused\n"
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            [],
            "there is no database to ask; start one with `gilometer serve` and export what it prints, or ",
        ),
        (["--param", "dsn=sqlite:///x"], "a DSN is postgresql://user:password@host:port/database, unlike "),
        (["--param", "rows=0"], "rows must be 1 or more, not 0\n"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(words, sentence):
    refused = plain_run(*words)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"postgres.py: {sentence}")
    assert refused.stderr.count("\n") == 1


# --- SQLite -----------------------------------------------------------------------------------------


class TestSqlite:
    def test_it_finds_what_postgres_finds(self, tmp_path):
        assert run(workload("sqlite"), cwd=tmp_path).line.checksum == CHECKSUM

    def test_its_table_is_of_any_size_and_keeps_it(self, tmp_path):
        few = run(workload("sqlite"), "--param", "rows=1", "--loops", "3", cwd=tmp_path).line
        one = run(workload("sqlite"), "--param", "rows=1", "--loops", "1", cwd=tmp_path).line
        assert few.checksum == one.checksum != CHECKSUM

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ("rows=0", "rows must be 1 or more, not 0"),
            ("folder=nowhere", "folder nowhere does not exist; make it, or name another"),
        ],
    )
    def test_a_mistake_is_told_in_a_sentence(self, wrong, sentence, tmp_path):
        refused = run(workload("sqlite"), "--param", wrong, cwd=tmp_path)
        assert (refused.status, refused.stdout) == (2, "")
        assert refused.stderr == f"sqlite.py: {sentence}\n"

    @pytest.mark.parametrize("words", [(), *(words_for(name, "3") for name in ("threads", "processes"))])
    def test_it_removes_its_folders_when_a_unit_fails(self, words, tmp_path):
        script = tmp_path / "failing.py"
        script.write_text(
            f"import sys; sys.path.insert(0, {str(workload('sqlite').parent)!r})\n"
            "import _contract, sqlite\n"
            "sqlite.TOTAL = 'select absent'\n"
            "_contract.main(sqlite.Sqlite)\n"
        )
        failed = run(script, *words, cwd=tmp_path)
        assert failed.status == 1
        assert "no such column: absent" in failed.stderr
        assert list(tmp_path.iterdir()) == [script]

    @pytest.mark.usefixtures("shared_code")
    def test_what_a_transaction_wrote_is_forced_to_the_disk(self, tmp_path):
        """SQLite's own settings are kept: a journal, and a wait for the disk at each commit."""
        one = load("sqlite").Sqlite({"rows": 1000, "folder": str(tmp_path)}, 24)
        one.open()
        settings = [
            one.database.execute(f"pragma {name}").fetchone()[0] for name in ("synchronous", "journal_mode")
        ]
        one.close()
        assert settings == [2, "delete"]
        assert list(tmp_path.iterdir()) == []
