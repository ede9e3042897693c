"""The key of an encrypted store: random, kept by the system's keyring or under a passphrase.

The key file beside the store holds no secret: a salt, and the key hidden under what scrypt makes of
the passphrase. Changing the passphrase hides the same key anew; nothing has to be encrypted again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from coherence.storage.errors import StorageError, plainly
from coherence.storage.files import replacing
from coherence.translation import _

# RFC 7914; interactive use: about a tenth of a second and 64 MiB
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**16, 8, 1
KEY_B = 32
SERVICE = "coherence"
PASSPHRASE = "COHERENCE_PASSPHRASE"  # for scripts; others who run programs as you can read it
SHORTEST = 8

Kept = Literal["keyring", "passphrase"]


UNKNOWN_KEY = _(
    "{file} is encrypted, and the key that opens it is not known here. If the key file beside the "
    "record is another's, put a copy of its own back."
)


class StoreLocked(StorageError):
    """The store is encrypted, and its key is not known yet."""


class WrongPassphrase(StorageError):
    """It is not the passphrase of this store."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What lies beside an encrypted store. Bytes are in hex."""

    kept: Kept
    store: str  # under this name the system's keyring has the key
    salt: str = ""
    hidden: str = ""  # the key, XOR the first half of what scrypt makes of the passphrase
    work: int = SCRYPT_N  # scrypt's N, so that it can be raised one day
    seal: str = ""  # HMAC-SHA256 of it with the second half: tells a wrong passphrase


_unlocked: list[bytes] = []  # in this process; most have one store and so one key


def unlocked() -> tuple[bytes, ...]:
    """The keys that are known in this process."""
    return tuple(_unlocked)


def keep_unlocked(key: bytes) -> None:
    """Connections made from now on may use ``key``."""
    if key not in _unlocked:
        _unlocked.insert(0, key)


def lock() -> None:
    """Forget every key: nothing encrypted can be opened until it is unlocked again."""
    _unlocked.clear()


def key_file_of(store: Path) -> Path:
    """Where the key file of ``store`` lies."""
    return store.with_name(store.stem + ".key.json")


def read_key_file(store: Path) -> KeyFile | None:
    """The key file, or ``None`` where there is none. Raises ``StorageError``."""
    file = key_file_of(store)
    try:
        with plainly(file):
            return KeyFile(**json.loads(file.read_text(encoding="utf-8")))
    except StorageError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return None
        raise
    except (ValueError, TypeError) as error:
        raise StorageError(
            _(
                "The key file {file} is damaged: put a copy of it back; without it the record stays"
                " closed."
            ).format(file=file),
            file,
        ) from error


def write_key_file(store: Path, key_file: KeyFile) -> None:
    """Put the key file beside the store; it is at no moment half written. Raises StorageError."""
    file = key_file_of(store)
    with plainly(file), replacing(file) as new:
        new.write_text(json.dumps(asdict(key_file)) + "\n", encoding="utf-8")


def new_key() -> bytes:
    """A random key."""
    return secrets.token_bytes(KEY_B)


def under_passphrase(key: bytes, passphrase: str, store: str) -> KeyFile:
    """A key file that gives ``key`` to whoever knows ``passphrase``. Raises ``StorageError``."""
    if len(passphrase) < SHORTEST:
        raise StorageError(
            _(
                "A passphrase has at least {least} letters; a few words are easier to remember."
            ).format(least=SHORTEST)
        )
    salt = secrets.token_bytes(16)  # new each time, so that the pad is used once only
    pad, mac = _stretched(passphrase, salt, SCRYPT_N)
    hidden = bytes(a ^ b for a, b in zip(key, pad, strict=True))
    seal = hmac.digest(mac, hidden, "sha256")
    return KeyFile("passphrase", store, salt.hex(), hidden.hex(), SCRYPT_N, seal.hex())


def from_passphrase(key_file: KeyFile, passphrase: str) -> bytes:
    """The key. Raises ``WrongPassphrase``."""
    hidden = bytes.fromhex(key_file.hidden)
    pad, mac = _stretched(passphrase, bytes.fromhex(key_file.salt), key_file.work)
    if not hmac.compare_digest(hmac.digest(mac, hidden, "sha256").hex(), key_file.seal):
        raise WrongPassphrase(_("That is not the passphrase of this record: try it once more."))
    return bytes(a ^ b for a, b in zip(hidden, pad, strict=True))


def unlock(store: Path, passphrase: str | None = None) -> None:
    """Make the key of ``store`` known here: from the keyring, or by the passphrase.

    Without one ``COHERENCE_PASSPHRASE`` is tried. Raises ``StoreLocked``, ``WrongPassphrase``.
    """
    key_file = read_key_file(store)
    if key_file is None:
        raise StorageError(
            _(
                "The record {store} cannot be read: either its key file {key_file} is not there,"
                " or it is no coherence record. Put the key file or one of your backups back."
            ).format(store=store, key_file=key_file_of(store)),
            store,
        )
    if key_file.kept == "keyring":
        key = from_keyring(key_file.store)
        if key is None:
            raise StoreLocked(
                _(
                    "The record is encrypted and the system's keyring does not give its key: unlock"
                    " the keyring, then try again."
                ),
                store,
            )
        keep_unlocked(key)
        return
    said = passphrase if passphrase is not None else os.environ.get(PASSPHRASE)
    if said is None:
        raise StoreLocked(_("The record is encrypted: it opens with its passphrase."), store)
    keep_unlocked(from_passphrase(key_file, said))


# --- the system's keyring ---


def keyring_works() -> bool:
    """Whether the system has a keyring that keeps things across logins."""
    try:
        import keyring
        from keyring.backends import fail, null
    except ImportError:
        return False
    return not isinstance(keyring.get_keyring(), fail.Keyring | null.Keyring)


def to_keyring(store: str, key: bytes) -> None:
    """Let the system's keyring keep ``key``. Raises ``StorageError``."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, store, key.hex())
        kept = keyring.get_password(SERVICE, store)
    except KeyringError as error:
        raise StorageError(
            _(
                "The system's keyring would not keep the key ({error}): unlock it, or use a"
                " passphrase."
            ).format(error=error)
        ) from error
    if kept != key.hex():
        raise StorageError(_("The system's keyring did not keep the key: use a passphrase."))


def from_keyring(store: str) -> bytes | None:
    """The key that the system's keyring has for ``store``, if it gives it."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        said = keyring.get_password(SERVICE, store)
    except KeyringError:
        return None
    return None if said is None else bytes.fromhex(said)


def out_of_keyring(store: str) -> None:
    """Take the key out of the system's keyring, if it is there."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.delete_password(SERVICE, store)
    except KeyringError:
        return


def _stretched(passphrase: str, salt: bytes, work: int) -> tuple[bytes, bytes]:
    long = hashlib.scrypt(
        passphrase.encode(),
        salt=salt,
        n=work,
        r=SCRYPT_R,
        p=SCRYPT_P,
        maxmem=256 * work * SCRYPT_R,
        dklen=2 * KEY_B,
    )
    return long[:KEY_B], long[KEY_B:]
