"""``report.html``: the report as one file that needs nothing else, and asks nobody for anything."""

from gilometer.report.page.render import page

__all__ = ["page"]
