"""Sealing bytes so that only one may read them: whoever holds a key, or knows a passphrase.

The format is told byte by byte in docs/exchange.md. X25519, HKDF and ChaCha20-Poly1305 come from
the library `cryptography` (extra ``secure``); scrypt is Python's own.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Any

from coherence.reports.needing import needing
from coherence.reports.recording import SEALED
from coherence.storage import keys
from coherence.translation import _

FORMAT, VERSION = "coherence-sealed", 1
BY_KEY, BY_PASSPHRASE = "key", "passphrase"
INFO = b"coherence-sealed/1 key"
KEY_B, NONCE_B, SALT_B = 32, 12, 16
LONGEST_HEAD_B = 4096
LEAST_WORK, MOST_WORK = 2**10, 2**20  # scrypt's N: 1 GiB at most, whatever a file asks for
WHAT = _("sealed files")


class SealError(Exception):
    """A sealed file that does not open; the message says why, in one sentence."""


class WrongKey(SealError):
    """It was sealed for somebody else."""


class WrongWords(SealError):
    """It is not the passphrase that it was sealed with, or it was changed since."""


class PassphraseWanted(SealError):
    """It opens with a passphrase, and none was given."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the sealed bytes, for everybody to read."""

    way: str
    nonce: bytes
    public: bytes = b""  # by key: whom it is for …
    once: bytes = b""  # … and the sender's key, made for this file alone
    salt: bytes = b""  # by passphrase
    work: int = 0


def new_pair() -> tuple[bytes, bytes]:
    """(public, private), X25519. Raises ``ExtraMissing``."""
    x25519 = _of("hazmat.primitives.asymmetric.x25519")
    private = x25519.X25519PrivateKey.generate()
    return private.public_key().public_bytes_raw(), private.private_bytes_raw()


def sealed_for(public: bytes, plain: bytes) -> bytes:
    """Only the holder of the private key can read it; not even the sender. Raises ExtraMissing."""
    once_public, once_private = new_pair()
    head = Head(BY_KEY, secrets.token_bytes(NONCE_B), public, once_public)
    key = _shared(once_private, public, once_public, public)
    return _sealed(head, key, plain)


def sealed_with(passphrase: str, plain: bytes) -> bytes:
    """Whoever knows the passphrase can read it. Raises ``ExtraMissing``, ``SealError``."""
    if len(passphrase) < keys.SHORTEST:
        raise SealError(
            _("A passphrase has at least {n} letters; a few words are easier to remember.").format(
                n=keys.SHORTEST
            )
        )
    salt, work = secrets.token_bytes(SALT_B), keys.SCRYPT_N
    head = Head(BY_PASSPHRASE, secrets.token_bytes(NONCE_B), salt=salt, work=work)
    return _sealed(head, _stretched(passphrase, salt, work), plain)


def is_sealed(raw: bytes) -> bool:
    """Whether it begins as a sealed file does."""
    return raw.startswith(SEALED)


def opened(raw: bytes, pairs: list[tuple[bytes, bytes]], passphrase: str | None = None) -> bytes:
    """What was sealed. ``pairs`` are (public, private) of whoever opens it.

    Raises ``SealError``, ``ExtraMissing``.
    """
    head, body_at = read_head(raw)
    if head.way == BY_KEY:
        private = next((private for public, private in pairs if public == head.public), None)
        if private is None:
            raise WrongKey(
                _("It was sealed for another therapist's key, which is not in this record.")
            )
        key = _shared(private, head.once, head.once, head.public)
        changed: SealError = SealError(
            _("It was changed or damaged on the way, and nothing of it was read: ask for it again.")
        )
    else:
        if passphrase is None:
            raise PassphraseWanted(_("It opens with the passphrase that it was sealed with."))
        key = _stretched(passphrase, head.salt, head.work)
        changed = WrongWords(
            _("That is not its passphrase, or the file was changed on the way: try it once more.")
        )
    aead = _of("hazmat.primitives.ciphers.aead").ChaCha20Poly1305(key)
    invalid = _of("exceptions").InvalidTag
    try:
        plain = aead.decrypt(head.nonce, raw[body_at:], raw[:body_at])
    except (invalid, ValueError) as error:
        raise changed from error
    assert isinstance(plain, bytes)
    return plain


