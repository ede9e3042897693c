"""Tiles: a number, and beneath it what goes with it or why there is none."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from coherence.analysis.markers import MARKERS
from coherence.model import Reason, Value
from coherence.sessions.tracker import SessionTracker
from coherence.ui.room.marker_card import TILES, MarkerTile
from coherence.ui.theme import DUSK
from coherence.ui.tiles import Tile
from coherence.ui.widgets import Label

SPREAD = 46.0 * (1.391 - 1.0)  # science 4.11: a minute lies within ±0.33 on the scale of logarithms


def shown(value: Value | None, key: str = "rmssd_ms", name: str = "RMSSD", unit: str = "ms") -> str:
    QApplication.instance() or QApplication([])
    view = SessionTracker().view(0.0)
    tile = Tile(DUSK, name, unit)
    tile.show_value(replace(view, values={} if value is None else {key: value}), key)
    return " | ".join(label.text() for label in tile.findChildren(Label))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Value(46.0, uncertainty=SPREAD), "RMSSD | 46 ms | over five minutes likely 33–64"),
        (Value(46.0), "RMSSD | 46 ms | beat to beat, last minute"),
        (Value(46.0, Reason.PACED, SPREAD), "RMSSD | 46 ms | slow breathing distorts it"),
        (Value(None, Reason.TOO_MANY_ARTEFACTS), "RMSSD | – | too many odd beats"),
        (Value(None, Reason.MOTION), "RMSSD | – | moving"),
        (None, "RMSSD | – | no beats now"),
    ],
)
def test_what_a_tile_says(value: Value | None, words: str) -> None:
    assert shown(value) == words


def test_a_swing_stands_beside_what_noise_alone_would_give() -> None:
    swing = Value(9.4, uncertainty=1.2, floor=2.1)
    words = "Swing | 9 bpm | ± 1.2 · noise alone 2.1"
    assert shown(swing, "rsa_bpm", "Swing", "bpm") == words


def test_every_uncertainty_is_said_in_words() -> None:
    for marker in MARKERS:
        if marker.every_s:
            said = shown(Value(60.0, uncertainty=7.0), marker.key, marker.label, marker.unit)
            assert "over five minutes likely" in said, marker.key


def test_a_tile_says_what_its_number_means() -> None:
    QApplication.instance() or QApplication([])
    meanings = {marker.key: marker.meaning for marker in MARKERS}
    tile = Tile(DUSK, "RMSSD", "ms")
    tile.show_value(SessionTracker().view(0.0), "rmssd_ms")
    assert tile.whatsThis() == meanings["rmssd_ms"]
    assert tile.toolTip() == f"<p>{meanings['rmssd_ms']}</p>", "long words go on in the next line"
    of_room = {row[0]: MarkerTile(DUSK, row).whatsThis() for row in TILES}
    assert of_room == {key: meanings[key] for key in of_room}
