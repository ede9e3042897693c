"""Catalogues of what coherence says: extracted, brought up to date, compiled.

    python -m tools.catalogues            # bring all up to date
    python -m tools.catalogues --new de   # begin a language
    python -m tools.catalogues --check    # say what is not up to date; for the tests

Only this needs babel (extra ``dev``); the program reads what is compiled here with the standard
library.
"""

from __future__ import annotations

import argparse
import ast
import io
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "src" / "coherence"
LOCALES = SOURCES / "locale"
DOMAIN = "coherence"
COMMANDS = {"command", "group"}  # of click: what they are made of says itself as help
KEYWORDS = {"_": None, "later": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
HEAD = "# What coherence says. Made by tools/catalogues.py; translate the .po files only.\n#"


@cache
def template() -> Catalog:
    """All that is marked in the sources, in the order of files and lines."""
    made = Catalog(header_comment=HEAD, project=DOMAIN, charset="utf-8", fuzzy=False)
    found = extract_from_dir(
        SOURCES, method_map=[("**.py", "python")], keywords=KEYWORDS,
        comment_tags=("Translators:",), strip_comment_tags=True,
    )  # fmt: skip
    rows = [*found, *help_texts()]
    for path, _, message, comments, context in sorted(rows, key=lambda row: (row[0], row[1])):
        made.add(message, locations=[(path, None)], auto_comments=comments, context=context)
    return made


def help_texts() -> Iterator[tuple[str, int, str, list[str], None]]:
    """What commands say of themselves: the docstrings of click's commands and groups."""
    for file in sorted((SOURCES / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            said = ast.get_docstring(node)  # as inspect.cleandoc has it, which click uses
            if said and any(map(_is_command, node.decorator_list)):
                yield file.relative_to(SOURCES).as_posix(), node.lineno, said, [], None


def _is_command(decorator: ast.expr) -> bool:
    made = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(made, ast.Attribute) and made.attr in COMMANDS


class _Undated(Catalog):
    """A catalogue whose head says no more than how its words are to be read."""

    def __iter__(self) -> Iterator[Message]:
        for message in super().__iter__():
            if not message.id:
                lines = str(message.string).splitlines(keepends=True)
                needed = ("Content-T", "Plural-Forms", "MIME-Version", "Language:")
                message.string = "".join(line for line in lines if line.startswith(needed))
            yield message


def text_of(catalogue: Catalog) -> str:
    """As it stands in a file; without dates, so that the same words give the same file."""
    out = io.BytesIO()
    write_po(out, catalogue, width=110, sort_by_file=True, omit_header=False, include_lineno=False)
    lines = out.getvalue().decode("utf-8").splitlines()
    empty = ("POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Last-Translator")
    empty += ("Report-Msgid-Bugs-To", "Language-Team", "Project-Id-Version")
    unsaid = tuple(f'"{name}' for name in empty)
    return "\n".join(line for line in lines if not line.startswith(unsaid)).rstrip() + "\n"


def compiled(text: str, language: str) -> bytes:
    """The machine's form of a .po file's text: the same for the same words, on any day."""
    made = _Undated(locale=language, charset="utf-8")
    for message in read_po(io.StringIO(text), locale=language):
        if message.id:
            made.add(message.id, message.string, context=message.context)
    out = io.BytesIO()
    write_mo(out, made)
    return out.getvalue()


def brought_up_to_date(text: str, language: str) -> str:
    """A .po file's text with the words of today; what is no longer said goes."""
    catalogue = read_po(io.StringIO(text), locale=language)
    catalogue.update(template(), no_fuzzy_matching=True, update_header_comment=True)
    catalogue.obsolete.clear()
    return text_of(catalogue)


def files() -> dict[Path, bytes]:
    """What each file under ``locale`` is to hold."""
    wanted = {LOCALES / f"{DOMAIN}.pot": text_of(template()).encode()}
    for path in sorted(LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        language = path.parents[1].name
        text = brought_up_to_date(path.read_text("utf-8"), language)
        wanted[path] = text.encode()
        wanted[path.with_suffix(".mo")] = compiled(text, language)
    return wanted


def stale() -> list[Path]:
    """The files that do not hold what they should."""
    return [
        path for path, wanted in files().items() if not path.exists() or path.read_bytes() != wanted
    ]


def begin(language: str) -> None:
    path = LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if path.exists():
        raise SystemExit(f"{path} is there already.")
    path.parent.mkdir(parents=True, exist_ok=True)
    made = Catalog(
        locale=language, header_comment=HEAD, project=DOMAIN, charset="utf-8", fuzzy=False
    )
    path.write_text(text_of(made), "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--new", metavar="LANGUAGE")
    asked = parser.parse_args()
    if asked.new:
        begin(asked.new)
    old = stale()
    for path in old:
        print(path.relative_to(ROOT))
        if not asked.check:
            path.write_bytes(files()[path])
    return 1 if asked.check and old else 0


if __name__ == "__main__":
    sys.exit(main())
