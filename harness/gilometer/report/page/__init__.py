"""``report.html``: the report as one file that needs no other file and no network."""

from gilometer.report.page.render import page

__all__ = ["page"]
