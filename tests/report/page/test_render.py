from __future__ import annotations

from html.parser import HTMLParser

import pytest

from gilometer.analysis.claims.verdicts import Verdict
from gilometer.report import document
from gilometer.report.document import (
    Amount,
    ClaimVerdicts,
    Code,
    Document,
    Everything,
    InterpreterVerdict,
    Link,
    Section,
)
from gilometer.report.drawing import Drawing
from gilometer.report.page import page
from gilometer.report.results import results_of
from gilometer.report.sections.content import content
from tests.report.worlds import HOSTILE, alone, doubtful, matrix, ruins, semantics, serial_only, usual

SVG = '<svg viewBox="0 0 720 200"><text>fib</text></svg>'
PLOT = Drawing("threads", "A map", "Threads help", "of what", 0.25, SVG, b"", "a,b\n1,2\n")
VOID = {"meta", "link", "input", "br"}


class Outline(HTMLParser):
    """What a page consists of, in its order; fails if elements are not closed as they were opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def shown(*blocks: document.Block, run: str = "run") -> str:
    """The sections of a page, as they are in its source."""
    html = page(Document(run, ("Threads help.",), ("4 blocks",), (Section("Title", blocks, "title"),)))
    return html.partition("<main>")[2].partition("</main>")[0]


@pytest.mark.parametrize("world", [usual, alone, matrix, ruins, doubtful, serial_only, semantics])
def test_every_run_makes_a_whole_page(world):
    outline = Outline(page(content(results_of(*world()), [PLOT])))
    assert outline.tags.count("h1") == outline.tags.count("main") == 1
    assert len(outline.ids) == len(set(outline.ids))
    order = ["threads", "costs", "same-binary", "verdicts", "kinds", "warm-up", "scaling", "semantics"]
    order += ["everything", "not-run", "machine", "remake"]
    found = [one for one in outline.ids if one in order]
    assert found == [one for one in order if one in found]
    assert {"verdicts", "everything", "machine", "remake"} <= set(found)


def test_it_asks_nobody_for_anything():
    html = page(content(results_of(*usual()), [PLOT]))
    assert "default-src 'none'" in html
    assert "src=" not in html.partition("<main>")[2].partition("</main>")[0]
    assert "@import" not in html


def test_hostile_words_are_words():
    calm, hostile = (
        Outline(page(content(results_of(*ruins(words, words)), []))) for words in ("calm", HOSTILE)
    )
    without_code = [[tag for tag in each.tags if tag != "code"] for each in (calm, hostile)]
    assert without_code[0] == without_code[1], "backticks may make code of words, and nothing else"
    assert hostile.ids == calm.ids


@pytest.mark.parametrize("words", ["</script><script>alert(1)</script>", "{{ 7 * 7 }}", "a & b < c", 'a "b"'])
def test_words_are_shown_as_they_are_wherever_they_stand(words):
    seen = []

    class Text(HTMLParser):
        def handle_data(self, data: str) -> None:
            seen.append(data)

    cells = ((Amount(words, words),),)
    parts = (
        document.paragraph(words, Code(words)),
        document.bullets([words]),
        document.table([words], [[words]]),
        document.Verbatim(words),
        Everything((words,), cells),
    )
    Text().feed(shown(*parts))
    assert seen.count(words) == 8


def test_control_characters_and_those_that_turn_the_direction_are_escaped():
    html = shown(document.paragraph("a\x1b[31m\u202eb\x00"), run="r\x07")
    assert not {"\x1b", "\u202e", "\x00", "\x07"} & set(html)
    assert r"a\x1b[31m\u202eb" in html


def test_a_claim_has_its_verdicts_in_words_and_its_evidence_folded():
    first = InterpreterVerdict("a-1", Verdict.HOLDS, "On a-1, it is so.", "same binary; q < 0.001")
    second = InterpreterVerdict("b-1", Verdict.NOT_ESTABLISHED, "On b-1, nobody knows.", "")
    text = shown(document.Verdicts((ClaimVerdicts("C2", "It is so", (first, second), first),)))
    assert "holds</strong>" in text
    assert "not established</strong>" in text
    assert "refuted" not in text
    assert "<code>a-1</code>" in text
    assert "(same binary; q &lt; 0.001)" in text
    assert text.index("<summary>On a-1, it is so.") < text.index("On b-1, nobody knows.")


def test_a_figure_has_its_words_its_drawing_and_its_rows():
    text = shown(document.Picture(PLOT))
    assert "<h3>Threads help</h3>" in text
    assert 'aria-label="Threads help. A map."' in text
    assert 'data-csv="a,b\n1,2\n"' in text
    assert [f'data-get="{kind}"' in text for kind in ("png", "svg", "csv")] == [True] * 3


def test_numbers_are_sorted_as_numbers():
    text = shown(Everything(("speedup", "name"), ((Amount("1.9 [1.8, 2.0]", 1.9), Amount("fib", "fib")),)))
    assert '<td class="n" data-order="1.9">1.9 [1.8, 2.0]</td><td>fib</td>' in text


def test_details_are_folded_and_sections_are_not():
    folded = document.detail("More", document.paragraph("much"))
    assert folded
    text = shown(folded, Section(Code("fib"), (document.paragraph(Link("run.json")),)))
    assert "<summary>More" in text
    assert "<h3><code>fib</code></h3>" in text
    assert '<a href="run.json"><code>run.json</code></a>' in text
