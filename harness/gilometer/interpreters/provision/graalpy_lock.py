"""Make ``graalpy.toml`` for a version: ``python -m gilometer.interpreters.provision.graalpy_lock 25.0.1``.

It resolves three artifacts of that version with all that they depend on, downloads every jar, and records
the digests. Whoever runs it trusts what Maven gives then; everyone else gets those very files, or an error.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from gilometer.interpreters.provision.graalpy import LOCK, Lock
from gilometer.interpreters.provision.provisioner import Artifact

if TYPE_CHECKING:
    from jgo.maven import Dependency, MavenContext


def make_lock(context: MavenContext, version: str) -> Lock:
    """Resolve a version in the repositories of jgo's ``context``, and learn the digest of each jar.

    Raises:
        OSError: A repository gave no answer.
        RuntimeError: The repositories lack something.

    """
    launcher = _dependency(context, "org.graalvm.python:python-launcher", version, "jar")
    language = _dependency(context, "org.graalvm.polyglot:python-community", version, "pom")
    compiler = _dependency(context, "org.graalvm.compiler:compiler", version, "jar")
    asked, needed = context.resolver.resolve([launcher, language])
    # What the compiler needs is among these: it shares the module path with them.
    modules = [each for each in (*asked, *needed) if each.type == "jar"]
    files = [each.artifact.resolve() for each in (*modules, compiler)]
    return Lock(
        version=version,
        megabytes=round(sum(file.stat().st_size for file in files) / 1e6),
        compiler=_locked(compiler),
        modules=tuple(sorted((_locked(each) for each in modules), key=lambda one: (one.group, one.name))),
    )


def _dependency(context: MavenContext, project: str, version: str, packaging: str) -> Dependency:
    from jgo.maven import Dependency  # noqa: PLC0415  as slow to import as requests, which it needs

    group, _, name = project.partition(":")
    return Dependency(context.project(group, name).at_version(version).artifact(packaging=packaging))


def _locked(dependency: Dependency) -> Artifact:
    content = dependency.artifact.resolve().read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return Artifact(dependency.groupId, dependency.artifactId, dependency.version, digest)


def main(version: str) -> None:
    """Write the file, with the repositories that jgo's settings name."""
    from jgo.config import GlobalSettings  # noqa: PLC0415  see above
    from jgo.constants import MAVEN_CENTRAL_URL  # noqa: PLC0415
    from jgo.maven import MavenContext  # noqa: PLC0415

    repositories = {"central": MAVEN_CENTRAL_URL, **GlobalSettings.load().repositories}
    with tempfile.TemporaryDirectory() as folder:
        lock = make_lock(MavenContext(repo_cache=Path(folder), remote_repos=repositories), version)
    LOCK.write_bytes(msgspec.toml.encode(lock))


if __name__ == "__main__":
    main(sys.argv[1])
