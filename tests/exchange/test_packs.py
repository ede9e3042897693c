"""A pack made, opened and taken out again; and packs that mean harm."""

import hashlib
import io
import json
import zipfile
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.conftest import PRACTICE, wav

from coherence.exchange import manifest as manifests
from coherence.exchange.installed import for_today, installed, named, put_in, slug, take_out
from coherence.exchange.manifest import Manifest, PackError, read_manifest
from coherence.exchange.pack_file import MANIFEST, Pack, made_pack, read_pack, write_pack
from coherence.exchange.pack_making import Wish, own_public_key, packed
from coherence.practice.care import is_open
from coherence.practice.library import library
from coherence.sessions.cue_sheet import line_names
from coherence.sessions.spoken import Spoken
from coherence.sound.voice import voices
from coherence.storage.database import Store
from coherence.storage.places import Places
from coherence.storage.settings import Settings
from coherence.ui.sounding import voice_for

TODAY = date(2026, 11, 27)  # a Friday
SECRET = "Rosa, who sleeps badly"
FULL = Wish(
    "Abends, ganz leise", "Dr. Ahorn", ("evening", "soothing_rhythm"), "mine",
    "Whenever it suits you.\nNothing has to come of it.", ("mon", "fri"), 5.2, ("inner_critic",),
)  # fmt: skip


@pytest.fixture
def pack(therapist: Places, tmp_path: Path) -> Path:
    with Store.open(therapist.store) as store:
        made = packed(FULL, therapist, own_public_key(store), TODAY)
    write_pack(made, tmp_path / "evening.coherence-pack")
    return tmp_path / "evening.coherence-pack"


def test_a_pack_gives_practice_voice_pace_and_the_critic(pack: Path, client: Places) -> None:
    before = library(client.practices)
    critic = before.get("inner_critic")
    assert critic is not None
    assert not is_open(critic, 0, before.opened, all_open=False)
    settings = put_in(read_pack(pack), client, Settings(), None)
    there = library(client.practices)
    assert there.troubles == ()
    evening = there.get("evening")
    assert evening is not None
    assert is_open(critic, 0, there.opened, all_open=False)
    assert (settings.own_pace_per_min, settings.voice) == (5.2, "abends-ganz-leise")
    assert voices(client.voices) == ("abends-ganz-leise",)
    (clip,) = (client.voices / "abends-ganz-leise").iterdir()
    assert clip.stem in line_names(evening).values(), "only what its practices say"
    assert clip.read_bytes() == wav()
    (here,) = installed(client)
    assert for_today([here], client, TODAY) == (
        ["evening", "soothing_rhythm"], "From Dr. Ahorn: Abends, ganz leise.",
    )  # fmt: skip
    assert for_today([here], client, date(2026, 11, 28)) == ([], "")


def test_a_pack_s_voice_speaks_what_came_with_it_and_leaves_the_rest_alone(
    pack: Path, client: Places
) -> None:
    settings = put_in(read_pack(pack), client, Settings(), None)
    there = library(client.practices)
    evening, other = there.get("evening"), there.get("just_sit")
    found = voice_for(evening, settings, client)
    assert isinstance(found, Spoken)
    assert found.voice.clip("evening-1-1") is None  # not read yet
    found.voice.read()
    assert found.voice.clip("evening-1-1") is not None
    assert found.voice.trouble is None
    assert voice_for(other, settings, client) is None, "and nobody is told that lines are missing"


def test_a_pack_is_taken_out_without_a_trace(pack: Path, client: Places) -> None:
    mine = Settings(own_pace_per_min=6.1, voice="system")
    settings = put_in(read_pack(pack), client, mine, None)
    assert settings.voice == "system", "a voice that was chosen stays"
    assert take_out(named(client, "abends, ganz leise"), client, settings) == mine
    assert installed(client) == []
    assert [file for file in client.data.rglob("*") if file.is_file()] == []
    changed = replace(put_in(read_pack(pack), client, mine, None), own_pace_per_min=5.9)
    left = take_out(named(client, "abends-ganz-leise"), client, changed)
    assert left.own_pace_per_min == 5.9, "what the person changed since stays"


