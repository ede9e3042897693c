"""Which sessions are wanted: what people filter a list by, as a condition of SQL."""

from __future__ import annotations

from dataclasses import dataclass

from coherence.model import Origin


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that is named has to hold; with nothing named every session is wanted.

    ``from_utc`` is included and ``to_utc`` is not; ``words`` are looked for in note, practice,
    strap and tags, without regard to case.

    >>> Wanted(practice="just_sit").where()
    ('hidden_at IS NULL AND practice = ?', ['just_sit'])
    """

    person_id: int | None = None
    practice: str | None = None
    tag: str | None = None
    origin: Origin | None = None
    from_utc: str | None = None  # ISO 8601
    to_utc: str | None = None
    words: str | None = None

    def where(self) -> tuple[str, list[object]]:
        """The condition on the table ``session``, and its values."""
        parts, values = ["hidden_at IS NULL"], list[object]()

        def also(part: str, *more: object) -> None:
            parts.append(part)
            values.extend(more)

        if self.person_id is not None:
            also("id IN (SELECT session_id FROM participant WHERE person_id = ?)", self.person_id)
        if self.practice is not None:
            also("practice = ?", self.practice)
        if self.tag is not None:
            also("id IN (SELECT session_id FROM tag WHERE tag = ?)", self.tag)
        if self.origin is not None:
            also("origin = ?", self.origin.value)
        if self.from_utc is not None:
            also("started_at >= ?", self.from_utc)
        if self.to_utc is not None:
            also("started_at < ?", self.to_utc)
        for word in (self.words or "").split():
            like = f"%{_plain(word)}%"
            also(
                "(note LIKE ? ESCAPE '!' OR practice LIKE ? ESCAPE '!' OR strap LIKE ? ESCAPE '!' "
                "OR id IN (SELECT session_id FROM tag WHERE tag LIKE ? ESCAPE '!'))",
                *(4 * (like,)),
            )
        return " AND ".join(parts), values


def _plain(word: str) -> str:
    """The word with what LIKE takes for signs as plain letters."""
    for sign in "!%_":
        word = word.replace(sign, f"!{sign}")
    return word
