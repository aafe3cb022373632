from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import os
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from harness.errors import ProvisionError
from harness.interpreters import provision
from harness.interpreters.candidate import Candidate
from harness.interpreters.locations import workloads_folder
from harness.interpreters.probe import SCRIPT, Probe
from harness.interpreters.provision.jython import Jython
from harness.interpreters.provision.provisioner import Artifact
from harness.model import Facts

if TYPE_CHECKING:
    from pathlib import Path


def jar(content: str = "a Python for the JVM") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("org/python/Main.class", content)
    return buffer.getvalue()


WHOLE = jar()
ARTIFACT = Artifact("org.example", "snake", "1.0", hashlib.sha256(WHOLE).hexdigest())


@contextlib.contextmanager
def silent(_name: str, _total: int):
    yield lambda _: None


@dataclass
class Remote:
    """A fetcher whose network gives this content, or breaks."""

    content: bytes = WHOLE
    error: Exception | None = None
    asked: list[str] = field(default_factory=list)

    def __call__(self, artifact: Artifact, folder: Path, progress) -> Path:
        self.asked.append(artifact.filename)
        path = folder / "repository" / artifact.filename
        path.parent.mkdir()
        with progress(artifact.filename, len(self.content)) as advance:
            path.write_bytes(self.content)
            advance(len(self.content))
        if self.error:
            raise self.error
        return path


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path))
    return tmp_path / "provisioned" / "jython"


def jython(remote: Remote, java: tuple[str, ...] = ("/opt/java", "--flag")) -> Jython:
    return Jython(ARTIFACT, remote, lambda: java)


def test_the_notice_says_what_how_big_and_why():
    assert Jython().notice() == (
        "Fetching Jython 2.7.4 (a 50 MB jar from Maven Central, once): a Python without a GIL,"
        " to compare threads with; --offline does without"
    )


def test_it_is_there_once_it_was_fetched(cache):
    one = jython(Remote())
    assert one.fetched() is None
    one.fetch(silent)
    jar_path = str(cache / "snake-1.0.jar")
    command = ("/opt/java", "--flag", "-Dpython.cachedir.skip=true", "-jar", jar_path)
    assert one.fetched() == Candidate(command, "provisioned", timeout_s=60)


def test_the_progress_is_told_the_name_the_size_and_the_bytes():
    told: list[object] = []

    @contextlib.contextmanager
    def progress(name: str, total: int):
        told.extend([name, total])
        yield told.append

    jython(Remote()).fetch(progress)
    assert told == ["snake-1.0.jar", len(WHOLE), len(WHOLE)]


def test_what_is_there_is_not_fetched_again():
    remote = Remote()
    jython(remote).fetch(silent)
    jython(remote).fetch(silent)
    assert len(remote.asked) == 1


@pytest.mark.parametrize("content", [WHOLE[:-10], b"", jar("something else")])
def test_a_damaged_or_foreign_jar_is_never_used(cache, content):
    one = jython(Remote(content))
    with pytest.raises(ProvisionError, match=r"snake-1\.0\.jar came damaged, or is another file"):
        one.fetch(silent)
    assert one.fetched() is None
    assert [path.name for path in cache.iterdir()] == [".lock"]


def test_a_download_that_breaks_off_leaves_nothing(cache):
    one = jython(Remote(WHOLE[:10], error=ProvisionError("no connection")))
    with pytest.raises(ProvisionError, match="no connection"):
        one.fetch(silent)
    assert one.fetched() is None
    assert [path.name for path in cache.iterdir()] == [".lock"]


def test_what_a_killed_download_left_is_cleared_away(cache):
    abandoned = cache / ".fetching-abc" / "repository"
    abandoned.mkdir(parents=True)
    (abandoned / "snake-1.0.jar").write_bytes(WHOLE[:10])
    jython(Remote()).fetch(silent)
    assert sorted(path.name for path in cache.iterdir()) == [".lock", "snake-1.0.jar"]


def test_without_a_java_nothing_is_fetched():
    remote = Remote()
    with pytest.raises(ProvisionError, match="Jython needs Java 8 or newer and none is here"):
        jython(remote, java=()).fetch(silent)
    assert remote.asked == []


def test_a_jar_without_a_java_can_not_run():
    jython(Remote()).fetch(silent)
    assert jython(Remote(), java=()).fetched() is None


def test_a_cache_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "provisioned").write_text("not a folder")
    with pytest.raises(ProvisionError, match=r"Jython can't be kept in .*jython: Not a directory"):
        jython(Remote()).fetch(silent)


@dataclass
class SlowRemote(Remote):
    """Holds the download until it is let go."""

    started: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def __call__(self, artifact: Artifact, folder: Path, progress) -> Path:
        self.started.set()
        assert self.go_on.wait(30)
        return super().__call__(artifact, folder, progress)


def test_a_second_one_waits_for_the_first_and_does_not_fetch(monkeypatch):
    first, second, waiting = SlowRemote(), Remote(), threading.Event()
    lock = fcntl.flock

    def flock(file, operation):
        waiting.set()
        lock(file, operation)

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(jython(first).fetch, silent)
        assert first.started.wait(30)
        monkeypatch.setattr(fcntl, "flock", flock)
        other = pool.submit(jython(second).fetch, silent)
        assert waiting.wait(30)
        first.go_on.set()
        one.result(30)
        other.result(30)
    assert first.asked == ["snake-1.0.jar"]
    assert second.asked == []


def test_what_can_be_fetched_and_what_was():
    assert [each.kind for each in provision.provisioners()] == ["jython"]
    assert provision.provisioned() == ()


@pytest.mark.network
def test_the_real_one_runs():
    real = Jython()
    try:
        real.fetch(silent)
    except ProvisionError as error:
        if "jython-2.7" in os.environ.get("GILOMETER_REQUIRE", ""):
            raise
        pytest.skip(str(error))
    (candidate,) = provision.provisioned()
    facts = Probe(workloads_folder() / SCRIPT)(candidate)
    assert isinstance(facts, Facts)
    assert (facts.implementation, facts.version, facts.gil) == ("jython", "2.7.4", False)