def test_the_pace_is_set_for_one_person(pack: Path, client: Places) -> None:
    mine = Settings(own_pace_per_min=6.1, person_id=1)
    settings = put_in(read_pack(pack), client, mine, 2, current_id=1)
    assert (settings.own_pace_per_min, settings.own_paces) == (6.1, {"2": 5.2})
    out = take_out(named(client, "abends-ganz-leise"), client, settings, current_id=1)
    assert out == mine


def test_the_same_pack_again_has_to_be_meant(pack: Path, client: Places) -> None:
    settings = put_in(read_pack(pack), client, Settings(), None)
    with pytest.raises(PackError, match="is here already"):
        put_in(read_pack(pack), client, settings, None)
    again = put_in(read_pack(pack), client, settings, None, replacing_old=True)
    assert again == settings
    assert len(installed(client)) == 1


def test_nothing_of_the_person_s_own_goes_with_a_pack(pack: Path, client: Places) -> None:
    """A folder of the same name is theirs; so is a file that they put beside a pack's."""
    mine = client.voices / "abends-ganz-leise"
    mine.mkdir(parents=True)
    (mine / "grounding-1-1.wav").write_bytes(wav())
    with pytest.raises(PackError, match="There is a folder"):
        put_in(read_pack(pack), client, Settings(), None)
    assert not (client.practices / "abends-ganz-leise").exists()
    (mine / "grounding-1-1.wav").rename(client.voices / "kept.wav")
    mine.rmdir()
    settings = put_in(read_pack(pack), client, Settings(), None)
    (mine / "grounding-1-1.wav").write_bytes(wav())
    (client.practices / "abends-ganz-leise" / "mine.txt").write_text("mine")
    take_out(named(client, "abends-ganz-leise"), client, settings)
    left = {each.name for each in client.data.rglob("*") if each.is_file()}
    assert left == {"grounding-1-1.wav", "mine.txt", "kept.wav"}


def test_a_pack_without_clips_leaves_a_voice_of_its_name_alone(client: Places) -> None:
    mine = client.voices / "evening"
    mine.mkdir(parents=True)
    (mine / "grounding-1-1.wav").write_bytes(wav())
    about = Manifest("0" * 32, "Evening", "Dr. Ahorn", "2026-11-27")
    settings = put_in(made_pack(about, {}), client, Settings(), None)
    take_out(named(client, "evening"), client, settings)
    assert (mine / "grounding-1-1.wav").exists()


def test_only_the_same_pack_is_replaced(client: Places) -> None:
    first = Manifest("0" * 32, "Evening", "Dr. Ahorn", "2026-11-27", words="One.")
    settings = put_in(made_pack(first, {}), client, Settings(), None)
    for other in (replace(first, by="Somebody"), replace(first, name="Evening!")):
        with pytest.raises(PackError, match="is here already"):
            put_in(made_pack(other, {}), client, settings, None, replacing_old=True)
    again = replace(first, id="1" * 32, words="Two.")
    put_in(made_pack(again, {}), client, settings, None, replacing_old=True)
    assert [each.manifest.words for each in installed(client)] == ["Two."]


def test_no_practice_that_is_here_is_replaced(pack: Path, client: Places) -> None:
    client.practices.mkdir(parents=True)
    (client.practices / "mine.toml").write_text(PRACTICE.format(key="evening"))
    with pytest.raises(PackError, match="the key of another practice"):
        put_in(read_pack(pack), client, Settings(), None)
    assert installed(client) == []
    assert not (client.practices / "abends-ganz-leise").exists()


