"""The matrix: the interpreters that Gilometer knows, as data. One TOML file a kind; its stem is the kind.

The package's folder has the files that come with Gilometer, another folder those of the user, where
``add`` writes.

Names follow one rule, which ``noxfile.py`` repeats with ``tomllib`` alone: the file's ``name``, or
``STEM-{version}`` when it has ``versions`` and ``STEM`` when it has none, filled in for each version.
"""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
from collections import Counter
from collections.abc import Mapping  # noqa: TC003  msgspec resolves annotations at run time
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gilometer.environment import holds_secret
from gilometer.errors import MatrixError
from gilometer.interpreters.matrix_file import convert, read, wrong
from gilometer.interpreters.versions import short_version, version_key
from gilometer.locations import config_folder
from gilometer.model import Facts, Record, Timing
from gilometer.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

FOLDER = Path(__file__).parent

SWITCHED = ("gil", "jit", "collector")
"""The facts that flags and variables can change in one binary."""

EXPOSED = "it seems to hold a secret, which each run would keep and its report show"
"""What is wrong with such a variable."""

LAST = 1000
"""Place in the order of display of a family that gives none."""

_VERSION = re.compile(r"\d{1,4}\.\d{1,4}t?")
_PLAIN_WORD = re.compile(r"[a-z0-9]+")


class Variant(Record, frozen=True):
    """Variables that change the GIL, the JIT or the collector of the binaries of a family."""

    changes: str
    """The fact that must then differ from the plain interpreter's; one of ``SWITCHED``."""
    env: Mapping[str, str]
    versions: tuple[str, ...] = ()
    """The versions that have it; none: all of the family."""
    suffix: str = ""
    """Added to a name: ``+gil`` for the table ``variants.gil``."""


class Family(Record, frozen=True):
    """One implementation in several versions, whose executables are searched for."""

    kind: str
    title: str
    implementation: str
    versions: tuple[str, ...]
    """Ascending."""
    executables: tuple[str, ...]
    """Glob patterns for file names in the folders that are searched."""
    add: str
    arguments: tuple[str, ...] = ()
    """Arguments that an executable needs before a script's path."""
    add_by_version: Mapping[str, str] = {}
    free_threaded: bool | None = None
    """True for builds that can run without a GIL; none for an implementation that is built one way only."""
    name: str = ""
    display_name: str = ""
    """The name of the implementation in sentences; without one, the name that it gives itself."""
    display_order: int = LAST
    """The place of the implementation wherever interpreters are listed."""
    probe_timeout_s: float = 10.0
    timing: Timing = Timing()
    variants: Mapping[str, Variant] = {}

    def name_of(self, version: str) -> str:
        """Fill a version such as ``3.13`` into the family's pattern for names."""
        return (self.name or f"{self.kind}-{{version}}").replace("{version}", version)

    def remedy(self, version: str) -> str:
        """Return the one command that adds this version; those of the harness are told ``as_typed``."""
        return self.add_by_version.get(version, self.add).replace("{version}", version)

    def has_executable(self, file_name: str) -> bool:
        """Tell whether its executables have such a name."""
        return any(fnmatch.fnmatchcase(file_name, pattern) for pattern in self.executables)

    def describes(self, facts: Facts) -> bool:
        """Tell whether these facts are those of this family, in a version that is listed or a new one."""
        majors = {version_key(version)[:1] for version in self.versions}
        return (
            facts.implementation == self.implementation
            and self.free_threaded in {None, facts.free_threaded}
            and version_key(facts.version)[:1] in majors
        )

    def names(self) -> tuple[str, ...]:
        """List the names of its versions."""
        return tuple(self.name_of(version) for version in self.versions)

    def name_for(self, facts: Facts) -> str:
        """Name the interpreter that gave these facts."""
        return self.name_of(self._version_of(facts))

    def variants_for(self, facts: Facts) -> tuple[Variant, ...]:
        """List the variants that the interpreter that gave these facts may have, in the file's order."""
        version = self._version_of(facts)
        return tuple(one for one in self.variants.values() if not one.versions or version in one.versions)

    def _version_of(self, facts: Facts) -> str:
        return short_version(facts.version) + ("t" if self.free_threaded else "")


class OwnInterpreter(Record, frozen=True):
    """One interpreter that the user added, with the command that starts it."""

    kind: str
    command: tuple[str, ...]
    file: str
    name: str = ""
    title: str = ""
    env: Mapping[str, str] = {}
    probe_timeout_s: float = 60.0
    timing: Timing | None = None
    """None: the timing of the family that its facts belong to."""

    def names(self) -> tuple[str, ...]:
        """Return its one name, as a family does."""
        return (self.name,)


class Matrix(Record, frozen=True):
    """Every interpreter that could run, found or not."""

    families: tuple[Family, ...]
    own: tuple[OwnInterpreter, ...] = ()
    by_path: tuple[OwnInterpreter, ...] = ()
    """Those of this command alone, which were named by the path of their executable."""

    @property
    def entries(self) -> tuple[Family | OwnInterpreter, ...]:
        """Return all of them, in the order in which they are shown."""
        return (*self.families, *self.own, *self.by_path)

    def family_of(self, facts: Facts) -> Family | None:
        """Find the family of the interpreter that gave these facts."""
        return next((family for family in self.families if family.describes(facts)), None)


def arguments_for(file_name: str, families: Iterable[Family]) -> tuple[str, ...]:
    """Return the arguments that an executable of this name needs before a script's path."""
    named = (family for family in families if family.has_executable(file_name))
    return next((family.arguments for family in named if family.arguments), ())


