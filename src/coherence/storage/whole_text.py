"""Half a character: what a paste or a JSON file may hold, and no file or table can keep."""

from __future__ import annotations


def is_whole(text: str) -> bool:
    r"""Whether no half of a pair (a lone surrogate) stands in ``text``.

    >>> is_whole("warm"), is_whole("w\ud800rm")
    (True, False)
    """
    return text == made_whole(text)


def made_whole(text: str) -> str:
    r"""The text with a question mark for each half of a character.

    >>> made_whole("w\ud800rm")
    'w?rm'
    """
    return text.encode(errors="replace").decode()
