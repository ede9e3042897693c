"""The diary: what was practised, with or without a strap, and what people said before and after.

It counts time, never results. Ratings and words may be changed or left out at any time.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from coherence.model import Practised, Reflection
from coherence.storage.database import Store
from coherence.storage.errors import StorageError
from coherence.storage.whole_text import made_whole
from coherence.translation import _

BEFORE, AFTER = "before", "after"
_PRACTISED = "id, practice, begun_at, offset_min, seconds, paced_s, whole, session_id"


class Diary:
    """The diary of one person, by default the first one of a store."""

    def __init__(self, store: Store, person_id: int | None = None) -> None:
        self._store, self._person_id = store, person_id

    def begin(
        self, practice: str, session_id: int | None = None, *, now: datetime | None = None
    ) -> int:
        """Note that a practice has begun; returns its number. Raises ``StorageError``."""
        local = datetime.now(UTC).astimezone() if now is None else now
        offset = local.utcoffset()
        person_id = self._store.me() if self._person_id is None else self._person_id
        with self._store.writing() as connection:
            number = connection.execute(
                "INSERT INTO practised(person_id, practice, begun_at, offset_min, session_id) "
                "VALUES (?, ?, ?, ?, ?)",
                (
                    person_id,
                    practice,
                    local.astimezone(UTC).isoformat(timespec="seconds"),
                    0 if offset is None else round(offset.total_seconds() / 60),
                    session_id,
                ),
            ).lastrowid
        assert number is not None
        return number

    def add(self, line: Practised) -> None:
        """A line that was written elsewhere, where no strap was worn. Raises ``StorageError``."""
        person_id = self._store.me() if self._person_id is None else self._person_id
        begun = datetime.fromisoformat(line.begun_at).astimezone(UTC)
        with self._store.writing() as connection:
            connection.execute(
                "INSERT INTO practised(person_id, practice, begun_at, offset_min, seconds, "
                "paced_s, whole) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    person_id,
                    line.practice,
                    begun.isoformat(timespec="seconds"),
                    line.offset_min,
                    line.seconds,
                    line.paced_s,
                    line.whole,
                ),
            )

    def finish(self, number: int, seconds: float, paced_s: float, *, whole: bool) -> None:
        """Note how long it was, and whether it came to its end. Raises ``StorageError``."""
        with self._store.writing() as connection:
            changed = connection.execute(
                "UPDATE practised SET seconds = ?, paced_s = ?, whole = ? WHERE id = ?",
                (seconds, paced_s, whole, number),
            )
        if changed.rowcount == 0:
            raise self._unknown(number)

    def reflect(self, number: int, moment: str, said: Reflection) -> None:
        """Keep what a person said before or after, in place of what stood there.

        Nothing said is nothing kept. Raises ``StorageError``.
        """
        with self._store.writing() as connection:
            if connection.execute("SELECT 1 FROM practised WHERE id = ?", (number,)).fetchone():
                connection.execute(
                    "DELETE FROM reflection WHERE practised_id = ? AND moment = ?",
                    (number, moment),
                )
                if not said.empty:
                    connection.execute(
                        "INSERT INTO reflection VALUES (?, ?, ?, ?, ?)",
                        (number, moment, said.body, said.mood, made_whole(said.words)),
                    )
                return
        raise self._unknown(number)

    def practised(self) -> list[Practised]:
        """All that was practised, newest first. Raises ``StorageError``."""
        person_id = self._store.me() if self._person_id is None else self._person_id
        with self._store.reading() as connection:
            rows = connection.execute(
                f"SELECT {_PRACTISED} FROM practised WHERE person_id = ? "
                "ORDER BY begun_at DESC, id DESC",
                (person_id,),
            ).fetchall()
        return [_practised(*row) for row in rows]

    def reflections(self, number: int) -> dict[str, Reflection]:
        """What was said of one practice, by moment. Raises ``StorageError``."""
        return self._reflections("practised_id = ?", number)

    def reflections_of_session(self, session_id: int) -> dict[str, Reflection]:
        """What was said of a recorded session, by moment. Raises ``StorageError``."""
        return self._reflections(
            "practised_id IN (SELECT id FROM practised WHERE session_id = ?)", session_id
        )

    def _reflections(self, which: str, number: int) -> dict[str, Reflection]:
        with self._store.reading() as connection:
            rows = connection.execute(
                f"SELECT moment, body, mood, words FROM reflection WHERE {which}", (number,)
            ).fetchall()
        return {moment: Reflection(*said) for moment, *said in rows}

    def _unknown(self, number: int) -> StorageError:
        return StorageError(
            _("There is no entry {number} in the diary.").format(number=number), self._store.path
        )


def _practised(*row: Any) -> Practised:
    number, practice, begun_at, offset_min, seconds, paced_s, whole, session_id = row
    return Practised(
        number, practice, begun_at, offset_min, seconds, paced_s, bool(whole), session_id
    )