def free_name(name: str, taken: Collection[str]) -> str:
    """Return the first of ``NAME``, ``NAME-2``, ``NAME-3``, ... that is not taken."""
    number, free = 2, name
    while free in taken:
        number, free = number + 1, f"{name}-{number}"
    return free


def own_folder() -> Path:
    """Return the folder of the user's own files."""
    return config_folder() / "interpreters"


def load_matrix(extra: Path | None = None) -> Matrix:
    """Read the files that come with Gilometer, then the user's own, then one more (``--matrix FILE``).

    Raises:
        MatrixError: A file can't be read, has a wrong, unknown or missing key, or takes a kind or a
            name that is taken.

    """
    return _matrix((*_files_in(FOLDER), *_files_in(own_folder()), *([extra] if extra else [])))


def shipped_families() -> tuple[Family, ...]:
    """Read the files that come with Gilometer alone, which are the same wherever a report is drawn."""
    return _matrix(_files_in(FOLDER)).families


def _matrix(paths: Iterable[Path]) -> Matrix:
    entries: list[Family | OwnInterpreter] = []
    for path in paths:
        entry = _load(path)
        _refuse_what_is_taken(entry, entries, path)
        entries.append(entry)
    return Matrix(
        families=tuple(entry for entry in entries if isinstance(entry, Family)),
        own=tuple(entry for entry in entries if isinstance(entry, OwnInterpreter)),
    )


def _files_in(folder: Path) -> list[Path]:
    """List the TOML files of a folder by kind, without the hidden ones of editors."""
    return sorted(folder.glob("[!.]*.toml"), key=lambda path: path.stem)


def _load(path: Path) -> Family | OwnInterpreter:
    data = read(path)
    if "timing" in data:
        data["timing"] = convert(data["timing"], Timing, path, "timing")
    if "command" in data:
        return _checked_own(convert(data, OwnInterpreter, path), path)
    if isinstance(data.get("variants"), dict):
        data["variants"] = {key: _variant(key, table, path) for key, table in data["variants"].items()}
    return _checked_family(convert(data, Family, path), path)


def _variant(key: str, table: object, path: Path) -> Variant:
    """Make a variant of the table ``variants.KEY``."""
    place = f"variants.{key}"
    if not _PLAIN_WORD.fullmatch(key):
        raise wrong(path, place, "it can't be part of a name", "use lower-case letters and digits alone")
    variant = convert(table, Variant, path, place)
    if variant.changes not in SWITCHED:
        what = f'"{variant.changes}" is no fact that a variant changes'
        remedy = did_you_mean(variant.changes, SWITCHED, f"those are {', '.join(SWITCHED)}")
        raise wrong(path, f"{place}.changes", what, remedy)
    if not variant.env:
        raise wrong(path, f"{place}.env", "it is empty", "give the variables that make the difference")
    _refuse_secrets(variant.env, path, f"{place}.env")
    return replace(variant, suffix=f"+{key}")


def _checked_family(family: Family, path: Path) -> Family:
    """Refuse wrong versions and names, and put the versions in order."""
    for number, version in enumerate(family.versions):
        if not _VERSION.fullmatch(version):
            raise wrong(path, f"versions[{number}]", f'"{version}" is no version', 'write "3.13" or "3.13t"')
    if not family.versions:
        raise wrong(path, "versions", "it is empty", 'list at least one, as in ["3.13"]')
    if family.name and "{version}" not in family.name:
        raise wrong(path, "name", "all versions would have one name", "put {version} in it")
    for key, variant in family.variants.items():
        _refuse_strange_versions(key, variant, family, path)
    return replace(family, versions=tuple(sorted(family.versions, key=version_key)))


def _refuse_strange_versions(key: str, variant: Variant, family: Family, path: Path) -> None:
    for number, version in enumerate(variant.versions):
        if version not in family.versions:
            place = f"variants.{key}.versions[{number}]"
            raise wrong(
                path, place, f'"{version}" is none of `versions`', f"those are {', '.join(family.versions)}"
            )


def _checked_own(own: OwnInterpreter, path: Path) -> OwnInterpreter:
    """Refuse a command without words, and make its first word a path.

    A program that isn't there is no error here: the survey says that it can't be started, and goes on.
    """
    if not own.command:
        raise wrong(path, "command", "it is empty", "give the path of an interpreter and its arguments")
    _refuse_secrets(own.env, path, "env")
    program = find_program(own.command[0], path.parent) or own.command[0]
    return replace(own, name=own.name or own.kind, command=(program, *own.command[1:]))


def _refuse_secrets(env: Mapping[str, str], path: Path, place: str) -> None:
    """Refuse variables whose values nobody should see: those of a table are kept with each run."""
    for name, value in env.items():
        if holds_secret(name, value):
            raise wrong(path, f"{place}.{name}", EXPOSED, f"remove it, and type --env {name}")


def find_program(word: str, start: Path) -> str | None:
    """Return the absolute path of the program that a command's first word names, if it can be run.

    A path that isn't absolute begins at ``start``; a word without a slash is looked up on ``PATH``.
    """
    named = str(start.absolute() / Path(word).expanduser()) if os.sep in word else word
    found = shutil.which(named)
    return os.path.abspath(found) if found else None  # noqa: PTH100  Path.resolve would follow the links of a venv


def _refuse_what_is_taken(
    entry: Family | OwnInterpreter, earlier: list[Family | OwnInterpreter], path: Path
) -> None:
    if entry.kind in {other.kind for other in earlier}:
        raise MatrixError(
            f'{path}: the kind "{entry.kind}" is taken; rename the file, whose stem is the kind'
        )
    taken = {name for other in earlier for name in other.names()}
    for name, times in Counter(entry.names()).items():
        if times > 1 or name in taken:
            raise wrong(path, "name", f'"{name}" is taken', "choose another")