def read_head(raw: bytes) -> tuple[Head, int]:
    """What a sealed file says of itself, and where the sealed bytes begin. Raises ``SealError``."""
    damaged = SealError(_("It is not whole, or no sealed file: ask for it again."))
    at = len(SEALED) + 4
    length = int.from_bytes(raw[len(SEALED) : at], "big")
    if not is_sealed(raw) or not 2 <= length <= LONGEST_HEAD_B or len(raw) < at + length + 16:
        raise damaged
    try:
        said = json.loads(raw[at : at + length].decode("utf-8"))
        if said["format"] != FORMAT:
            raise damaged
        if said["version"] != VERSION:
            raise SealError(_("It was sealed by a newer coherence: update this one to open it."))
        head = _head(said)
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise damaged from error
    return head, at + length


def _head(said: dict[str, Any]) -> Head:
    """Raises ``ValueError``, ``TypeError``, ``KeyError`` where it makes no sense."""
    nonce = _bytes(said["nonce"], NONCE_B)
    if said["way"] == BY_KEY:
        return Head(BY_KEY, nonce, _bytes(said["for"], KEY_B), _bytes(said["once"], KEY_B))
    if said["way"] != BY_PASSPHRASE or type(said["work"]) is not int:
        raise ValueError("no such way")
    work = said["work"]
    if not LEAST_WORK <= work <= MOST_WORK or work & (work - 1):
        raise ValueError("no such work")
    return Head(BY_PASSPHRASE, nonce, salt=_bytes(said["salt"], SALT_B), work=work)


def _bytes(said: object, length: int) -> bytes:
    if not isinstance(said, str):
        raise TypeError("not in base64")
    try:
        raw = base64.b64decode(said, validate=True)
    except binascii.Error as error:
        raise ValueError("not in base64") from error
    if len(raw) != length:
        raise ValueError("of another length")
    return raw


def as_text(raw: bytes) -> str:
    """Bytes as they stand in a head or a manifest."""
    return base64.b64encode(raw).decode("ascii")


def _sealed(head: Head, key: bytes, plain: bytes) -> bytes:
    said: dict[str, object] = {"format": FORMAT, "version": VERSION, "way": head.way}
    if head.way == BY_KEY:
        said |= {"for": as_text(head.public), "once": as_text(head.once)}
    else:
        said |= {"salt": as_text(head.salt), "work": head.work}
    said["nonce"] = as_text(head.nonce)
    text = json.dumps(said).encode("utf-8")
    before = SEALED + len(text).to_bytes(4, "big") + text
    aead = _of("hazmat.primitives.ciphers.aead").ChaCha20Poly1305(key)
    return before + bytes(aead.encrypt(head.nonce, plain, before))


def _shared(private: bytes, other: bytes, once: bytes, public: bytes) -> bytes:
    """The key that sender and holder work out alike, bound to both public keys."""
    x25519 = _of("hazmat.primitives.asymmetric.x25519")
    hkdf, sha256 = _of("hazmat.primitives.kdf.hkdf").HKDF, _of("hazmat.primitives.hashes").SHA256
    try:
        secret = x25519.X25519PrivateKey.from_private_bytes(private).exchange(
            x25519.X25519PublicKey.from_public_bytes(other)
        )
    except ValueError as error:  # a point that gives everybody the same secret
        raise SealError(_("Its key is none that can be used: ask for it again.")) from error
    return bytes(hkdf(sha256(), KEY_B, once + public, INFO).derive(secret))


def _stretched(passphrase: str, salt: bytes, work: int) -> bytes:
    words = unicodedata.normalize("NFC", passphrase).encode("utf-8")
    r, p = keys.SCRYPT_R, keys.SCRYPT_P
    return hashlib.scrypt(words, salt=salt, n=work, r=r, p=p, maxmem=256 * work * r, dklen=KEY_B)


def require_sealing() -> None:
    """Raise ``ExtraMissing`` where the extra ``secure`` is not installed."""
    _of("hazmat.primitives.ciphers.aead")


def _of(name: str) -> Any:
    return needing(f"cryptography.{name}", "secure", WHAT)


def fingerprint(public: bytes) -> str:
    """A key in a few letters, for two people to compare.

    >>> fingerprint(bytes(32))
    '66687aadf862bd77'
    """
    return hashlib.sha256(public).hexdigest()[:16]
