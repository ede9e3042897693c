"""Sealed bytes, read again by the page of the format and nothing of ours."""

import base64
import hashlib
import json

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from coherence.exchange.sealing import (
    PassphraseWanted,
    SealError,
    WrongKey,
    WrongWords,
    new_pair,
    opened,
    sealed_for,
    sealed_with,
)
from coherence.reports.recording import SEALED

PLAIN = "sixty beats, and a half 🌊".encode() * 100
WORDS = "willow by the wäter"

# Made once by this format, then never again: what these open to must stay the same.
# private key 0x01 × 32; passphrase "willow by the water"
BY_KEY = (
    "Q09IU0VBTDEAAADGeyJmb3JtYXQiOiAiY29oZXJlbmNlLXNlYWxlZCIsICJ2ZXJzaW9uIjogMSwgIndheSI6ICJr"
    "ZXkiLCAiZm9yIjogInBPQ1NrclpSd25pNWR5eFduMStwdXhQWkJyUnF0b3lkK2R3clJBbjRvZ2s9IiwgIm9uY2Ui"
    "OiAiK0tzVWpueWw2Y0FVSCtsZVc0c3VIM0RXUGNSSncxK1dqWTc1SnVyd1JFVT0iLCAibm9uY2UiOiAidFVGN0Ur"
    "RE9KbVpIVDVHcyJ98QjyUPXdmTRlnwIU75K83HSLPZigXSy3bIEDSOY="
)
BY_WORDS = (
    "Q09IU0VBTDEAAACQeyJmb3JtYXQiOiAiY29oZXJlbmNlLXNlYWxlZCIsICJ2ZXJzaW9uIjogMSwgIndheSI6ICJw"
    "YXNzcGhyYXNlIiwgInNhbHQiOiAibmE0RFJrS2pxVXVpbzFYQ1E1Snoydz09IiwgIndvcmsiOiA0MDk2LCAibm9u"
    "Y2UiOiAiRWNTa2c4VWJhT2Jqc0w1MSJ9oGcCXxnJnBczIHzvQCUE5IuogD6vFUiA2RpcIl8="
)


def parts(raw: bytes) -> tuple[bytes, dict[str, object], bytes]:
    """docs/exchange.md, read literally: magic, length, head, and the rest."""
    assert raw[:8] == b"COHSEAL1"
    length = int.from_bytes(raw[8:12], "big")
    return raw[: 12 + length], json.loads(raw[12 : 12 + length]), raw[12 + length :]


def read_by_key(raw: bytes, private: bytes) -> bytes:
    before, head, body = parts(raw)
    once, mine = (base64.b64decode(str(head[name])) for name in ("once", "for"))
    secret = X25519PrivateKey.from_private_bytes(private).exchange(
        X25519PublicKey.from_public_bytes(once)
    )
    key = HKDF(SHA256(), 32, salt=once + mine, info=b"coherence-sealed/1 key").derive(secret)
    return ChaCha20Poly1305(key).decrypt(base64.b64decode(str(head["nonce"])), body, before)


def read_by_words(raw: bytes, words: str) -> bytes:
    before, head, body = parts(raw)
    key = hashlib.scrypt(
        words.encode(), salt=base64.b64decode(str(head["salt"])), n=int(str(head["work"])),
        r=8, p=1, maxmem=2**28, dklen=32,
    )  # fmt: skip
    return ChaCha20Poly1305(key).decrypt(base64.b64decode(str(head["nonce"])), body, before)


def test_another_reading_of_the_format_opens_what_was_sealed_for_a_key() -> None:
    public, private = new_pair()
    raw = sealed_for(public, PLAIN)
    assert read_by_key(raw, private) == PLAIN
    assert opened(raw, [new_pair(), (public, private)]) == PLAIN
    assert PLAIN[:20] not in raw


