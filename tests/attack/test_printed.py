"""What strangers wrote in a run, or print, reaches no terminal, page or spreadsheet as more than text."""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from gilometer.model import Lack, MachineWarning, Outcome, Sample
from tests import written
from tests.cli.running import FAKES, gilometer
from tests.records import PROCESSES, SERIAL, THREADS, World, interpreter, manifest, missing, plan, work

if TYPE_CHECKING:
    from gilometer.model import Entry, Manifest

EVIL = "=cmd()\x1b[2J\u202e\n[bold]b[/bold]\x07\t\x9b31m\r\u2028<b>"
EVIL_NAME = EVIL.replace("/", "")
FIRST, SECOND, THIRD = "first", f"second{EVIL_NAME}", f"third{EVIL_NAME}"
LONG = "x" * 900_000
OWN_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
MOST_TOGETHER = 1000
"""Of the same letter, which only a long reason has."""


def hostile(run: str, started: str) -> Manifest:
    """A run in which all that can be a stranger's is evil, and a reason is long."""
    interpreters = [interpreter(EVIL, f"+{EVIL}"), interpreter("b"), interpreter("c")]
    works = (work(EVIL), work("sleep", "io"), work("lost_updates", "semantics", (SERIAL, THREADS)))
    of = plan(interpreters, works, [missing(f"m-{EVIL}")])
    lack = Lack("c", "", PROCESSES, f"{EVIL}{LONG}")
    absent = replace(of.missing[0], why=f"{EVIL}{LONG}", remedy=f"{EVIL}{LONG}")
    cells = tuple(one for one in of.cells if (one.interpreter, one.strategy) != ("c", PROCESSES))
    of = replace(of, cells=(*cells, *set(of.cells) - set(cells)), lacks=(lack,), missing=(absent,))
    made = manifest(of, [MachineWarning(EVIL, EVIL)])
    machine = replace(made.machine, cpu=EVIL, system=EVIL, host_python=EVIL, file_system=EVIL)
    return replace(made, run=run, started=started, machine=machine, command=("compare", EVIL, "a b"))


def ending(entry: Entry) -> Entry:
    return replace(entry, stderr_tail=EVIL * 3) if isinstance(entry, Sample) and entry.reason else entry


def write(folder: Path, of: Manifest) -> None:
    endings = {
        ("b", "sleep", THREADS): (Outcome.CRASHED, f"{EVIL}{LONG}"),
        ("b", "sleep", PROCESSES): (Outcome.UNSUPPORTED, f"{EVIL}{LONG}"),
    }
    world = World(endings=endings, observed=lambda _: {("counter lost", EVIL): 0.25, (EVIL, "ms"): 1.5})
    written.write(folder, of, [ending(entry) for entry in written.entries(of, world)])


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Two such runs in a folder to work in, an interpreter that only answers the probe, and a broken one."""
    for name, started in ((FIRST, "2026-01-01"), (SECOND, "2026-01-02")):
        write(tmp_path / name, hostile(name, f"{started}T00:00:00+00:00"))
    answers = f"sys.path.insert(0, {str(FAKES)!r})\nimport _fake\n_fake.answer_probe_and_calibration()"
    for name, first in (("evil", answers), ("broken", "")):
        script = tmp_path / f"{name}{EVIL_NAME}"
        script.write_text(f"#!{sys.executable}\nimport sys\n{first}\nsys.exit({EVIL_NAME!r})\n")
        script.chmod(0o755)
        (tmp_path / f"{name}.toml").write_text(f"command = [{in_toml(str(script))}]\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def in_toml(text: str) -> str:
    return '"' + "".join(f"\\U{ord(one):08x}" for one in text) + '"'


SMALL = ("--offline", "-w", "sleep", "-s", "threads", "--quick", "--budget", "5s")
COMMANDS = (
    ("report", SECOND),
    ("history", "."),
    ("diff", FIRST, SECOND),
    ("export", SECOND, "--format", "csv"),
    ("plan", "--resume", FIRST),
    ("compare", "--resume", SECOND),
    ("doctor", "--matrix", "broken.toml"),
    ("compare", "--matrix", "evil.toml", "-i", "evil", "--out", THIRD, *SMALL),
    ("report", f"nowhere{EVIL_NAME}"),
    ("compare", "--workers", EVIL),
)


def test_no_command_prints_or_writes_more_than_text(place):
    """All in one test, and in this order: later commands read what earlier ones have written."""
    for words in COMMANDS:
        check_printed(said(place, *words))
    for run in (SECOND, THIRD):
        check_files(place / run)


def said(place: Path, *words: str) -> str:
    """All that a command prints, in colour."""
    ended = gilometer(
        *words,
        HOME=str(place),
        PATH=f"{Path(sys.executable).parent}:/usr/bin:/bin",
        GILOMETER_CACHE=str(place / "cache"),
        GILOMETER_CONFIG=str(place / "config"),
        FORCE_COLOR="1",
        COLUMNS="90",
        PYTHONUTF8="1",
    )
    return ended.stdout + ended.stderr


def check_printed(text: str) -> None:
    plain = OWN_COLOURS.sub("", text)
    assert {one for one in plain if not one.isprintable()} <= {"\n"}
    assert "[bold]" in plain, "no markup was interpreted"
    assert "x" * (MOST_TOGETHER + 1) not in plain


def check_files(run: Path) -> None:
    for name in ("report.html", "report.md"):
        text = (run / name).read_text()
        lines = (line for line in text.split("\n") if "base64" not in line and len(line) < 50_000)
        assert {one for line in lines for one in line if not one.isprintable()} <= {"\t"}, name
        assert "x" * (MOST_TOGETHER + 1) not in text
        assert (run / name).stat().st_size < 3 << 20
    for path in run.rglob("*.csv"):
        text = path.read_text()
        assert {one for one in text if not one.isprintable()} <= {"\n"}, path
        assert "x" * (MOST_TOGETHER + 1) not in text
        for row in csv.reader(text.splitlines()):
            assert not [cell for cell in row if is_formula(cell)], path


def is_formula(cell: str) -> bool:
    try:
        float(cell or "0")
    except ValueError:
        return cell.startswith(("=", "+", "-", "@"))
    return False
