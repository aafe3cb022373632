"""A page that was opened, and everything that it did unasked."""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Dialog, Page


@dataclass
class Opened:
    """A report in the browser."""

    page: Page
    file: InitVar[Path]
    address: str = field(init=False)
    said: list[str] = field(default_factory=list)
    """Errors and warnings on its console, errors of its scripts, and what dialogs asked."""
    requested: list[str] = field(default_factory=list)

    def __post_init__(self, file: Path) -> None:
        """Listen, and open the file."""
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.requested.append(request.url))
        self.page.on("dialog", self._dismiss)
        self.address = file.as_uri()
        self.page.goto(self.address)

    def unfold(self) -> Page:
        """Open all that is folded, as a reader would who looks for one part of it."""
        self.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        return self.page

    def _dismiss(self, dialog: Dialog) -> None:
        self.said.append(f"dialog: {dialog.message}")
        dialog.dismiss()
