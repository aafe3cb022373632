"""The console that all commands print to: strangers' text is harmless on it, and its reader may leave."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Span, Text

from gilometer.printing import printable
from gilometer.streams import lead_nowhere

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import ConsoleOptions, RenderableType
    from rich.segment import Segment


class Terminal(Console):
    """A console that escapes what is not printable, and that interprets no markup.

    An end of line within a text is a stranger's, and is escaped: a line of our own is printed by itself.
    """

    def __init__(self, **options: Any) -> None:
        """Take the options of a console."""
        super().__init__(markup=False, emoji=False, highlight=False, **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render; all text that is drawn passes here, also that of the cells of a table."""
        text = Text(renderable) if isinstance(renderable, str) else renderable
        return super().render(_escaped(text) if isinstance(text, Text) else text, options)

    def on_broken_pipe(self) -> None:
        """Go on without a reader: what was asked for is a measurement and its report, not only these lines.

        So ``compare 2>&1 | head -1`` measures to the end, and its exit status tells how that went. A console
        of rich would exit here, in the midst of a run.
        """
        lead_nowhere(self.file.fileno())


def _escaped(text: Text) -> Text:
    """Escape what is not printable, and let the styles stay where they are."""
    if text.plain.isprintable():
        return text
    places = list(accumulate((len(printable(one)) for one in text.plain), initial=0))
    escaped = text.blank_copy(printable(text.plain))
    escaped.spans = [
        Span(places[span.start], places[min(span.end, len(text.plain))], span.style) for span in text.spans
    ]
    return escaped
