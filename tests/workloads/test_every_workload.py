"""Each workload under the host's Python: one line, one checksum, whatever the strategy."""

from __future__ import annotations

import sys

import pytest

from gilometer.model import CONTRACT, Outcome, Strategy
from tests.workloads.running import NAMES, run, workload

HOST_LACKS = (
    {Strategy.SUBINTERPRETERS: "has no subinterpreters with a GIL of their own"}
    if sys.version_info < (3, 12)
    else {}
)


def test_the_workloads_are_found() -> None:
    assert {"fib", "files", "mixed", "nested_loops", "sha256", "sleep"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_gives_the_checksum_of_its_card_however_it_is_spread(name, tmp_path) -> None:
    card = run(workload(name), "--describe", cwd=tmp_path).card
    for strategy in card.strategies:
        workers = 1 if strategy is Strategy.SERIAL else 3
        words = ("--strategy", strategy, "--workers", str(workers), "--loops", "2", "--iterations", "2")
        line = run(workload(name), *words, cwd=tmp_path).line
        if reason := HOST_LACKS.get(strategy, ""):
            assert (line.outcome, line.reason) == (Outcome.UNSUPPORTED, reason)
            continue
        assert (line.checksum, line.reason) == (card.checksum, ""), strategy
        assert (line.workload, line.strategy, line.workers) == (name, strategy, workers)
        assert (line.contract, line.loops, line.units, len(line.iterations)) == (CONTRACT, 2, 24, 2)
        assert line.outcome is Outcome.OK
        assert line.parameters == card.parameters
        assert all(len(observed.values) == 2 for observed in line.observations)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", NAMES)
def test_runs_by_hand_without_any_option(name, tmp_path) -> None:
    card = run(workload(name), "--describe", cwd=tmp_path).card
    line = run(workload(name), cwd=tmp_path).line
    assert (line.strategy, line.workers, line.loops) == (card.strategies[0], 1, card.loops)
    assert line.outcome is Outcome.OK


@pytest.mark.parametrize("name", NAMES)
def test_its_card_explains_it(name, tmp_path) -> None:
    card = run(workload(name), "--describe", cwd=tmp_path).card
    assert card.name == name
    assert card.kind in {"cpu", "native", "io", "mixed", "contention", "semantics"}
    assert card.shows.endswith(".")
    assert card.meanings.keys() == card.parameters.keys()
    assert card.strategies[0] is Strategy.SERIAL
    assert all(claim.startswith("C") for claim in card.claims)
    assert card.sweep.keys() | card.calibrate_with.keys() <= card.parameters.keys()


@pytest.mark.parametrize("name", NAMES)
def test_its_help_names_what_it_takes(name, tmp_path) -> None:
    shown = run(workload(name), "--help", cwd=tmp_path)
    card = run(workload(name), "--describe", cwd=tmp_path).card
    assert shown.status == 0
    assert card.shows in shown.stdout
    for parameter, meaning in card.meanings.items():
        assert f"{parameter}={card.parameters[parameter]}  {meaning}" in shown.stdout


@pytest.mark.parametrize("name", NAMES)
def test_hides_no_module_of_the_standard_library(name) -> None:
    assert name not in sys.stdlib_module_names


@pytest.mark.parametrize("name", NAMES)
def test_is_ascii(name) -> None:
    assert workload(name).read_bytes().isascii()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("fib", "n=-1"),
        ("nested_loops", "n=-1"),
        ("nbody", "steps=-1"),
        ("mandelbrot", "size=0"),
        ("mandelbrot", "turns=0"),
        ("objects", "count=0"),
        ("wordcount", "words=0"),
        ("json_roundtrip", "orders=-1"),
        ("regex", "lines=0"),
        ("sha256", "kb=0"),
        ("compress", "kb=0"),
        ("lock", "payments=0"),
        ("handover", "parcels=0"),
        ("shared_dict", "turns=0"),
        ("lost_updates", "updates=9"),
        ("convoy", "ms=0"),
        ("convoy", "switch_ms=-1"),
        ("gil_release", "folder=nowhere"),
        ("gil_release", "dsn=nonsense"),
        ("lifetimes", "objects=0"),
        ("turns", "ms=0"),
        ("turns", "gap_us=0"),
        ("sleep", "ms=-1"),
        ("files", "kb=0"),
        ("files", "folder=nowhere"),
        ("mixed", "cpu=1.5"),
        ("mixed", "unit_ms=0"),
        ("mixed", "cpu=0.9"),
    ],
)
def test_refuses_a_parameter_that_makes_no_sense(name, wrong, tmp_path) -> None:
    refused = run(workload(name), "--param", wrong, cwd=tmp_path)
    assert (refused.status, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"{name}.py: ")
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize("share", [0, 0.25, 0.5, 0.75, 1])
def test_mixed_gives_one_checksum_for_every_share_and_counts_its_work_once(share, tmp_path) -> None:
    card = run(workload("mixed"), "--describe", cwd=tmp_path).card
    assert share in card.sweep["cpu"]
    line = run(workload("mixed"), "--param", f"cpu={share}", "--loops", "9", cwd=tmp_path).line
    assert (line.checksum, line.loops, line.passes) == (card.checksum, 9, 1)


def test_mixed_is_calibrated_to_the_length_of_its_units(tmp_path) -> None:
    words = ("--calibrate", "30", "--param", "cpu=1", "--param", "unit_ms=1", "--units", "12")
    line = run(workload("mixed"), *words, cwd=tmp_path).line
    assert line.loops > 1
    assert all(iteration.wall_s >= 0.012 for iteration in line.iterations)


def test_files_removes_its_folder_when_a_unit_fails(write_workload, tmp_path) -> None:
    script = write_workload("").with_name("files.py")
    source = workload("files").read_text()
    script.write_text(
        source.replace('with open(self.path, "rb") as back:', "if index > 2: 1 / 0\n        if 1:")
    )
    for words in (
        ["--strategy", "threads", "--workers", "3"],
        ["--strategy", "processes", "--workers", "3"],
        [],
    ):
        assert run(script, *words, cwd=tmp_path).status == 1
    assert not list(tmp_path.glob("gilometer-files-*"))


def test_files_never_shares_a_folder(tmp_path) -> None:
    script = tmp_path / "folders.py"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(workload('files').parent)!r})\n"
        "from files import make_folder\n"
        "print(len({make_folder('.') for _ in range(3)}))\n"
    )
    assert run(script, cwd=tmp_path).stdout == "3\n"
    assert len(list(tmp_path.glob("gilometer-files-*"))) == 3
