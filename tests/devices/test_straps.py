import json
from pathlib import Path

import pytest

from coherence.devices.straps import GENERIC, STRAPS, StrapModel, Stream, recognise


@pytest.mark.parametrize("strap", STRAPS, ids=[s.key for s in STRAPS])
def test_each_row_is_whole_and_found_by_each_of_its_names(strap: StrapModel) -> None:
    assert strap.label
    assert strap.name_patterns
    assert Stream.HEART_RATE in strap.streams
    assert strap.notes == "" or strap.notes.endswith(".")
    for pattern in strap.name_patterns:
        name = pattern.replace("*", " 1A2B3C4D")
        assert recognise(name) is strap, f"{name} is taken by a row above"
        assert recognise(name.upper()) is strap


def test_keys_and_labels_are_unique() -> None:
    for of in (lambda s: s.key, lambda s: s.label):
        values = [of(s) for s in (*STRAPS, GENERIC)]
        assert len(values) == len(set(values))


def test_unknown_names_are_not_guessed() -> None:
    for name in (None, "", "  ", "Polar", "My headphones"):
        assert recognise(name) is None
    assert Stream.INTERVALS in GENERIC.streams


@pytest.mark.parametrize("key", ["polar-oh1", "mio-fuse", "decathlon", "whoop", "mi-band"])
def test_intervals_not_fit_for_variability_are_not_offered(key: str) -> None:
    assert Stream.INTERVALS not in next(s for s in STRAPS if s.key == key).streams


def test_what_the_table_says_of_contact_is_what_captured_frames_say(data: Path) -> None:
    rows = json.loads((data / "straps" / "frames.json").read_text())
    checked = 0
    for row in rows:
        strap = recognise(row["strap"])
        if row["characteristic"].startswith("2A37") and strap and strap.reports_contact is not None:
            assert (row["expected"]["contact"] is not None) == strap.reports_contact, row["hex"]
            checked += 1
    assert checked >= 10
