"""The command line. A command is a function in one of these files; ``output`` has what commands print."""

from __future__ import annotations

import sys

from gilometer.cli import measuring, runs, setup  # noqa: F401  they register their commands, in this order
from gilometer.cli.app import app
from gilometer.errors import GilometerError, InterruptedRunError
from gilometer.signals import EndingSignals


def main() -> None:
    """Run a command; a mistake of the user's is one sentence and an exit status."""
    signals = EndingSignals()
    signals.handle()
    try:
        app()
    except InterruptedRunError as error:
        sys.stderr.write(f"gilometer: {error}\n")
        sys.exit(signals.exit_status)
    except GilometerError as error:
        sys.stderr.write(f"gilometer: {error}\n")
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        sys.stderr.write("gilometer: interrupted before anything was measured\n")
        sys.exit(signals.exit_status)
    except SystemExit as end:
        if end.code == InterruptedRunError.exit_status:  # typer's own, on a KeyboardInterrupt
            sys.stderr.write("gilometer: interrupted\n")
            sys.exit(signals.exit_status)
        raise
