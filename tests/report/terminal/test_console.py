from __future__ import annotations

import io

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gilometer.report.terminal.console import Terminal

EVIL = "a\x1b[2J\u202e\n[bold]b[/bold] :smile: \x07"
HARMLESS = r"a\x1b[2J\u202e\n[bold]b[/bold] :smile:"


def printed(*what: object, **options: object) -> str:
    file = io.StringIO()
    Terminal(file=file, width=100, **options).print(*what)
    return file.getvalue()


def test_text_of_strangers_is_escaped_and_no_markup():
    assert printed(EVIL).startswith(HARMLESS)
    assert printed(Text(EVIL)).startswith(HARMLESS)


def test_so_it_is_within_tables():
    table = Table(EVIL, box=None)
    table.add_row(Text(EVIL))
    shown = printed(Padding(table, (0, 0, 0, 2)))
    assert shown.count(r"a\x1b[2J\u202e\n[bold]") == 2
    assert shown.replace("\n", "").isprintable()


def test_our_own_styles_stay_where_they_are():
    line = Text.assemble("\n", ("red\x1b", "red"), "\u202eplain")
    shown = printed(line, force_terminal=True, color_system="standard", no_color=False)
    assert shown == "\\n\x1b[31mred\\x1b\x1b[0m\\u202eplain\n"
