"""The page: what the table says, in real tables and pictures with words, and nothing fetched."""

import re
from functools import partial
from html.parser import HTMLParser

import numpy as np
import pyarrow.parquet as pq
import pytest

from coherence.cohort.columns import table
from coherence.cohort.nights import OVER_TIME, Night, stretches_of, when
from coherence.cohort.page import page_of
from coherence.cohort.pictures import DRAWN_LONG, draw_night
from coherence.cohort.story import NoTable, story_of
from coherence.reports.figures import drawing
from coherence.reports.page_parts import figure
from coherence.translation import use

FAR_MS = 400.0


def rows(folder):
    rng = np.random.default_rng(5)
    for number in range(24):
        yield {
            "file": str(folder / f"r {number}.txt"),
            "person": ("Ann", "Bo")[number % 2],
            "started_at": f"2026-03-{number + 1:02}T22:30:00",
            "duration_s": 600.0,
            "beats": 700,
            "accepted": 699,
            "artefact_pct": 0.5,
            "quality": "good",
            "paced": number % 3 == 0,
            "heart_rate_bpm": 60.0 + rng.normal(),
            "rmssd_ms": FAR_MS if number == 7 else 40.0 * np.exp(0.1 * rng.normal()),
            "coherence": 0.4,
        }
    for window in range(40):
        yield {
            "file": "session 4", "window": window, "from_s": 300.0 * window,
            "to_s": 300.0 * (window + 1), "started_at": "2026-03-05T23:00:00", "duration_s": 299.0,
            "beats": 290, "accepted": 290, "artefact_pct": 3.0, "quality": "fair", "paced": False,
            "heart_rate_bpm": 55.0 + window / 10.0, "rmssd_ms": 42.0,
        }  # fmt: skip
    yield {"file": "<b>bad</b>.txt", "error": "the file is empty.", "error_kind": "unreadable"}


class Seen(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text, self.links = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        said = dict(attrs)
        if tag == "a":
            self.links.append(said["href"])
        if tag == "svg":
            assert said.get("role") == "img" or said.get("focusable") == "false"

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cohort")
    (folder / "r 7.txt").touch()
    path = folder / "t.parquet"
    pq.write_table(table(list(rows(folder))), path)
    return path, page_of(story_of(str(path)), folder)


def test_it_tells_what_the_table_says(page):
    seen = Seen()
    seen.feed(page[1])
    text = " ".join(seen.text)
    for heading in (
        "How the numbers are spread", "How far the signal can be trusted", "People over time",
        "At rest and with a breath guide", "Long recordings, window by window",
        "Recordings that stand apart", "Recordings without numbers",
    ):  # fmt: skip
        assert heading in text
    assert "25 recordings, 7.3 hours of heartbeats." in text
    assert "r%207.txt" in seen.links  # the one that stands apart, found from the page
    assert "400 ms" in text
    assert "<b>bad</b>.txt" in text  # as words, not as an element
    assert "b" not in seen.tags
    assert "table" in seen.tags
    assert "th" in seen.tags


def test_nights_and_days_are_told_apart_in_rows(page):
    seen = Seen()
    seen.feed(page[1])
    text = re.sub(r"\s+", " ", " ".join(seen.text))
    assert "night from 2026-03-05 3.3 57 42" in text  # 40 windows of five minutes from 23 h on
    assert "day of" not in text


def of_windows(started_at, days, every_h=1 / 12):
    hour = np.arange(every_h / 2, 24.0 * days, every_h)
    clock = (when(started_at).hour + hour) % 24
    night = (clock >= 22) | (clock < 7)
    beats = np.where(night, 52.0, 71.0)
    return Night("long", started_at, hour, dict.fromkeys(OVER_TIME, beats))


def test_stretches_of_a_week():
    found = list(stretches_of(of_windows("2026-03-01T18:00:00", 7)))
    assert [each.is_night for each in found] == [False, True] * 7 + [False]
    assert [round(each.hours, 6) for each in found] == [4.0, *[9.0, 15.0] * 6, 9.0, 11.0]
    assert {each.values["rmssd_ms"] for each in found if each.is_night} == {52.0}
    assert {each.values["rmssd_ms"] for each in found if not each.is_night} == {71.0}
    assert [str(each.begins) for each in found[:3]] == [
        "2026-03-01 07:00:00", "2026-03-01 22:00:00", "2026-03-02 07:00:00",
    ]  # fmt: skip
    assert list(stretches_of(Night("x", None, np.arange(30.0), {}))) == []


def test_a_week_in_many_windows_is_a_page_of_little(tmp_path):
    """A window each 5 s is drawn by as many points as one each five minutes."""
    lengths = []
    for every_h in (1 / 12, 1 / 120):
        night = of_windows("2026-03-01T18:00:00", 7, every_h)
        rng = np.random.default_rng(1)
        night.values["heart_rate_bpm"][:] += rng.normal(0.0, 3.0, len(night.hour))
        draw = partial(draw_night, night=night, keys=DRAWN_LONG[:1])
        with drawing():
            lengths.append(len(figure(1.25, 1, draw, "")))
    assert lengths[1] < 1.1 * lengths[0]


def test_one_is_said_as_one(tmp_path):
    path = tmp_path / "t.parquet"
    few = [
        row | {"paced": number == 0} for number, row in zip(range(2), rows(tmp_path), strict=False)
    ]
    pq.write_table(table(few), path)
    told = page_of(story_of(str(path)), tmp_path)
    assert "at rest (1 row)" in told
    assert "with a guide (1 row)" in told
    pq.write_table(table(few[:1]), path)
    told = page_of(story_of(str(path)), tmp_path)
    assert ": one value, " in told
    assert "1 values" not in told


def test_nothing_is_fetched_and_nothing_runs(page):
    assert "<script" not in page[1]
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page[1])
    assert "default-src 'none'" in page[1]


def test_the_numbers_are_those_of_the_table(page):
    story = story_of(str(page[0]))
    assert story.recordings.values["heart_rate_bpm"][-1] == pytest.approx(55.0 + 1.95)
    assert story.apart[0].file.endswith("r 7.txt")
    assert story.apart[0].value == FAR_MS
    assert len(story.guided["rmssd_ms"]) == 8
    (night,) = story.nights
    assert night.hour[-1] == pytest.approx((39.5 * 300.0) / 3600.0)


def test_what_is_no_table_is_told_in_a_sentence(tmp_path):
    with pytest.raises(NoTable, match="no such file"):
        story_of(str(tmp_path / "nowhere.parquet"))
    (tmp_path / "text.parquet").write_text("no")
    with pytest.raises(NoTable, match="is no table of recordings"):
        story_of(str(tmp_path / "text.parquet"))


def test_it_can_be_said_in_german(page, tmp_path):
    use("de")
    try:
        made = page_of(story_of(str(page[0])), tmp_path)
    finally:
        use("en")
    seen = Seen()
    seen.feed(made.split("</style>", 1)[1].replace("the file is empty.", ""))  # of the table
    text = " ".join(" ".join(seen.text).split())
    assert '<html lang="de">' in made
    assert "Die Tabelle hat 65 Zeilen. Sie sind von 2 Menschen." in text
    assert re.search(r"24 Aufnahmen, \d+,\d Stunden Herzschläge", text) or "25 Aufnahmen" in text
    assert not re.search(r"\b(the|and|recordings?|where|rows?|with|beats)\b", text)
