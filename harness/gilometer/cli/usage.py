"""What typer refuses: unknown options and commands, values that can't be, missing arguments."""

from __future__ import annotations

import typer

MISTAKE: type[typer.BadParameter] = typer.BadParameter.__mro__[1]
"""The class above it, of all of them, which typer does not export."""


def sentence_on(mistake: typer.BadParameter) -> str:
    """Say what is wrong, and which command tells more."""
    command = mistake.ctx.info_name if mistake.ctx else "gilometer"
    return f"{mistake.format_message().rstrip('.')}; `{command} --help` tells what may be typed"
