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

PATIENCE_S = 60.0
"""Seconds without an answer of any fork after which this process does the work: forks may be stopped."""


def in_forks(tasks: Sequence[Callable[[], Result]]) -> list[Result]:
    """Call each task, as many at once as there are cores, and return their results in order.

    An exception of a task is raised here; then, as on Ctrl-C, all others are ended. Without a second core or
    a second task, and on systems other than Linux, the tasks are called in this process, one after the other.
    So is the task of a fork that is killed, and those of all that run if none answers for a minute.
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
            answered = wait(list(running), PATIENCE_S)
            for reader in answered or list(running):
                fork = running[reader]
                results[fork.place] = fork.result() if answered else fork.task()
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
    task: Callable[[], Result]
    process: BaseProcess
    reader: Connection

    def result(self) -> Result:
        """Return what the task returned or raise what it raised; call it here if the fork was killed."""
        try:
            result, error = self.reader.recv()
        except EOFError:
            return self.task()
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
    return _Fork(place, task, process, reader)


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
