from __future__ import annotations

import io
from pathlib import Path

from msgspec.structs import replace

from gilometer.cli.output.images import Steps, print_images
from gilometer.interpreters.containers.building import BuildOrder, BuildResult
from gilometer.interpreters.containers.engine import Image
from gilometer.interpreters.containers.recipes import by_name
from gilometer.report.terminal.console import Terminal

JYTHON = by_name("jython")
IMAGE = Image(
    id="f00",
    name="jython",
    commands=(("/usr/bin/java",),),
    supervisor=("/usr/bin/python3",),
    recipe=JYTHON.digest,
    base="docker.io/library/debian:trixie-slim",
    created="2026-11-23T12:38:46.111123814Z",
    size=428_000_000,
)


def console(*, terminal: bool = False) -> Terminal:
    return Terminal(file=io.StringIO(), force_terminal=terminal, width=100)


def text(shown: Terminal) -> str:
    assert isinstance(shown.file, io.StringIO)
    return shown.file.getvalue()


def row(*images: Image) -> list[str]:
    shown = console()
    print_images(shown, [JYTHON], images)
    return text(shown).splitlines()[1].split()


def test_a_recipe_without_an_image():
    assert row() == ["jython", "no", "debian:trixie-slim", "Jython", "2.7", "on", "Java", "21"]


def test_an_image_has_a_size_and_a_day():
    assert row(IMAGE)[:6] == ["jython", "428", "MB", "yes,", "2026-11-23", "debian:trixie-slim"]


def test_an_image_whose_recipe_has_changed_is_stale():
    assert row(replace(IMAGE, recipe="0"))[3] == "stale,"


def test_a_base_that_was_made_here_has_a_short_name():
    assert "gilometer-base:trixie" in row(replace(IMAGE, base="localhost/gilometer-base:trixie"))


def steps(shown: Terminal, *lines: str, ending: BuildResult) -> list[str]:
    with Steps(shown) as seen:
        hear = seen.begin(BuildOrder(replace(JYTHON, folder=Path()), "debian:13"))
        for line in lines:
            hear(line)
        seen.ended(ending)
    return text(shown).splitlines()


READY = BuildResult("jython", 24.4, IMAGE)


def test_a_pipe_sees_the_steps_that_take_time():
    lines = steps(
        console(),
        "STEP 1/3: FROM debian:13",
        "Reading package lists...",
        "Step 2/3 : RUN apt-get install jython",
        "#7 [2/3] COPY a b",
        "[2/2] STEP 3/3: COPY --from=compiled /opt /opt",
        "STEP 9/10: LABEL gilometer.name=jython",
        ending=READY,
    )
    assert lines == [
        "jython: Jython 2.7 on Java 21; begins with debian:13",
        "  STEP 1/3: FROM debian:13",
        "  Step 2/3 : RUN apt-get install jython",
        "  #7 [2/3] COPY a b",
        "  [2/2] STEP 3/3: COPY --from=compiled /opt /opt",
        "jython: ready, in 24 s, 428 MB",
        "",
    ]


def test_a_terminal_sees_the_last_line_meanwhile():
    shown = console(terminal=True)
    with Steps(shown) as seen:
        seen.begin(BuildOrder(JYTHON, "debian:12"))("Unpacking java")
        seen.begin(BuildOrder(JYTHON, "debian:13"))("Unpacking \x1b[31mjython\x1b[0m [all] ...")
    assert r"Unpacking \x1b[31mjython\x1b[0m " in text(shown)


def test_a_failure_is_told():
    lines = steps(console(), ending=BuildResult("jython", 1.0, error="jython could not be built (no [room])"))
    assert lines[1] == "jython: jython could not be built (no [room])"
