from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import pytest
from jgo.maven import MavenContext

from gilometer.interpreters.provision import graalpy_lock
from gilometer.interpreters.provision.graalpy import Lock
from gilometer.interpreters.provision.graalpy_lock import main, make_lock
from gilometer.interpreters.provision.provisioner import Artifact

if TYPE_CHECKING:
    from pathlib import Path

TRUFFLE = (
    "<dependency><groupId>org.x</groupId><artifactId>truffle</artifactId><version>7</version></dependency>"
)


def publish(repository: Path, project: str, version: str, packaging: str = "jar", needs: str = "") -> None:
    """Put an artifact where a Maven repository has it."""
    group, _, name = project.partition(":")
    folder = repository / group.replace(".", "/") / name / version
    folder.mkdir(parents=True)
    (folder / f"{name}-{version}.pom").write_text(
        "<project><modelVersion>4.0.0</modelVersion>"
        f"<groupId>{group}</groupId><artifactId>{name}</artifactId><version>{version}</version>"
        f"<packaging>{packaging}</packaging><dependencies>{needs}</dependencies></project>"
    )
    if packaging == "jar":
        (folder / f"{name}-{version}.jar").write_text(name * 100_000)


def known(group: str, name: str, version: str) -> Artifact:
    content = (name * 100_000).encode()
    return Artifact(group, name, version, hashlib.sha256(content).hexdigest())


@pytest.fixture
def repository(tmp_path):
    """What jgo has fetched before, so that it asks no network."""
    publish(tmp_path, "org.graalvm.python:python-launcher", "1.0", needs=TRUFFLE)
    publish(tmp_path, "org.graalvm.polyglot:python-community", "1.0", "pom", needs=TRUFFLE)
    publish(tmp_path, "org.graalvm.compiler:compiler", "1.0", needs=TRUFFLE)
    publish(tmp_path, "org.x:truffle", "7")
    return tmp_path


LOCK = Lock(
    version="1.0",
    megabytes=3,
    compiler=known("org.graalvm.compiler", "compiler", "1.0"),
    modules=(known("org.graalvm.python", "python-launcher", "1.0"), known("org.x", "truffle", "7")),
)


def test_it_names_each_jar_once_with_its_digest(repository):
    context = MavenContext(repo_cache=repository, offline=True)
    assert make_lock(context, "1.0") == LOCK


def test_the_file_is_what_the_provisioner_reads(tmp_path, monkeypatch):
    monkeypatch.setattr(graalpy_lock, "LOCK", tmp_path / "graalpy.toml")
    monkeypatch.setattr(
        graalpy_lock, "make_lock", lambda _context, version: LOCK if version == "1.0" else None
    )
    main("1.0")
    assert msgspec.toml.decode((tmp_path / "graalpy.toml").read_bytes(), type=Lock) == LOCK
