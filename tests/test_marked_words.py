"""Finds words for people that are not marked for translation, in the sources themselves."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import coherence

SOURCE = Path(coherence.__file__).parent
MARKS = {"_", "later", "ngettext", "pgettext"}
# not words for people: what is logged, compared, looked up or handed to a system
CALLS = {
    *("debug", "info", "warning", "exception", "getLogger", "execute", "strftime", "startswith"),
    *("setObjectName", "setStyleSheet", "setApplicationName", "setDesktopFileName", "TypeVar"),
    *("Literal", "get", "cast", "AssertionError", "RuntimeError", "TypeError", "translate"),
    "find_spec",
}
STYLE = re.compile(
    r"^[a-z-]+: [^;]+;|[{}]|^Q\w+|^[A-Z_]{3,}$|^lib[a-z0-9-]+ |^/tmp/"
    r"|^(Ctrl|Space|Esc|Up|Down|F\d+)\b|^(INSERT|SELECT|PRAGMA|VACUUM) |\.(lock|db|json)$"
)
NAMES = {
    *("English", "Deutsch", "Nunito", "coherence", "Python", "PySide6-Essentials"),
    *("coherence doctor", "MMMM yyyy", "PDF (*.pdf);;HTML (*.html)"),
    *("rfkill unblock bluetooth", "sudo systemctl start bluetooth"),
    *("DejaVu Sans", "Glyph .* missing from", "ln RMSSD", "coherence ", "coherence--"),
    *(
        "FILE...",
        "FILE|FOLDER...",
        "FILE_A|ID",
        "ADDRESS[:PORT]",
        "HZ",
        "ID",
        "LF",
        "NeuroKit2",
        "by-hand-.db",
        ".html",
    ),
    *("step ", "step .prompt .at", "prompt ", "more ", "kind voice", "safe place"),  # keys, data
    *("record writer", "summing up"),  # threads
    *("Not paired", "Virtual strap"),  # what BlueZ says, and a strap's name
    *("coherence --radio ", "coherence live --radio ", "tcp-client::"),  # commands
    *("X|max", "check-in: ", "mark ", "qtbase_"),  # what is kept on record, or a file's name
}
NOBODY_READS = {
    "ui/theme.py",
    "ui/pictures.py",
    "ui/pictures_practice.py",
    "ui/pictures_room.py",
    "ui/sample.py",
}
REPORTS = {"report", "pdf", "figures", "remarks", "taking", "numbers"}  # html: read as a page
REPORTS |= {f"report_{part}" for part in ("words", "steps", "story", "cards", "table")}
REPORTS |= {"report_about", "report_recovery", "recording", "tables", "soundness", "survey", "wfdb"}
REPORTS |= {"session_lines", "ecg_table", "importing", "needing", "whole_file"}
STORAGE = ("backup", "encryption", "errors", "keeping", "lock", "people", "rescue", "writer")
DEVICES = ("asking", "listener", "polar_session", "radio", "radio_error", "strap_orders")
DEVICES += ("which_radio",)
CLI = ("window", "live", "terminal", "choosing", "display", "practices", "straps")
CLI += ("analyse", "sessions", "exchange", "people", "backups", "encrypting", "keeping", "room")
CLI += (
    "cohort",
    "packs",
    "sealed",
    "simulate",
    "report",
    "resonance",
    "together",
    "commands",
    "click_words",
    "doctor",
    "amounts",
    "piped",
    "printing",
    "markers",
    "virtual_strap",
)
CLI_DONE = {f"cli/{name}.py" for name in (*CLI, "strap_stage", "sound")}


def unmarked(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and text of what looks like words and is not handed to a mark."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(parents.get(node), ast.JoinedStr):
            continue  # seen with the whole of it
        if isinstance(node, ast.JoinedStr):
            text = "".join(v.value for v in node.values if isinstance(v, ast.Constant))
            words = bool(re.search(r"[A-Za-z]{3,} ?[A-Za-z]|[A-Za-z] [A-Za-z]{3}", text))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
            words = " " in text.strip() or text[:1].isupper() or text.endswith("…")
        else:
            continue
        if (
            words
            and re.search(r"[A-Za-z]{2}", text)
            and not _is_something_else(node, text, parents)
        ):
            yield node.lineno, text


def _is_something_else(node: ast.AST, text: str, parents: dict[ast.AST, ast.AST]) -> bool:
    if STYLE.search(text.strip()) or text in NAMES:
        return True
    inner, above = node, parents.get(node)
    while above is not None:
        if isinstance(above, ast.Call) and inner in above.args:
            called = getattr(above.func, "id", "") or getattr(above.func, "attr", "")
            if called in MARKS | CALLS:
                return True
        if isinstance(above, ast.Expr | ast.Subscript | ast.arg | ast.Compare | ast.FormattedValue):
            return not isinstance(above, ast.Expr) or inner is node  # a docstring
        if isinstance(above, ast.AnnAssign) and inner is above.annotation:
            return True
        if isinstance(above, ast.FunctionDef) and inner is above.returns:
            return True
        if isinstance(above, ast.Dict) and inner in above.keys:
            return True
        if isinstance(above, ast.stmt):
            return False
        inner, above = above, parents.get(above)
    return False


def files() -> list[str]:
    found = [path for place in ("ui", "cli", "doctor") for path in (SOURCE / place).rglob("*.py")]
    found += [SOURCE / "practice" / "plan.py", SOURCE / "devices" / "quirks.py"]
    found += [path for path in (SOURCE / "reports").glob("*.py") if path.stem in REPORTS]
    found += [SOURCE / "sessions" / name for name in ("trends.py", "assessment.py")]
    found += [SOURCE / "storage" / f"{name}.py" for name in STORAGE]
    found += [SOURCE / "devices" / f"{name}.py" for name in DEVICES]
    found += [SOURCE / "share" / f"{name}.py" for name in ("only_here", "place", "viewers")]
    found += [SOURCE / "practice" / "schema.py", SOURCE / "storage" / "settings.py"]
    names = sorted(path.relative_to(SOURCE).as_posix() for path in found)
    return [
        each for each in names
        if each not in NOBODY_READS and (not each.startswith("cli/") or each in CLI_DONE)
    ]  # fmt: skip


@pytest.mark.parametrize("name", files())
def test_words_are_marked(name: str) -> None:
    """Put them in ``_()``, then ``python -m tools.catalogues``, then the German beside them."""
    assert list(unmarked(ast.parse((SOURCE / name).read_text("utf-8")))) == []


def test_enough_is_looked_at() -> None:
    assert len(files()) > 60
    assert "ui/words.py" in files()
    assert "ui/practice.py" in files()


def test_what_is_unmarked_is_found() -> None:
    for text in ('Label("Welcome back")', 'say(f"There are {n} of them")', 'x = {"a": "Done"}'):
        assert list(unmarked(ast.parse(text))), text
    for text in ('Label(_("Welcome back"))', 'LOG.info("it is on")', '"""A docstring."""'):
        assert not list(unmarked(ast.parse(text))), text
