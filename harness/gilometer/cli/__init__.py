"""The command line. A command is a function in one of these files; ``output`` has what commands print."""

from __future__ import annotations

import errno
import os
import sys

from gilometer.cli import (  # they register their commands, in this order
    checking,  # noqa: F401
    measuring,  # noqa: F401
    runs,  # noqa: F401
    setup,  # noqa: F401
    trying,  # noqa: F401
)
from gilometer.cli.app import app
from gilometer.cli.usage import MISTAKE, sentence_on
from gilometer.errors import GilometerError, InterruptedRunError, MachineError, UsageError
from gilometer.locations import check_working_folder
from gilometer.signals import EndingSignals
from gilometer.streams import tell

LIMITS = {
    errno.EMFILE: "raise the limit of open files of this shell (`ulimit -n`), and try again",
    errno.ENFILE: "end programs that hold many files open, and try again",
    errno.EAGAIN: "raise the limit of processes of this user (`ulimit -u`), or end some, and try again",
    errno.ENOMEM: "end programs that use much memory, and try again",
    errno.ENOSPC: "make room on the disk, and try again",
}
"""What helps where a limit of the machine is reached."""
NO_THREAD = "can't start new thread"
"""What Python says where a limit of processes, which counts threads, is reached."""


def main() -> None:
    """Run a command; a mistake of the user's is one sentence and an exit status."""
    signals = EndingSignals()
    signals.handle()
    try:
        check_working_folder()
        status = app(sys.argv[1:] or ["--help"], standalone_mode=False)
    except MISTAKE as mistake:
        tell(sentence_on(mistake))
        sys.exit(UsageError.exit_status)
    except InterruptedRunError as error:
        tell(str(error))
        sys.exit(signals.exit_status)
    except GilometerError as error:
        tell(str(error))
        sys.exit(error.exit_status)
    except (OSError, RuntimeError) as error:
        number = _limit_of(error)
        if number not in LIMITS:
            raise
        tell(f"the machine refuses: {os.strerror(number)}; {LIMITS[number]}")
        sys.exit(MachineError.exit_status)
    except KeyboardInterrupt:
        tell("interrupted before anything was measured")
        sys.exit(signals.exit_status)
    if status == InterruptedRunError.exit_status:  # typer's own, on a KeyboardInterrupt
        tell("interrupted")
        status = signals.exit_status
    sys.exit(status)


def _limit_of(error: OSError | RuntimeError) -> int:
    """Return the number of an error of the machine; a thread that can't be started counts as a process."""
    if isinstance(error, OSError):
        return error.errno or 0
    return errno.EAGAIN if str(error) == NO_THREAD else 0
