"""A report in other languages: whole, with the comma where it belongs, and in its place."""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.reports.told import about, practised

from coherence.model import Origin, Reflection
from coherence.reports.ecg import arrivals_of_ecg, read_ecg
from coherence.reports.figures import drawing
from coherence.reports.html import html_of
from coherence.reports.pdf import figures_of
from coherence.reports.report import About, Report, report_of
from coherence.translation import PSEUDO, use

TYPED = re.compile(r"<b>hand</b> on \$heart\$ &( more|…)|inner critic")  # and not to be translated
KEPT = re.compile(  # units, names, and what comes from content or from who marked it
    r"\b(RMSSD|SDNN|Hz|bpm|ms|min|Willow|a_recording_of_november.txt|coherence|Meeting the|Arrive"
    r"|Soothe|Safe place|Meet|Return|gone|fine)\b"
)
ENGLISH = re.compile(
    r"\b(the|and|of|with|at|your|you|heart|beats|minute|breath|guided|own|about|likely|coherence "
    r"about|set aside|session|numbers?|clear)\b"
)


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    use("en")


@cache
def told(language: str) -> Report:
    """The simulated practice with words of the person, and from here on ``language``."""
    use(language)
    before, after = Reflection(0.3, 0.5, "gone"), Reflection(0.6, 0.5, "fine")
    known = about(before=before, after=after, name="Willow", source="a_recording_of_november.txt")
    return report_of(practised(), known)


def page_in(language: str) -> str:
    report = told(language)
    use(language)
    return html_of(report)


class Words(HTMLParser):
    """What people read in a page, and what a screen reader says of its pictures."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.read: list[str] = []
        self._within: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._within.append(tag)
        self.read += [value or "" for name, value in attributes if name == "aria-label"]

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop() != tag:
            pass

    def handle_data(self, text: str) -> None:
        if not {"style", "script"} & set(self._within) and text.strip():
            self.read.append(" ".join(text.split()))


def outside_brackets(text: str) -> str:
    """What of a text was not said in the pseudo-language."""
    depth, out = 0, ""
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        out += letter if depth == 0 and letter != "]" else ""
    return out


def test_every_word_of_a_page_can_be_said_in_another_language() -> None:
    read = Words(page_in(PSEUDO)).read
    left = {KEPT.sub("", outside_brackets(TYPED.sub("", text))) for text in read}
    assert not {text for text in left if re.search(r"[A-Za-z]{2}", text)}
    assert len(read) > 100
    assert any("[" in text for text in read)


def test_a_german_page_is_german() -> None:
    page = page_in("de")
    assert '<html lang="de">' in page
    read = Words(page).read
    text = TYPED.sub("", "\n".join(read))
    assert not ENGLISH.findall(text.replace("coherence ·", ""))
    assert "Donnerstag, 19. November 2026 · 15 Minuten · Der inneren Kritik begegnen" in text
    assert "geführt 5,5" in text
    assert "„gone“" in text
    assert not re.search(r"\d\.\d{1,2} (Atemzüge|bpm|ms|Hz|%)", text)
    assert "RMSSD" in text, "keys and names of the field stay"


def test_a_page_in_english_says_so() -> None:
    assert '<html lang="en">' in page_in("en")


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_words_of_a_page_lie_on_others_or_outside(language: str, data: Path) -> None:
    reports = [told(language)]
    use(language)
    ecg = read_ecg(data / "physio_ecg_resp" / "ecg1.npy", 1000.0)
    known = About("", "", Origin.IMPORTED, "", source=ecg.source)
    reports.append(report_of(list(arrivals_of_ecg(ecg)), known))
    with drawing():
        for report in reports:
            for figure in figures_of(report):
                assert collisions(figure) == []


def collisions(figure) -> list[str]:
    """Words of a page that touch others, a neighbouring card or the edge."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure.set_dpi(300.0)  # so that no letter is rounded to pixels
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    boxes = [
        (text.get_text(), text.get_window_extent(canvas.get_renderer()))
        for text in figure.texts
        if text.get_text().strip()
    ]
    width, height = figure.bbox.width, figure.bbox.height
    found = [
        f"{said} beyond the edge"
        for said, box in boxes
        if box.x0 < 0.06 * width or box.x1 > 0.94 * width or box.y0 < 0.02 * height
    ]
    for i, (one, a) in enumerate(boxes):
        for other, b in boxes[i + 1 :]:
            beside = min(a.x1, b.x1) - max(a.x0, b.x0)
            over = min(a.y1, b.y1) - max(a.y0, b.y0)
            if beside > -4.0 and over > 0.5 * min(a.height, b.height):
                found.append(f"{one} | {other}")
    return found


def test_what_lies_on_others_is_found() -> None:
    from matplotlib.figure import Figure

    with drawing():
        figure = Figure(figsize=(8.0, 10.0))
        figure.text(0.1, 0.5, "here is a line of words", fontsize=12)
        figure.text(0.2, 0.5, "and others on it", fontsize=12)
        figure.text(0.9, 0.3, "and one beyond the edge", fontsize=12)
        assert len(collisions(figure)) == 2
