"""The two pages as PDF and as HTML, looked at by programs that we did not write."""

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser

import numpy as np
import pytest
from tests.reports.told import about, practised, real, simulated

from coherence.reports import palette
from coherence.reports.figures import parts_of, thinned
from coherence.reports.html import POLICY, html_of
from coherence.reports.pdf import own_lines, width_pt, wrapped, write_pdf
from coherence.reports.report import report_of
from coherence.translation import use

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def asked(program, *arguments):
    if shutil.which(program) is None:
        pytest.skip(f"{program} (poppler-utils) is not here")
    return subprocess.run([program, *map(str, arguments)], check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def pdf(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "session.pdf"
    write_pdf(path, simulated())
    return path


def test_the_pdf_has_two_pages_with_its_letters_in_it(pdf):
    assert b"Pages:           2" in asked("pdfinfo", pdf)
    fonts = asked("pdffonts", pdf).decode().splitlines()[2:]
    assert {name for line in fonts for name in re.findall(r"Nunito-\w+", line)} >= {
        "Nunito-Light",
        "Nunito-Regular",
        "Nunito-SemiBold",
    }
    assert all(re.search(r"\byes\s+(yes|no)\s+(yes|no)\b", line) for line in fonts), "embedded"


def test_the_pdf_holds_what_the_report_says(pdf):
    text = " ".join(asked("pdftotext", "-layout", pdf, "-").decode().split())
    report = simulated()
    for words in (report.lead, report.details[0], "For the therapist", *report.method[:1]):
        assert " ".join(words.split())[:60] in text
    assert "$heart$" in text, "what people typed is taken as it is"


def test_nothing_is_drawn_outside_the_margins(pdf, tmp_path):
    asked("pdftoppm", "-r", 40, "-gray", pdf, tmp_path / "page")
    for page in sorted(tmp_path.glob("*.pgm")):
        header, size, _, pixels = page.read_bytes().split(b"\n", 3)
        width, height = map(int, size.split())
        grey = np.frombuffer(pixels, np.uint8).reshape(height, width)
        assert header == b"P5"
        below_head = grey[int(height * 0.15) :]
        assert (below_head[:, : width // 50] > 250).all()
        assert (below_head[:, -width // 30 :] > 250).all()
        assert (below_head < 120).mean() > 0.002, "it is not blank"


def test_one_page_where_one_is_wanted(tmp_path):
    path = tmp_path / "client.pdf"
    write_pdf(path, simulated(), therapist=False)
    assert b"Pages:           1" in asked("pdfinfo", path)


def test_lines_are_as_long_as_there_is_room(data):
    words = "a very " + "w" * 400 + " and then iiiiiiiii llllll “TAVA”" * 10
    for line in wrapped(words, 10.0):
        assert width_pt(line, 10.0, 400) <= ((194.4 - 15.6) / 25.4 * 72.0 + 0.5)
    assert "".join(wrapped(words, 10.0)).replace(" ", "") == words.replace(" ", "")


def test_long_words_of_a_persons_own_keep_to_their_room():
    assert own_lines(["“a short one”"]) == ["“a short one”"]
    many = own_lines(["on and on " * 80, "and on " * 80])
    assert len(many) == 6
    assert many[-1] == "…"


class Looked(HTMLParser):
    """What a page is made of."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attributes]

    def handle_data(self, text):
        self.text.append(text)


def test_the_page_needs_nothing_and_runs_nothing():
    page = html_of(simulated())
    looked = Looked(page)
    assert not {"script", "link", "iframe", "img", "object", "embed", "form"} & set(looked.tags)
    for tag, name, value in looked.attributes:
        assert not name.startswith("on"), (tag, name)
        if name in ("src", "href", "xlink:href"):
            assert value.startswith("#"), (tag, name, value)
    assert set(re.findall(r"url\((?!#)([^,)]*)", page)) == {"data:font/woff;base64"}
    assert ("meta", "content", POLICY) in looked.attributes
    assert "<b>hand" not in page
    assert "hand</b> on $heart$ & more" in "".join(looked.text)


def test_ids_are_not_given_twice():
    ids = re.findall(r' id="([^"]+)"', html_of(simulated()))
    assert len(ids) == len(set(ids))


def test_each_picture_has_words_and_the_table_is_one():
    looked = Looked(html_of(simulated()))
    pictures = looked.tags.count("figure")
    labels = [v for t, n, v in looked.attributes if (t, n) == ("svg", "aria-label")]
    assert len(labels) == pictures == 4
    assert all(re.search(r"\d", label) for label in labels)
    assert looked.tags.count("table") == looked.tags.count("caption") == 1
    rows = [v for t, n, v in looked.attributes if (t, n) == ("th", "scope")]
    assert rows.count("row") == len(simulated().steps)
    assert rows.count("col") == 10


def test_the_colours_are_those_of_the_window():
    from coherence.ui.theme import DUSK, MORNING

    assert (MORNING.hi, MORNING.mid, MORNING.low) == (palette.HI, palette.MID, palette.LOW)
    assert (MORNING.heart, MORNING.breath) == (palette.HEART, palette.BREATH)
    assert (MORNING.line, MORNING.bg, MORNING.bands) == (palette.LINE, palette.BG, palette.BANDS)
    assert (palette.NIGHT[0], palette.NIGHT_HI) == (DUSK.bg, DUSK.hi)


def test_a_thinned_line_keeps_its_peaks_and_its_holes():
    rng = np.random.default_rng(1)
    t_s, bpm = np.arange(90_000.0), 60 + rng.normal(size=90_000)
    bpm[40_000], bpm[70_000:70_100] = 140.0, np.nan
    few_s, few = thinned(t_s, bpm)
    assert len(few) < 10_000
    assert np.nanmax(few) == 140.0
    assert np.isnan(few[(few_s >= 70_000) & (few_s < 70_100)]).any()
    assert (np.diff(few_s) > 0).all()


def test_a_long_line_is_told_by_its_middle_and_its_reach_and_keeps_its_holes():
    rng = np.random.default_rng(1)
    t_s, bpm = np.arange(1.0, 90_001.0), 60 + rng.normal(size=90_000)
    bpm[70_000:71_000] = np.nan
    at_s, (low, middle, high) = parts_of(t_s, bpm, 90_000.0)
    known = np.isfinite(middle)
    assert len(at_s) == 360
    assert middle[known] == pytest.approx(60.0, abs=0.4)
    assert np.median(high[known] - low[known]) == pytest.approx(2 * 1.645, abs=0.15)
    assert np.flatnonzero(~known).tolist() == [281, 282, 283]  # parts of 250 s


# --- in a browser ---


def requests_of(page, tmp_path):
    """Every address that a page had Chromium ask for, by the browser's own log of the net.

    What the browser asks of its maker by itself has no page for an initiator.
    """
    if CHROMIUM is None:
        pytest.skip("chromium is not here: the page was not opened in a browser")
    log, picture = tmp_path / "net.json", tmp_path / "page.png"
    subprocess.run(
        [
            *(CHROMIUM, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}"),
            *(f"--log-net-log={log}", f"--screenshot={picture}", "--window-size=860,2600"),
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=90,
    )
    text = log.read_text()
    told = json.loads(text if text.rstrip().endswith("}") else text.rstrip().rstrip(",") + "]}")
    found = {
        event["params"]["url"]
        for event in told["events"]
        if isinstance(event.get("params"), dict)
        and event["params"].get("initiator", "not an origin") != "not an origin"
    }
    return {url for url in found if not url.startswith("data:")}, picture.read_bytes()


@pytest.mark.slow
def test_a_browser_shows_the_page_and_asks_the_network_for_nothing(tmp_path, data):
    page = tmp_path / "session.html"
    page.write_text(html_of(real(data)), encoding="utf-8")
    asked_for, picture = requests_of(page, tmp_path)
    assert not {url for url in asked_for if not url.startswith("file:")}
    assert len(picture) > 50_000


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_page_is_printed_on_two_sheets(tmp_path, language):
    if CHROMIUM is None:
        pytest.skip("chromium is not here: the page was not printed")
    page, sheets = tmp_path / "session.html", tmp_path / "sheets.pdf"
    use(language)
    try:
        page.write_text(html_of(report_of(practised("soothing_rhythm", 600.0), about())), "utf-8")
    finally:
        use("en")
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    printed = (f"--print-to-pdf={sheets}", "--no-pdf-header-footer", page.as_uri())
    command = [CHROMIUM, *FLAGS, profile, *printed]
    subprocess.run(command, check=True, capture_output=True, timeout=90)
    assert b"Pages:           2" in asked("pdfinfo", sheets)


@pytest.mark.slow
def test_such_a_request_would_have_been_seen(tmp_path):
    page = tmp_path / "other.html"
    page.write_text('<img src="http://127.0.0.1:9/seen.png">')
    asked_for, _ = requests_of(page, tmp_path)
    assert "http://127.0.0.1:9/seen.png" in asked_for
