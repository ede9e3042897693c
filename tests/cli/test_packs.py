"""`coherence pack`, and sessions handed back with `export --for-therapist` and `import`."""

import json

import pytest
from tests.exchange.conftest import PRACTICE

from coherence.storage.database import Store
from coherence.storage.places import places


@pytest.fixture
def homes(tmp_path, monkeypatch):
    """Go to a computer of one's own by name."""

    def at(name):
        monkeypatch.setenv("COHERENCE_HOME", str(tmp_path / name))
        return places()

    monkeypatch.delenv("COHERENCE_FILE_PASSPHRASE", raising=False)
    return at


def test_there_and_back(coherence, homes, data, tmp_path):
    """A pack goes home, sessions come back to the person it was given to."""
    file, back = tmp_path / "evening.coherence-pack", tmp_path / "back.coherence-sessions"
    here = homes("therapist")
    here.practices.mkdir(parents=True)
    (here.practices / "evening.toml").write_text(PRACTICE.format(key="evening"))
    assert coherence("people", "add", "Linde").status == 0
    told = coherence("pack", "make", "--name", "Evening", "--by", "Dr. Ahorn", "--out", file,
                     "--practice", "evening", "--pace", "5.2", "--day", "fri", "--day", "mon",
                     "--open", "inner_critic", "--for", "Linde", "--words", "Kindly.")  # fmt: skip
    assert told.status == 0, told.err
    told = coherence("analyse", file)
    assert told.status == 1
    assert told.said().endswith("this is a home practice pack: open it with `coherence pack open`.")
    shown = json.loads(coherence("pack", "show", file, "--json").out)
    assert (shown["days"], shown["opens"]) == (["mon", "fri"], ["inner_critic"])
    assert "to" not in shown
    assert "Linde" not in coherence("pack", "show", file).out
    assert coherence("pack", "make", "--name", "x", "--by", "y", "--out", file).status == 2

    home = homes("client")
    assert coherence("pack", "open", file).status == 0
    assert json.loads(home.settings.read_text())["own_pace_per_min"] == 5.2
    assert json.loads(coherence("pack", "list", "--json").out)[0]["name"] == "Evening"
    assert "evening" in coherence("practices").out
    assert coherence("pack", "open", file).said().startswith("A pack called Evening is here")
    assert coherence("import", data / "dhyb/sample_data_ibi.csv").status == 0
    told = coherence("export", "--for-therapist", "--all", "--out", back)
    assert told.status == 0, told.err
    assert "only Dr. Ahorn can open it" in told.said()
    assert coherence("import", back).status == 1, "not at the client's"
    assert coherence("pack", "remove", "evening").status == 0
    assert "evening" not in coherence("practices").out

    for command in ("analyse", "replay"):
        told = coherence(command, back)
        assert told.status == 1
        assert told.said().endswith("a therapist: take them in with `coherence import`.")

    homes("therapist")
    told = coherence("import", back, "--json")
    assert told.status == 0, told.err
    assert [row["taken"] for row in told.rows()] == ["new"]
    assert "for Linde, by the pack" in told.err
    assert coherence("import", back, "--json").rows()[0]["taken"] == "known"
    (linde,) = [row for row in json.loads(coherence("people", "list", "--json").out)
                if row["pseudonym"] == "Linde"]  # fmt: skip
    assert linde["sessions"] == 1


def test_a_passphrase_where_there_is_no_pack(coherence, homes, data, tmp_path, monkeypatch):
    back = tmp_path / "back.coherence-sessions"
    homes("client")
    coherence("import", data / "dhyb/sample_data_ibi.csv")
    assert (
        "open your therapist's pack first"
        in coherence("export", "--for-therapist", "1", "--out", back).err
    )
    monkeypatch.setenv("COHERENCE_FILE_PASSPHRASE", "willow by the water")
    assert coherence("export", "--for-therapist", "--passphrase", "1", "--out", back).status == 0
    homes("therapist")
    monkeypatch.setenv("COHERENCE_FILE_PASSPHRASE", "another passphrase")
    told = coherence("import", back, "--json")
    assert told.status == 1
    assert "That is not its passphrase" in told.rows()[0]["reason"]
    monkeypatch.delenv("COHERENCE_FILE_PASSPHRASE")
    assert "opens with the passphrase" in coherence("import", back, "--json").rows()[0]["reason"]
    monkeypatch.setenv("COHERENCE_FILE_PASSPHRASE", "willow by the water")
    assert coherence("import", back, "--json").rows()[0]["taken"] == "new"


@pytest.mark.parametrize(
    "arguments",
    [
        ("pack", "make", "--name", "a", "--by", "b", "--out", "a.zip"),
        ("pack", "make", "--name", "a", "--by", "b", "--out", "a.coherence-pack", "--with-name"),
        ("pack", "make", "--name", "a", "--by", "b", "--out", "a.coherence-pack", "--pace", "9"),
        ("export", "--for-therapist", "--all", "--out", "a.json"),
        ("export", "--for-therapist", "--out", "a.coherence-sessions"),
        ("export", "1", "--diary", "--out", "a.json"),
        ("export", "1", "2", "--out", "a.json"),
    ],
)
def test_usage(coherence, homes, arguments):
    homes("x")
    assert coherence(*arguments).status == 2


def test_bad_packs_are_told_in_a_sentence(coherence, homes, tmp_path):
    homes("x")
    bad = tmp_path / "a.coherence-pack"
    for raw in (b"", b"PK\3\4nonsense"):
        bad.write_bytes(raw)
        for command in ("show", "open"):
            told = coherence("pack", command, bad)
            assert (told.status, told.out) == (1, "")
            told.said()
    assert coherence("pack", "show", tmp_path / "none").status == 1
    assert coherence("pack", "remove", "none").status == 1
    told = coherence("pack", "make", "--name", "a", "--by", "b", "--practice", "nowhere",
                     "--out", tmp_path / "b.coherence-pack", "--without-key")  # fmt: skip
    assert told.status == 1
    assert "There is no practice" in told.said()
    assert not (tmp_path / "b.coherence-pack").exists()


def test_somebody_elses_session_is_not_handed_over(coherence, homes, data, tmp_path, monkeypatch):
    homes("x")
    monkeypatch.setenv("COHERENCE_FILE_PASSPHRASE", "willow by the water")
    coherence("import", data / "dhyb/sample_data_ibi.csv")
    coherence("people", "add", "Linde")
    told = coherence("export", "--for-therapist", "--passphrase", "1", "--person", "Linde",
                     "--out", tmp_path / "a.coherence-sessions")  # fmt: skip
    assert told.status == 2
    assert "not of that person" in told.err
    with Store.open() as store:
        assert len(store.sessions()) == 1