def test_another_reading_of_the_format_opens_what_was_sealed_with_words() -> None:
    raw = sealed_with(WORDS, PLAIN)
    assert read_by_words(raw, WORDS) == PLAIN
    assert opened(raw, [], WORDS) == PLAIN
    assert opened(raw, [], "willow by the wa\u0308ter") == PLAIN, "as another keyboard writes it"


def test_files_of_the_first_version_still_open() -> None:
    private = b"\x01" * 32
    public = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    raw = base64.b64decode(BY_KEY)
    assert read_by_key(raw, private) == opened(raw, [(public, private)]) == b"a test vector"
    raw = base64.b64decode(BY_WORDS)
    words = "willow by the water"
    assert read_by_words(raw, words) == opened(raw, [], words) == b"a test vector"


def test_each_file_has_a_key_of_its_own() -> None:
    public, _ = new_pair()
    heads = [parts(sealed_for(public, b""))[1] for _ in range(4)]
    assert len({head["once"] for head in heads}) == 4
    salts = {parts(sealed_with(WORDS, b""))[1]["salt"] for _ in range(4)}
    assert len(salts) == 4


def test_the_wrong_key_and_the_wrong_words_are_told_apart() -> None:
    public, _ = new_pair()
    with pytest.raises(WrongKey, match="another therapist's key"):
        opened(sealed_for(public, PLAIN), [new_pair()])
    with pytest.raises(WrongKey):
        opened(sealed_for(public, PLAIN), [])
    with pytest.raises(PassphraseWanted):
        opened(sealed_with(WORDS, PLAIN), [new_pair()])
    with pytest.raises(WrongWords, match="not its passphrase"):
        opened(sealed_with(WORDS, PLAIN), [], WORDS + " ")
    with pytest.raises(SealError, match="at least 8 letters"):
        sealed_with("short", PLAIN)


@pytest.mark.parametrize("way", ["key", "words"])
def test_no_byte_can_be_changed_cut_or_added(way: str) -> None:
    public, private = new_pair()
    raw = sealed_for(public, b"twenty bytes of data") if way == "key" else sealed_with(WORDS, b"x")
    for at in range(len(raw)):
        bad = bytearray(raw)
        bad[at] ^= 1
        with pytest.raises(SealError):
            opened(bytes(bad), [(public, private)], WORDS)
    for bad in (raw[:-1], raw + b"\0", raw[:11], b"", raw[:40]):
        with pytest.raises(SealError):
            opened(bad, [(public, private)], WORDS)


def test_a_file_cannot_ask_for_more_memory_than_a_computer_has() -> None:
    _before, head, body = parts(sealed_with(WORDS, PLAIN))
    for work in (2**30, 3, 2**9, -1, True, "2048", 2**20 + 1):
        text = json.dumps(head | {"work": work}).encode()
        with pytest.raises(SealError, match="not whole, or no sealed file"):
            opened(b"COHSEAL1" + len(text).to_bytes(4, "big") + text + body, [], WORDS)


def test_a_newer_version_says_so() -> None:
    _before, head, body = parts(sealed_with(WORDS, PLAIN))
    text = json.dumps(head | {"version": 2}).encode()
    with pytest.raises(SealError, match="newer coherence"):
        opened(b"COHSEAL1" + len(text).to_bytes(4, "big") + text + body, [], WORDS)


def test_a_point_that_gives_everybody_the_same_secret_is_no_key() -> None:
    with pytest.raises(SealError, match="none that can be used"):
        sealed_for(bytes(32), PLAIN)


@given(st.binary(max_size=300))
def test_any_bytes_give_a_sentence_and_nothing_else(raw: bytes) -> None:
    for tried in (raw, SEALED + raw, SEALED + len(raw).to_bytes(4, "big") + raw * 2):
        with pytest.raises(SealError):
            opened(tried, [], WORDS)


def test_the_wrong_tag_is_what_the_library_says() -> None:
    with pytest.raises(InvalidTag):  # the reading above really checks
        read_by_words(sealed_with(WORDS, PLAIN), WORDS + ".")
