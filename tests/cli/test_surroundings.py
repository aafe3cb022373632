"""Commands in a poor environment: another encoding, no home, a limit of the shell."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys

import pytest

from gilometer import cli
from tests.cli.running import ROOT, gilometer

SAMPLE = ROOT / "reports" / "sample-default"
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def test_where_text_is_ascii_a_report_is_drawn_the_same(tmp_path):
    runs = [shutil.copytree(SAMPLE, tmp_path / name) for name in ("utf-8", "ascii")]
    told = [gilometer("report", str(run), **env) for run, env in zip(runs, ({}, ASCII), strict=True)]
    assert [one.returncode for one in told] == [0, 0]
    pages = [(run / "report.html").read_bytes() for run in runs]
    assert pages[0] == pages[1]


def test_without_a_home_one_sentence_says_what_to_set():
    told = subprocess.run(
        ["/usr/bin/setpriv", "--reuid=54321", "--clear-groups", sys.executable, "-m", "gilometer", "plan"],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT / "harness")},
        capture_output=True,
        text=True,
        check=False,
    )
    if "Operation not permitted" in told.stderr:
        pytest.skip("only root may run a command as another user")
    assert told.stderr.splitlines() == [
        "gilometer: this user has no home folder; set HOME or GILOMETER_CONFIG to the path of a folder"
    ]
    assert told.returncode == 2


@pytest.mark.parametrize(
    ("number", "remedy"),
    [(errno.EMFILE, "ulimit -n"), (errno.EAGAIN, "ulimit -u"), (errno.ENOSPC, "make room")],
)
def test_one_sentence_names_the_limit_that_is_reached(number, remedy, monkeypatch, capsys):
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(cli, "app", refuse)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.startswith(f"gilometer: the machine refuses: {os.strerror(number)}; ")
    assert remedy in sentence
    assert ended.value.code == 1


def test_a_thread_that_can_not_be_started_is_a_limit_of_processes(monkeypatch, capsys):
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(cli, "app", refuse)
    with pytest.raises(SystemExit):
        cli.main()
    assert "ulimit -u" in capsys.readouterr().err


def test_an_error_of_the_harness_itself_is_not_taken_for_a_limit(monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("dictionary changed size during iteration")

    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(RuntimeError):
        cli.main()
