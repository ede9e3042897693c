"""Sessions handed back: sealed at the client's, opened at the therapist's, whole or not at all."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.reports.test_exports import EVERY_KIND

from coherence.exchange.pack_making import own_public_key
from coherence.exchange.sealed_sessions import (
    SUFFIX,
    hand_back,
    is_sealed_file,
    person_for,
    read_sealed,
    take_back,
)
from coherence.exchange.sealing import (
    PassphraseWanted,
    SealError,
    WrongKey,
    WrongWords,
    sealed_with,
)
from coherence.model import Ended, Practised, Reflection
from coherence.reports.importing import Taken
from coherence.storage.caseload import brought_in, given_packs, note_given
from coherence.storage.database import Store
from coherence.storage.diary import Diary
from coherence.storage.people import add_person
from coherence.storage.places import Places
from coherence.storage.wanted import Wanted
from coherence.storage.words import set_note, set_tags
from coherence.storage.writer import RecordWriter

WORDS = "willow by the water"
PACK_ID = "0" * 32
PRIVATE = "what I said of it"


def recorded(store: Store, lasting_s: float) -> int:
    number = store.begin_session("soothing_rhythm", strap="Polar H10", strap_id="AA:BB")
    writer = RecordWriter(store.path, number)
    for seq, arrival in enumerate((*EVERY_KIND, Ended(lasting_s))):
        writer.put(seq, arrival)
    assert writer.close() is None
    store.finish_session(number, lasting_s)
    return number


@pytest.fixture
def home(client: Places) -> Store:
    store = Store.open(client.store)
    first = recorded(store, 100.0)
    set_note(store, first, "after work")
    set_tags(store, first, ["evening"])
    diary = Diary(store, store.me())
    line = diary.begin("just_sit", now=datetime(2026, 11, 20, 20, 0, tzinfo=UTC))
    diary.finish(line, 600.0, 0.0, whole=True)
    diary.reflect(line, "after", Reflection(0.5, 0.5, PRIVATE))
    return store


@pytest.fixture
def practice_of(therapist: Places) -> Store:
    store = Store.open(therapist.store)
    store.me()
    add_person(store, "Linde")
    return store


def test_what_comes_back_is_what_was_recorded(
    home: Store, practice_of: Store, tmp_path: Path
) -> None:
    with home, practice_of:
        file = tmp_path / f"mine{SUFFIX}"
        linde = add_person(practice_of, "Erle")
        note_given(practice_of, linde.id, PACK_ID, "Evening")
        hand_back(home, [1], file, public=own_public_key(practice_of), pack_id=PACK_ID, diary_of=1)
        assert is_sealed_file(file)
        for readable in (b"soothing_rhythm", b"Polar", b"after work", b"Evening"):
            assert readable not in file.read_bytes()
        inside = read_sealed(file, practice_of)
        assert person_for(inside, practice_of) == linde.id
        (found,) = take_back(inside, file, practice_of, linde.id)
        assert found.taken is Taken.NEW
        (back,) = practice_of.sessions(Wanted(person_id=linde.id))
        gone = home.session(1)
        assert list(practice_of.arrivals(back.id)) == list(home.arrivals(1))
        kept = ("started_at", "duration_s", "practice", "origin", "end", "strap", "note", "tags")
        assert [getattr(back, name) for name in kept] == [getattr(gone, name) for name in kept]
        assert brought_in(practice_of) == {back.id}
        (line,) = Diary(practice_of, linde.id).practised()
        assert (line.practice, line.seconds, line.whole) == ("just_sit", 600.0, True)
        assert Diary(practice_of, linde.id).reflections(line.id) == {}, "what was said stays home"
        assert PRIVATE not in str(inside)
        assert [each.name for each in given_packs(practice_of)] == ["Evening"]


def test_what_came_before_is_noticed(home: Store, practice_of: Store, tmp_path: Path) -> None:
    with home, practice_of:
        file = tmp_path / f"mine{SUFFIX}"
        hand_back(home, [1], file, passphrase=WORDS, diary_of=1)
        inside = read_sealed(file, practice_of, WORDS)
        assert [each.taken for each in take_back(inside, file, practice_of, 2)] == [Taken.NEW]
        for _ in range(2):
            (again,) = take_back(inside, file, practice_of, 2)
            assert (again.taken, again.doubts) == (Taken.KNOWN, ())
        (elsewhere,) = take_back(inside, file, practice_of, 1)
        assert elsewhere.doubts == ("It is kept with Linde.",)
        assert len(practice_of.sessions()) == 1
        assert len(Diary(practice_of, 2).practised()) == 1


def test_a_dry_run_takes_nothing(home: Store, practice_of: Store, tmp_path: Path) -> None:
    with home, practice_of:
        file = tmp_path / f"mine{SUFFIX}"
        hand_back(home, [1], file, passphrase=WORDS, diary_of=1)
        inside = read_sealed(file, practice_of, WORDS)
        assert take_back(inside, file, practice_of, 2, dry_run=True)[0].taken is Taken.NEW
        assert practice_of.sessions() == []
        assert Diary(practice_of, 2).practised() == []


def test_nobody_else_can_open_it(home: Store, practice_of: Store, tmp_path: Path) -> None:
    with home, practice_of:
        file, other = tmp_path / f"a{SUFFIX}", tmp_path / f"b{SUFFIX}"
        hand_back(home, [1], file, public=own_public_key(practice_of))
        with pytest.raises(WrongKey):
            read_sealed(file, home)  # not even who made it
        hand_back(home, [1], other, passphrase=WORDS)
        with pytest.raises(PassphraseWanted):
            read_sealed(other, practice_of)
        with pytest.raises(WrongWords):
            read_sealed(other, practice_of, WORDS + "s")
        raw = bytearray(file.read_bytes())
        raw[-40] ^= 1
        file.write_bytes(raw)
        with pytest.raises(SealError, match="changed or damaged on the way"):
            read_sealed(file, practice_of)
        assert practice_of.sessions() == []


@pytest.mark.parametrize(
    "plain",
    [
        b"", b"not packed", gzip.compress(b"{"), gzip.compress(b"[]"), gzip.compress(b"\xff"),
        gzip.compress(b'{"format": "other"}'), gzip.compress(b"[" * 100_000),
        gzip.compress(json.dumps({"format": "coherence-sessions", "version": 1}).encode()),
        gzip.compress(b'{"format": "coherence-sessions", "version": 1, "sessions": []}') + b"x",
        gzip.compress(b'{"format":"coherence-sessions","version":1,"sessions":[],"diary":[1]}'),
    ],
    ids=("empty", "not packed", "cut", "a list", "no text", "another format", "deep",
         "no sessions", "more behind", "a false diary"),
)  # fmt: skip
def test_what_opens_and_is_no_session_is_told(
    practice_of: Store, tmp_path: Path, plain: bytes
) -> None:
    file = tmp_path / f"odd{SUFFIX}"
    file.write_bytes(sealed_with(WORDS, plain))
    with practice_of, pytest.raises(SealError, match="no sessions of coherence"):
        read_sealed(file, practice_of, WORDS)


def test_a_newer_file_says_so(practice_of: Store, tmp_path: Path) -> None:
    file = tmp_path / f"new{SUFFIX}"
    said = {"format": "coherence-sessions", "version": 2, "sessions": []}
    file.write_bytes(sealed_with(WORDS, gzip.compress(json.dumps(said).encode())))
    with practice_of, pytest.raises(SealError, match="newer coherence"):
        read_sealed(file, practice_of, WORDS)


def test_one_that_cannot_be_read_hides_no_other(
    home: Store, practice_of: Store, tmp_path: Path
) -> None:
    with home, practice_of:
        file = tmp_path / f"mine{SUFFIX}"
        hand_back(home, [1], file, passphrase=WORDS)
        inside = read_sealed(file, practice_of, WORDS)
        both = type(inside)(("{}", *inside.sessions))
        found = take_back(both, file, practice_of, 2)
        assert [each.taken for each in found] == [Taken.UNREADABLE, Taken.NEW]
        assert found[0].path.name == "mine.coherence-sessions#1"


def test_a_file_that_says_it_lasted_for_years_is_not_gone_through(
    home: Store, practice_of: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with home, practice_of:
        number = home.begin_session("just_sit", strap_id="AA")
        writer = RecordWriter(home.path, number)
        writer.put(0, Ended(9e7))
        assert writer.close() is None
        home.finish_session(number, 9e7)
        hand_back(home, [number], tmp_path / f"long{SUFFIX}", passphrase=WORDS)
        inside = read_sealed(tmp_path / f"long{SUFFIX}", practice_of, WORDS)
        monkeypatch.setattr("coherence.reports.importing.tracker_of", None)
        (found,) = take_back(inside, tmp_path / "long", practice_of, 2)
        assert found.taken is Taken.NEW


def test_a_bomb_is_not_unpacked(
    practice_of: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coherence.exchange.sealed_sessions.LARGEST_B", 2**20)
    file = tmp_path / f"bomb{SUFFIX}"
    file.write_bytes(sealed_with(WORDS, gzip.compress(b" " * 2**24)))
    with practice_of, pytest.raises(SealError, match="no sessions of coherence"):
        read_sealed(file, practice_of, WORDS)


def test_a_line_of_the_diary_is_read_strictly() -> None:
    from coherence.exchange.sealed_sessions import _line, _practised

    good = Practised(0, "just_sit", "2026-11-20T20:00:00+00:00", 60, 600.0, 0.0, True)
    assert _practised(_line(good)) == good
    for key, value in (
        ("practice", 7), ("practice", ""), ("begun_at", "2026-11-20T20:00:00"), ("whole", 1),
        ("seconds", -1), ("seconds", float("nan")), ("paced_s", True), ("offset_min", 1e9),
    ):  # fmt: skip
        with pytest.raises((TypeError, ValueError)):
            _practised(_line(good) | {key: value})
