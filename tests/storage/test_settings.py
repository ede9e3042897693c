import json
import stat
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest

from coherence.storage import settings
from coherence.storage.errors import StorageError
from coherence.storage.places import places
from coherence.storage.settings import CHECKS, Settings, load, save

CHOSEN = Settings(
    language="de",
    last_strap_id="AA",
    person_id=3,
    last_strap_name="Herzgürtel",
    theme="morning",
    sound="bowl",
    volume=0.25,
    voice="Anna",
    sound_warms=True,
    reduced_motion=True,
    text_scale=1.5,
    numbers_shown=True,
    first_run_done=True,
    ask_reflection=False,
    own_pace_per_min=5.4,
    own_paces={"2": 6.1},
    own_contacts={"2": "A friend, evenings"},
    lock_after_min=5,
    all_open=True,
    keeping_asked_on="2026-03-01",
    reminder_at="18:30",
    pattern="4 0 6 0",
    own_patterns=["4 0 6 0"],
    contacts="somebody kind",
    room_theme="dusk",
    client_screen="HDMI-1 1920x1080+1680+0",
    numbers_hidden_for=[2],
    quick_marks=["shame", "warmth"],
    keys={"pause": "P"},
)


def test_what_is_saved_is_loaded() -> None:
    save(CHOSEN, places().settings)
    assert load(places().settings) == (CHOSEN, None)
    assert all(
        getattr(CHOSEN, field.name) != getattr(Settings(), field.name) for field in fields(Settings)
    ), "each of them was put to the test"
    assert stat.S_IMODE(places().settings.stat().st_mode) == 0o600
    assert [file.name for file in places().config.iterdir()] == ["settings.json"]


def test_every_setting_is_checked_and_the_usual_ones_pass() -> None:
    assert CHECKS.keys() == {field.name for field in fields(Settings)}
    assert all(CHECKS[field.name](getattr(Settings(), field.name)) for field in fields(Settings))


def test_the_mark_of_some_editors_costs_no_setting(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"theme": "morning"}', encoding="utf-8-sig")
    settings, notice = load(file)
    assert (settings.theme, notice) == ("morning", None)


def test_without_a_file_there_are_the_usual_ones(tmp_path: Path) -> None:
    assert load(tmp_path / "none.json") == (Settings(), None)
    assert not (tmp_path / "none.json").exists()


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"theme": "du'])
def test_a_broken_file_is_put_aside_and_said(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "settings.json"
    file.write_bytes(text)
    loaded, notice = load(file)
    aside = tmp_path / "settings.json.broken"
    assert loaded == Settings()
    assert (
        notice
        == f"The settings were damaged and are put aside as {aside}: the usual ones are used."
    )
    assert aside.read_bytes() == text
    assert not file.exists()
    assert load(file) == (Settings(), None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "purple"),
        ("theme", ["dusk"]),
        ("sound", None),
        ("volume", 1.5),
        ("volume", float("nan")),
        ("volume", True),
        ("text_scale", 0),
        ("numbers_shown", 1),
        ("reduced_motion", "no"),
        ("last_strap_id", 5),
        ("keys", {"pause": 5}),
    ],
)
def test_one_odd_value_does_not_cost_the_others(tmp_path: Path, name: str, value: object) -> None:
    file = tmp_path / "settings.json"
    save(CHOSEN, file)
    said = json.loads(file.read_text())
    file.write_text(json.dumps({**said, name: value, "from_a_later_version": 1}))
    loaded, notice = load(file)
    assert loaded == replace(CHOSEN, **{name: getattr(Settings(), name)})
    assert notice is not None
    assert f"({name})" in notice
    assert file.exists()


def test_a_file_that_cannot_be_read_is_left_where_it_is(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.mkdir()
    loaded, notice = load(file)
    assert loaded == Settings()
    assert notice is not None
    assert "cannot be read" in notice
    assert file.is_dir()


def test_a_failed_save_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.json"
    save(CHOSEN, file)

    def break_off(path: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(settings.Path, "replace", break_off)
    with pytest.raises(StorageError, match="is full"):
        save(Settings(), file)
    monkeypatch.undo()
    assert load(file) == (CHOSEN, None)
    assert [left.name for left in tmp_path.iterdir() if left.is_file()] == ["settings.json"]


def test_marks_that_nobody_chose_are_in_the_language_in_use(tmp_path: Path) -> None:
    """In a process of its own: words are chosen when they are imported."""
    file = tmp_path / "settings.json"
    for kept, first in ((["critic", "safe place", "kind voice", "grief"], "Kritik"),
                        (["mine", "safe place"], "mine")):  # fmt: skip
        file.write_text(json.dumps({"quick_marks": kept}), "utf-8")
        code = (
            "from pathlib import Path; from coherence.translation import use; use('de');"
            "from coherence.storage.settings import load;"
            f"settings, said = load(Path({str(file)!r})); print(settings.quick_marks[0], said)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout.split() == [first, "None"]