def test_a_pack_holds_nothing_of_a_client(therapist: Places, pack: Path) -> None:
    """It is made beside a record, and none of it gets in."""
    with Store.open(therapist.store) as store:
        with store.writing() as connection:
            connection.execute("UPDATE person SET pseudonym = ?", (SECRET,))
        made = packed(FULL, therapist, own_public_key(store), TODAY)
    write_pack(made, pack)
    with zipfile.ZipFile(pack) as there:
        whole = b"".join(there.read(entry) for entry in there.infolist())
        assert {entry.date_time for entry in there.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert SECRET.encode() not in whole
    assert str(therapist.data).encode() not in whole
    private = Store.open(therapist.store)
    with private, private.reading() as connection:
        (secret,) = connection.execute("SELECT private FROM sealing_key").fetchone()
    assert bytes(secret) not in whole


def test_the_published_schema_is_fresh_and_takes_what_is_made(pack: Path) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "pack.schema.json"
    assert page.read_text() == manifests.text(), (
        "run: python -m coherence.exchange.manifest > docs/pack.schema.json"
    )
    schema = json.loads(page.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(read_pack(pack).manifest.as_json(), schema)


CHANGES = [
    ("format", "holiday"), ("version", 0), ("version", "1"), ("version", True), ("id", "x"),
    ("name", ""), ("name", "a\nb"), ("name", " a"), ("name", 7), ("name", "x" * 61),
    ("by", None), ("made_on", "yesterday"), ("days", []), ("days", ["mon", "mon"]),
    ("days", ["someday"]), ("breaths_per_min", 3.9), ("breaths_per_min", "5"),
    ("breaths_per_min", True), ("suggests", ["../x"]), ("opens", "inner_critic"), ("key", "AAAA"),
    ("files", [{"name": "practices/../x.toml", "bytes": 1, "sha256": "0" * 64}]),
    ("files", [{"name": "/etc/x.toml", "bytes": 1, "sha256": "0" * 64}]),
    ("files", [{"name": "practices/a.toml\n", "bytes": 1, "sha256": "0" * 64}]),
    ("files", [{"name": "practices/a.py", "bytes": 1, "sha256": "0" * 64}]),
    ("files", [{"name": "voice/a.wav", "bytes": 2**40, "sha256": "0" * 64}]),
    ("files", [{"name": "voice/a.wav", "bytes": 1}]), ("words", ""), ("words", "x" * 2001),
    ("diagnosis", "none of that"),
]  # fmt: skip


# a schema's "$" lets a line feed through, and a clip's length depends on its name
BEYOND_A_SCHEMA = [row for row in CHANGES if row[0] == "files" and "\\n" in repr(row)]
BEYOND_A_SCHEMA += [("version", True)]  # 1 to JSON Schema's eye in Python


@pytest.mark.parametrize(("key", "value"), CHANGES)
def test_reader_and_schema_refuse_the_same(key: str, value: object) -> None:
    whole = json.loads(said({}))
    read_manifest(json.dumps(whole))
    changed = whole | {key: value}
    with pytest.raises(PackError):
        read_manifest(json.dumps(changed))
    valid = jsonschema.Draft202012Validator(manifests.manifest_schema()).is_valid(changed)
    assert not valid or (key, value) in BEYOND_A_SCHEMA


def test_a_newer_pack_says_so(pack: Path) -> None:
    said = read_pack(pack).manifest.as_json() | {"version": 2}
    with pytest.raises(PackError, match="newer coherence"):
        read_manifest(json.dumps(said))


# --- packs that mean harm ---


def zipped(path: Path, entries: list[tuple[zipfile.ZipInfo | str, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for entry, raw in entries:
            out.writestr(entry, raw)
    return path


def said(files: dict[str, bytes], **more: object) -> bytes:
    about = Manifest("0" * 32, "Evening", "Dr. Ahorn", "2026-11-27").as_json()
    about["files"] = [
        {"name": name, "bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
        for name, raw in files.items()
    ]
    return json.dumps(about | more).encode()


GOOD = PRACTICE.format(key="evening").encode()


@pytest.mark.parametrize(
    "name",
    [
        "../../outside.toml", "/tmp/outside.toml", "practices/../../outside.toml",
        "C:\\outside.toml",
        "practices\\..\\outside.toml", "practices/sub/a.toml", "practices/.hidden.toml",
        "practices/con.toml", "voice/nul.wav", "practices/a.toml:stream", "voice/a.exe", "x.toml",
    ],
)  # fmt: skip
def test_no_path_leads_out(tmp_path: Path, client: Places, name: str) -> None:
    there = zipped(tmp_path / "bad", [(MANIFEST, said({name: GOOD})), (name, GOOD)])
    with pytest.raises(PackError):
        read_pack(there)
    with pytest.raises(PackError):  # nor where the manifest is silent about it
        read_pack(zipped(tmp_path / "bad", [(MANIFEST, said({})), (name, GOOD)]))
    assert [each.name for each in tmp_path.iterdir()] == ["bad"]


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """A gigabyte of nothing in a megabyte: what is read stays at what it said."""
    name = "voice/evening-1-1.wav"
    small = said({name: wav()})
    with zipfile.ZipFile(tmp_path / "bomb", "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(MANIFEST, small)
        with out.open(name, "w", force_zip64=True) as file:
            for _ in range(64):
                file.write(bytes(2**20))
    with pytest.raises(PackError, match="holds more than it says"):
        read_pack(tmp_path / "bomb")
    zipped(tmp_path / "bomb", [(MANIFEST, b" " * 2**20)])
    with pytest.raises(PackError, match="holds more than it says"):
        read_pack(tmp_path / "bomb")


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    name = "practices/evening.toml"
    link = zipfile.ZipInfo(name)
    link.external_attr = 0o120777 << 16  # a symbolic link
    folder = zipfile.ZipInfo("practices/")
    many = [(f"voice/a{n}.wav", b"RIFF") for n in range(401)]
    for entries in ([(link, b"/etc/passwd")], [(folder, b"")], many):
        with pytest.raises(PackError):
            read_pack(zipped(tmp_path / "bad", [(MANIFEST, said({})), *entries]))


def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    name = "practices/evening.toml"
    with pytest.warns(UserWarning, match="Duplicate name"):
        zipped(tmp_path / "bad", [(MANIFEST, said({name: GOOD})), (name, GOOD), (name, b"other")])
    with pytest.raises(PackError, match="other than plain files"):
        read_pack(tmp_path / "bad")


def test_a_changed_file_is_told(tmp_path: Path) -> None:
    name = "practices/evening.toml"
    changed = GOOD.replace(b"Gentle", b"Harder")
    bad = zipped(tmp_path / "bad", [(MANIFEST, said({name: GOOD})), (name, changed)])
    with pytest.raises(PackError, match="changed or damaged"):
        read_pack(bad)


@pytest.mark.parametrize(
    ("files", "more", "told"),
    [
        ({"practices/a.toml": b"key = 1"}, {}, "a.toml"),
        ({"practices/a.toml": b"\xff\xfe"}, {}, "UTF-8"),
        ({"practices/a.toml": b'therapist = "T"\nopens = ["inner_critic"]'}, {}, "opens other"),
        ({"practices/a.toml": GOOD.replace(b"evening", b"soothing_threat")}, {}, "key of another"),
        ({"practices/a.toml": GOOD, "practices/b.toml": GOOD}, {}, "key of another"),
        ({"voice/a.wav": b"#!/bin/sh\n"}, {}, "no sound"),
        ({}, {"suggests": ["nowhere"]}, "not there"),
        ({}, {"opens": ["nowhere"]}, "not there"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_whole(
    tmp_path: Path, files: dict[str, bytes], more: dict[str, object], told: str
) -> None:
    there = zipped(tmp_path / "bad", [(MANIFEST, said(files, **more)), *files.items()])
    with pytest.raises(PackError, match=told):
        read_pack(there)


@given(st.data())
def test_any_damage_gives_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    raw = io.BytesIO()
    files = {"practices/evening.toml": GOOD}
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(MANIFEST, said(files))
        out.writestr("practices/evening.toml", GOOD)
    bad = bytearray(raw.getvalue())
    for _ in range(data.draw(st.integers(1, 8))):
        bad[data.draw(st.integers(0, len(bad) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(bad[: data.draw(st.integers(0, len(bad)))])
    with suppress(PackError):  # any other error would break this test
        assert isinstance(read_pack(path), Pack)
    path.unlink()


def test_a_name_is_a_folder_everywhere() -> None:
    for name in ("../up", "CON", "a/b\\c", "   ", "日", "x" * 60, "..", "Nul"):
        made = slug(name)
        assert made.replace("-", "").isalnum(), name
        assert made not in ("con", "nul", "..", ".")
