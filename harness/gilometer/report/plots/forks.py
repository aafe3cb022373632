"""Running several functions at once in forks of this process, so that their arguments need no copy.

``concurrent.futures`` does not fit: its processes stay alive if this one is killed, and after Ctrl-C or an
error it waits for the tasks that still run.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import warnings
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from gilometer.signals import ENDING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Result = TypeVar("Result")


def in_forks(tasks: Sequence[Callable[[], Result]]) -> list[Result]:
    """Call each task, as many at once as there are cores, and return their results in order.

    An exception of a task is raised here; then, as on Ctrl-C, all others are ended. Without a second core or
    a second task, and on systems other than Linux, the tasks are called in this process, one after the other.

    Raises:
        ChildProcessError: A fork ended without an answer: it was killed, for example as memory ran out.

    """
    at_once = min(len(tasks), _cores())
    if at_once <= 1:
        return [task() for task in tasks]
    results: dict[int, Result] = {}
    running: dict[Any, _Fork[Result]] = {}
    waiting = list(enumerate(tasks))[::-1]
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                place, task = waiting.pop()
                fork = _start(place, task)
                running[fork.reader] = fork
            for reader in wait(list(running)):
                fork = running[reader]
                results[fork.place] = fork.result()
                running.pop(reader).end()
    finally:
        for fork in running.values():
            fork.end()
    return [results[place] for place in range(len(tasks))]


@dataclass(frozen=True)
class _Fork(Generic[Result]):
    """A fork that runs a task, or has run it."""

    place: int
    """Index of the task among all."""
    process: BaseProcess
    reader: Connection

    def result(self) -> Result:
        """Wait for the task, and return what it returned or raise what it raised."""
        try:
            result, error = self.reader.recv()
        except EOFError as nothing:
            raise ChildProcessError("a process that drew died without a word: is there memory?") from nothing
        if error is not None:
            raise error
        return result  # type: ignore[no-any-return]  # what comes from a pipe has no type

    def end(self) -> None:
        """Kill the process and close the connection."""
        self.process.kill()
        self.process.join()
        self.reader.close()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def _start(place: int, task: Callable[[], Result]) -> _Fork[Result]:
    context = multiprocessing.get_context("fork")
    reader, writer = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(task, writer), daemon=True)
    with warnings.catch_warnings():
        # The threads are those of numpy's linear algebra, which still works after a fork.
        warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
        process.start()
    writer.close()
    return _Fork(place, process, reader)


def _answer(task: Callable[[], object], writer: Connection) -> None:
    """Send what the task returns or raises. Only the parent handles Ctrl-C and the like."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
    try:
        answer: tuple[object, Exception | None] = (task(), None)
    except Exception as error:  # noqa: BLE001  the parent raises it
        answer = (None, error)
    with suppress(BrokenPipeError):
        writer.send(answer)
