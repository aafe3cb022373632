"""Fetch several interpreters at once; one that fails does not stop the others."""

from __future__ import annotations

import contextlib
import threading
import time
from concurrent.futures import Future, wait
from functools import partial
from typing import TYPE_CHECKING, Protocol

from gilometer.commands import typed
from gilometer.errors import InterruptedRunError, ProvisionError
from gilometer.interpreters.provision import failures
from gilometer.interpreters.provision.stopping import listen_to, stop_if_asked
from gilometer.model import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gilometer.interpreters.provision.provisioner import DownloadProgress, Provisioner

CLEARING_S = 5
"""The time that is waited after a Ctrl-C until incomplete downloads are removed."""


class FetchResult(Record, frozen=True):
    """The result of fetching one interpreter."""

    name: str
    seconds: float
    error: str = ""
    """Empty: it is here, whole."""


class FetchView(Protocol):
    """A view of downloads for the person at the terminal; several threads call it."""

    def progress(self, name: str) -> DownloadProgress:
        """Return a function that shows the steps of one interpreter."""
        ...

    def ended(self, ending: FetchResult) -> None:
        """Say how one download ended."""
        ...


def fetch_all(provisioners: Sequence[Provisioner], view: FetchView) -> tuple[FetchResult, ...]:
    """Fetch all of them, each in a thread of its own.

    Raises:
        InterruptedRunError: The user pressed Ctrl-C; what they ran has ended.

    """
    stop = threading.Event()
    endings: list[Future[FetchResult]] = [Future() for _ in provisioners]
    try:
        for one, ending in zip(provisioners, endings, strict=True):
            _begin(partial(_fetch, one, view, stop), ending)
        return tuple(ending.result() for ending in endings)
    except KeyboardInterrupt as interrupt:
        stop.set()
        wait(endings, CLEARING_S)
        again = typed("provision", *(one.name for one in provisioners))
        raise InterruptedRunError(f"interrupted; what is whole is kept. Go on with: {again}") from interrupt


def exit_status(endings: Sequence[FetchResult]) -> int:
    """Return 1 if something could not be fetched, else 0."""
    return int(any(ending.error for ending in endings))


def _begin(do: Callable[[], FetchResult], ending: Future[FetchResult]) -> None:
    """Do it in a daemon thread: the threads of an executor would outlive the main one."""

    def run() -> None:
        try:
            ending.set_result(do())
        except BaseException as error:  # noqa: BLE001  it is raised where the result is wanted
            ending.set_exception(error)

    threading.Thread(target=run, daemon=True).start()


def _fetch(one: Provisioner, view: FetchView, stop: threading.Event) -> FetchResult:
    listen_to(stop)
    before = time.monotonic()
    error = ""
    try:
        failures.check(one.name)
        failures.fetch(one, _stoppable(view.progress(one.name)))
    except ProvisionError as caught:
        error = str(caught)
    ending = FetchResult(one.name, time.monotonic() - before, error)
    if not stop.is_set():
        view.ended(ending)
    return ending


def _stoppable(progress: DownloadProgress) -> DownloadProgress:
    """Make a download in this thread end with its next chunk once it is asked to stop."""

    @contextlib.contextmanager
    def watched(name: str, total: int, /) -> Iterator[Callable[[int], None]]:
        with progress(name, total) as advance:

            def step(size: int) -> None:
                stop_if_asked()
                advance(size)

            yield step

    return watched
