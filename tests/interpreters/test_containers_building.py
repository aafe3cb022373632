from __future__ import annotations

import os
import signal
import threading
import time

import psutil
import pytest

from gilometer.errors import EngineError, InterruptedRunError
from gilometer.interpreters.containers import bootstrap, job
from gilometer.interpreters.containers.building import BuildOrder, BuildResult, build_all
from gilometer.interpreters.containers.engine import find_engine
from gilometer.interpreters.containers.recipes import by_name
from tests.interpreters.builders import executable
from tests.interpreters.fake_engine import FakeEngine

JYTHON = by_name("jython")
IRONPYTHON = by_name("ironpython")
TAG = "localhost/gilometer-jython:latest"


class Seen:
    """A view that remembers."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.endings: list[BuildResult] = []

    def begin(self, order: BuildOrder):
        return self.lines.append

    def ended(self, ending: BuildResult) -> None:
        self.endings.append(ending)


@pytest.fixture(autouse=True)
def bin_folder(tmp_path, monkeypatch):
    """A PATH with nothing in it, to which the tests add programs, and a cache of its own."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("GILOMETER_ENGINE", raising=False)
    monkeypatch.setattr(job, "POLL_S", 0.01)
    return tmp_path / "bin"


@pytest.fixture
def podman(bin_folder):
    """An engine that has the base of Jython's recipe."""
    engine = FakeEngine(bin_folder)
    engine.has(JYTHON.base, {})
    return engine


def order(**changes) -> BuildOrder:
    return BuildOrder(**{"recipe": JYTHON, "base": JYTHON.base, **changes})


def build(*orders: BuildOrder) -> tuple[BuildResult, ...]:
    return build_all(find_engine(), orders or (order(),), Seen())


def error_of(*orders: BuildOrder) -> str:
    (ending,) = build(*orders)
    assert ending.image is None
    return ending.error


def test_an_image_is_built_with_labels_that_say_from_what(podman):
    (ending,) = build(order(arguments={"KEY": "value"}))
    (call,) = podman.calls_of("build")
    assert ending.error == ""
    assert ending.image is not None
    assert (ending.name, ending.image.name, ending.image.recipe) == ("jython", "jython", JYTHON.digest)
    assert f"--build-arg=BASE={JYTHON.base}" in call
    assert "--build-arg=KEY=value" in call
    assert f"--label=gilometer.base={JYTHON.base}" in call
    assert '--label=gilometer.arguments={"KEY": "value"}' in call
    assert any(word.startswith("--label=gilometer.harness=") for word in call)
    assert any(word.startswith("--label=gilometer.base-id=") and len(word) > 60 for word in call)
    assert call[-1] == str(JYTHON.folder)


@pytest.mark.usefixtures("podman")
def test_what_the_engine_prints_is_seen_and_kept(tmp_path):
    view = Seen()
    endings = build_all(find_engine(), [order()], view)
    assert view.lines == [
        "STEP 1/2: FROM base",
        "STEP 2/2: RUN apt-get install jython",
        "Reading package lists",
    ]
    assert view.endings == list(endings)
    assert (tmp_path / "cache" / "images" / "jython.log").read_text().splitlines() == view.lines


def test_the_image_that_had_its_name_goes(podman):
    earlier = podman.has(TAG)
    build()
    assert ["rmi", earlier] in podman.calls


def test_one_that_is_as_it_was_stays(podman):
    build()
    build()
    assert podman.calls_of("rmi") == []


def test_a_base_that_is_absent_is_fetched(podman):
    build(order(base="registry.example/debian:13"))
    assert podman.calls_of("pull") == [["pull", "registry.example/debian:13"]]


def test_a_base_that_can_not_be_fetched_can_be_made(podman):
    podman.fails("pull", 'Error: pinging registry: Get "https://x/v2/": dial tcp: lookup x: no such host')
    assert error_of(order(base="x/debian:13")).startswith(
        "its base x/debian:13 could not be fetched; --bootstrap makes a base from Debian"
        " packages (lookup x: no such host); the whole log is "
    )
    assert podman.calls_of("build") == []


def test_a_base_that_is_more_than_debian_can_be_named(podman):
    podman.fails("pull", "Error: no such host")
    assert "--base names another (no such host)" in error_of(order(recipe=IRONPYTHON, base=IRONPYTHON.base))


