"""On which line of a TOML file a table or a key stands: tomllib itself does not say."""

from __future__ import annotations

import re

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(
    r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_QUOTES = ('"""', "'''")


def lines_of(text: str) -> dict[str, int]:
    r"""Line numbers, from 1, by path; of repeated tables each has its number.

    >>> lines = lines_of('key = "x"\n[[step]]\nkind = "free"\n[[step.prompt]]\nat = 4')
    >>> lines["key"], lines["step 1.kind"], lines["step 1.prompt 1.at"]
    (1, 3, 5)
    """
    found: dict[str, int] = {}
    counts: dict[str, int] = {}  # how many of a repeated table there are so far
    table, quote = "", None
    for number, line in enumerate(text.splitlines(), start=1):
        if quote is not None:  # within text of several lines nothing is a key
            quote = None if line.count(quote) % 2 else quote
            continue
        if header := _HEADER.match(line):
            table = _path(header[2], counts, repeated=header[1] == "[[")
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            path = table
            for part in _parts(key[1]):
                path = f"{path}.{part}" if path else part
                found.setdefault(path, number)
            quote = next((q for q in _QUOTES if line.count(q) % 2), None)
    return found


def line_of(path: str, lines: dict[str, int]) -> int:
    """The line of ``path``, or of the nearest table around it."""
    while path and path not in lines:
        path = path.rpartition(".")[0]
    return lines.get(path, 1)


def _path(name: str, counts: dict[str, int], *, repeated: bool) -> str:
    path, parts = "", _parts(name)
    for n, part in enumerate(parts, start=1):
        path = f"{path}.{part}" if path else part
        if n == len(parts) and repeated:
            counts[path] = counts.get(path, 0) + 1
        if path in counts:
            path = f"{path} {counts[path]}"
    return path


def _parts(name: str) -> list[str]:
    return [part.strip().strip("\"'") for part in name.split(".")]
