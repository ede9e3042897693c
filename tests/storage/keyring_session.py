"""What a login does to a record whose key the system's keyring has: HOME STEP.

Runs inside ``dbus-run-session`` beside a keyring daemon; says what it found on stdout.
"""

import sys
from pathlib import Path

import keyring

from coherence.model import Moment
from coherence.storage import keys
from coherence.storage.database import Store
from coherence.storage.encryption import change_passphrase, protection_of, turn_off, turn_on
from coherence.storage.errors import StorageError
from coherence.storage.places import Places
from coherence.storage.writer import RecordWriter

WORDS = "willow by the water"


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")


def main(home: str, step: str) -> None:
    where = Places(Path(home), Path(home), Path(home) / "log")
    say(type(keyring.get_keyring()).__module__, keys.keyring_works())
    if step == "turn on":
        with Store.open(where.store) as store:
            number = store.begin_session("just_sit")
            writer = RecordWriter(store.path, number)
            writer.put(0, Moment(1.0, "kept by the keyring"))
            assert writer.close() is None
            store.finish_session(number, 1.0)
        say(turn_on(where, None))
    if step == "passphrase":
        with Store.open(where.store):
            pass
        say(change_passphrase(where, WORDS))
    if step == "keyring":
        keys.unlock(where.store, WORDS)
        say(change_passphrase(where, None))
    if step == "off":
        with Store.open(where.store):
            pass
        turn_off(where)
    keys.lock()
    try:
        with Store.open(where.store) as store:
            say([arrival.label for arrival in store.arrivals(1) if isinstance(arrival, Moment)])
    except StorageError as error:
        say(error)
    say(protection_of(where))


if __name__ == "__main__":
    main(*sys.argv[1:])