def test_where_nuget_is_out_of_reach_ironpython_is_one_line(podman):
    podman.has(IRONPYTHON.base, {})
    podman.fails(
        "build",
        "STEP 3/5: RUN dotnet tool install ironpython.console",
        "error NU1301: Unable to load the service index for source https://api.nuget.org/v3/index.json.",
        'Error: building at STEP "RUN dotnet tool install": while running runtime: exit status 1',
    )
    error = error_of(order(recipe=IRONPYTHON, base=IRONPYTHON.base))
    assert error.startswith(
        "could not be built (error NU1301: Unable to load the service index for source"
        " https://api.nuget.org/v3/index.json); the whole log is "
    )


def test_one_that_fails_does_not_keep_the_next_from_being_built(podman):
    podman.fails("pull", "Error: no such host")
    endings = build(order(base="absent"), order())
    assert [bool(ending.error) for ending in endings] == [True, False]


def test_an_engine_that_builds_and_can_not_run_is_found_out(podman):
    podman.fails("run", "Error: runc: error setting rlimit type 7: operation not permitted")
    assert "runc: error setting rlimit type 7: operation not permitted" in error_of()


def test_a_build_without_our_labels_is_no_image(podman):
    podman.labels({"gilometer.commands": "none"})
    assert "was built, and is no image with our labels" in error_of()


def press_ctrl_c_after(seen: list[str], words: str) -> None:
    """Wait for a line with these words, and then do what a terminal does."""

    def look() -> None:
        while not any(words in line for line in list(seen)):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=look, daemon=True).start()


@pytest.mark.parametrize("program", ["podman", "docker"])
def test_a_ctrl_c_leaves_nothing_that_runs(bin_folder, program):
    engine = FakeEngine(bin_folder, program)
    engine.has(JYTHON.base, {})
    engine.hangs("build")
    view = Seen()
    press_ctrl_c_after(view.lines, "hanging")
    with pytest.raises(
        InterruptedRunError, match=r"no half image is kept\. Still to be built: jython ironpython"
    ):
        build_all(find_engine(), [order(), order(recipe=IRONPYTHON)], view)
    left = [process.cmdline() for process in psutil.Process().children(recursive=True)]
    assert not [command for command in left if str(engine.path) in command]
    assert TAG not in engine.tags


# --- bases out of Debian packages ---------------------------------------------------------------

BOOTSTRAPPED = order(base=bootstrap.base_for(JYTHON))


def test_a_base_is_made_once(podman, bin_folder):
    executable(bin_folder / "mmdebstrap", 'echo "$@"; for last; do :; done; echo tar > "$last"')
    view = Seen()
    build_all(find_engine(), [BOOTSTRAPPED], view)
    build_all(find_engine(), [BOOTSTRAPPED], view)
    (call,) = podman.calls_of("import")
    assert call[2] == "localhost/gilometer-base:trixie"
    assert view.lines[0].startswith("--variant=minbase")
    assert " trixie " in view.lines[0]


@pytest.mark.usefixtures("podman")
def test_nothing_is_kept_of_what_it_was_made_from(bin_folder, tmp_path):
    executable(bin_folder / "mmdebstrap", 'for last; do :; done; echo tar > "$last"')
    build(BOOTSTRAPPED)
    assert [path.name for path in (tmp_path / "cache" / "images").iterdir()] == ["jython.log"]


@pytest.mark.usefixtures("podman")
def test_without_mmdebstrap_there_is_one_sentence():
    assert error_of(BOOTSTRAPPED) == (
        "--bootstrap needs mmdebstrap, which is not on PATH; on Debian: apt install mmdebstrap"
    )


def test_a_base_that_can_not_be_made_is_a_sentence(podman, bin_folder):
    executable(bin_folder / "mmdebstrap", "echo 'E: unable to pick chroot mode automatically' >&2; exit 25")
    assert error_of(BOOTSTRAPPED).startswith(
        "the base localhost/gilometer-base:trixie could not be made (E: unable to pick chroot mode"
    )
    assert podman.calls_of("import") == []


def test_only_a_recipe_that_begins_with_debian_has_such_a_base():
    with pytest.raises(
        EngineError, match=r"ironpython begins with mcr\.microsoft\.com/.*--base names another"
    ):
        bootstrap.base_for(IRONPYTHON)
