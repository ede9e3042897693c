"""What a program that died left behind: sessions still open, and arrivals kept elsewhere."""

from __future__ import annotations

from coherence.model import End
from coherence.storage.arrival_rows import insert_arrivals
from coherence.storage.database import Store
from coherence.storage.errors import plainly
from coherence.storage.rescue import Rescue, rescues_for


def close_interrupted(store: Store) -> tuple[int, ...]:
    """Close each open session that nobody is recording, and keep it; returns their numbers.

    What the last resort kept elsewhere is first taken in. Raises ``StorageError``.
    """
    for rescue in rescues_for(store.path):
        _take_in(store, rescue)
    closed = []
    with store.writing() as connection:
        still_open = connection.execute(
            'SELECT id FROM session WHERE "end" = ?', (End.OPEN.value,)
        ).fetchall()
        for (session_id,) in still_open:
            if store.is_locked(session_id):
                continue
            last_s, was_ended = connection.execute(
                "SELECT coalesce(max(t_s), 0.0), coalesce(max(kind = 'ended'), 0) "
                "FROM arrival WHERE session_id = ?",
                (session_id,),
            ).fetchone()
            # a person may have ended it just before the lights went out
            end = End.ENDED if was_ended else End.INTERRUPTED
            connection.execute(
                'UPDATE session SET duration_s = ?, "end" = ? WHERE id = ?',
                (last_s, end.value, session_id),
            )
            closed.append(session_id)
    return tuple(closed)


def _take_in(store: Store, rescue: Rescue) -> None:
    """Append what a rescue file holds and the store does not; then the file may go."""
    if store.is_locked(rescue.session_id):
        return
    with store.writing() as connection:
        known = connection.execute(
            "SELECT started_at, (SELECT coalesce(max(seq) + 1, 0) FROM arrival WHERE "
            "session_id = id) FROM session WHERE id = ?",
            (rescue.session_id,),
        ).fetchone()
        if known is None or not rescue.is_of(rescue.session_id, known[0]):
            return  # of another store that lay here; nothing is thrown away
        following = known[1]
        missing = [(seq, arrival) for seq, arrival in rescue.arrivals if seq >= following]
        if missing and missing[0][0] != following:
            return  # it belongs to a store as it was before; nothing is thrown away
        if missing:
            insert_arrivals(connection, rescue.session_id, missing)
            connection.execute(
                "UPDATE session SET duration_s = max(duration_s, ?) WHERE id = ?",
                (max(arrival.t_s for _, arrival in missing), rescue.session_id),
            )
    with plainly(rescue.file):
        rescue.file.unlink(missing_ok=True)
