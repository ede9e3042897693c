"""Words in other languages: chosen before they are read, complete, fresh, and never torn."""

from __future__ import annotations

import ast
import gettext
import os
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from tests.judging import JUDGING
from tests.judging_german import JUDGING_GERMAN
from tools import catalogues

from coherence import translation
from coherence.analysis.markers import MARKERS
from coherence.devices.quirks import QUIRKS
from coherence.sessions.trends import TRENDS
from coherence.translation import PSEUDO, lengthened, system_language, use, wanted_language

SRC = Path(translation.__file__).parent


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    use("en")


def po_files() -> list[Path]:
    return sorted(translation.LOCALES.glob("*/LC_MESSAGES/coherence.po"))


def test_the_catalogues_are_fresh() -> None:
    assert catalogues.stale() == [], "run python -m tools.catalogues"


def test_what_is_marked_is_in_the_template() -> None:
    marked = {message.id for message in catalogues.template() if message.id}
    assert "Volume" in marked
    assert any(isinstance(each, tuple) for each in marked)  # with a plural


def test_every_marked_word_is_in_the_template() -> None:
    """One within an f-string is not found by Python 3.11's own tokens, and was never translated."""
    found: set[str] = set()
    for message in catalogues.template():
        found |= {message.id} if isinstance(message.id, str) else set(message.id)
    for path in SRC.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in catalogues.KEYWORDS and node.func.id != "pgettext":
                literal = [n.value for n in node.args if isinstance(n, ast.Constant)]
                said = {value for value in literal if isinstance(value, str)}
                assert said <= found, f"{path.name}:{node.lineno}"


def test_what_registries_say_is_in_the_template() -> None:
    marked = {message.id for message in catalogues.template() if isinstance(message.id, str)}
    for marker in MARKERS:
        assert {marker.label, marker.meaning} <= marked, marker.key
    for trend in TRENDS:
        assert trend.label in marked, trend.key
    assert {row.english for row in QUIRKS} <= marked


@pytest.mark.parametrize("path", po_files(), ids=lambda path: path.parents[1].name)
def test_a_language_is_complete_and_keeps_what_is_filled_in(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parents[1].name)
    for message in catalogue:
        if not message.id:
            continue
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        assert all(said), message.id
        assert not message.fuzzy, message.id
        for n, text in enumerate(said):  # the first of several forms may say "one" without a number
            allowed = [fields(ids[-1])] + [fields(ids[0])] * (n == 0)
            assert fields(text) in allowed, message.id


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_nothing_is_said_but_english_where_there_is_no_catalogue(monkeypatch, tmp_path) -> None:
    assert use("tlh_KX") == "en"
    assert translation._("Pause") == "Pause"
    monkeypatch.setattr(translation, "LOCALES", tmp_path)
    assert use("de") == "en"
    assert translation.languages() == ("en",)


def test_a_language_is_found_by_its_region_and_its_plurals_are_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    po = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=3; plural=(n%10==1 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2);\\n"\n\n'
        'msgid "Volume"\nmsgstr "Głośność"\n\n'
        'msgid "{n} breath"\nmsgid_plural "{n} breaths"\n'
        'msgstr[0] "{n} oddech"\nmsgstr[1] "{n} oddechy"\nmsgstr[2] "{n} oddechów"\n'
    )
    folder = tmp_path / "pl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "coherence.mo").write_bytes(catalogues.compiled(po, "pl"))
    monkeypatch.setattr(translation, "LOCALES", tmp_path)
    assert use("pl-PL") == translation.spoken() == "pl"
    assert translation._("Volume") == "Głośność"
    counted = [translation.ngettext("{n} breath", "{n} breaths", n).format(n=n) for n in (1, 3, 5)]
    assert counted == ["1 oddech", "3 oddechy", "5 oddechów"]
    assert translation._("not there") == "not there"
    gettext.translation("coherence", tmp_path, ["pl"])


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"COHERENCE_LANGUAGE": "xx", "LANG": "de_DE.UTF-8"}, "xx"),
        ({"LC_ALL": "fr_FR", "LANG": "de_DE.UTF-8"}, "fr_FR"),
        ({"LANG": "sr_RS@latin"}, "sr_RS"),
        ({"LC_ALL": "C.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_system_says_which(environment: dict[str, str], language: str) -> None:
    assert system_language(environment) == language


@pytest.mark.parametrize(
    "text",
    [
        "Pause",
        "Let the pacing go. Feel your feet, and rest",
        "{n} min left",
        "one\ntwo",
        "%d of %s",
    ],
)
def test_the_pseudo_language_is_longer_and_keeps_what_is_filled_in(text: str) -> None:
    said = lengthened(text)
    assert len(said) >= 1.35 * len(text)
    assert len(said) <= 1.4 * len(text) + 3
    assert said[0] + said[-1] == "[]"
    assert re.findall(r"\{\w+\}|%[sd]|\n", said) == re.findall(r"\{\w+\}|%[sd]|\n", text)
    assert lengthened("") == ""


def test_the_command_line_speaks_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "coherence", "sound"],
        env=os.environ | {"COHERENCE_LANGUAGE": PSEUDO, "COHERENCE_HOME": str(tmp_path)},
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert lengthened("Say where to write it: --out FILE.wav.") in done.stderr


def test_what_translates_is_not_used_for_anything_else() -> None:
    """``_`` as a name for what is not wanted would take the place of the function."""
    for path in SRC.rglob("*.py"):
        text = path.read_text("utf-8")
        if re.search(r"from coherence\.translation import .*\b_\b", text):
            check_underscores(ast.parse(text), path.name)


def check_underscores(tree: ast.AST, where: str) -> None:
    comprehensions = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    inner = {  # names of a comprehension are its own
        name
        for made in ast.walk(tree)
        if isinstance(made, comprehensions)
        for name in ast.walk(made)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "_" and node not in inner:
            assert isinstance(node.ctx, ast.Load), f"{where}, line {node.lineno}"
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "ngettext"):
            for argument in node.args[:2]:
                assert not isinstance(argument, ast.JoinedStr), f"{where}, line {node.lineno}"


def test_that_check_finds_what_it_is_there_for() -> None:
    for text in ("for _ in range(3): pass", "_, b = 1, 2", "_(f'{a} b')"):
        with pytest.raises(AssertionError):
            check_underscores(ast.parse(text), "x")


def test_the_settings_say_which_unless_the_environment_does(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    system = {"LANG": "fr_FR.UTF-8"}
    assert wanted_language(file, system) == "fr_FR"
    for text, language in (
        ('{"language": "de"}', "de"),
        ('{"language": null}', "fr_FR"),
        ('{"language": 7}', "fr_FR"),
        ("[1]", "fr_FR"),
        ("{", "fr_FR"),
        ("[" * 100_000, "fr_FR"),
    ):
        file.write_text(text, "utf-8")
        assert wanted_language(file, system) == language
    file.write_text('{"language": "de"}', "utf-8")
    assert wanted_language(file, system | {"COHERENCE_LANGUAGE": "xx"}) == "xx"


def test_numbers_are_written_as_the_language_has_it() -> None:
    assert translation.number(5.5, 1) == "5.5"
    assert use("de_AT") == "de"
    assert translation.number(5.5, 1) == "5,5"
    assert translation.number(1234.0) == "1234"


def test_german_says_it_kindly_and_to_a_you() -> None:
    with (translation.LOCALES / "de" / "LC_MESSAGES" / "coherence.po").open("rb") as file:
        catalogue = read_po(file, locale="de")
    for message in catalogue:
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        judged = any(JUDGING.search(each) for each in ids)  # of conditions, or for the command line
        for text in said if message.id else ():
            said_so = re.sub(r"\{[^}]*\}", "", text)  # without what is filled in
            assert judged or not JUDGING_GERMAN.search(said_so), text
            for address in re.findall(r"(?<![.:?!] )(?<!^)\b(?:Sie|Ihnen|Ihre?[mnrs]?)\b", text):
                raise AssertionError(f"{address}: {text}")


def test_the_command_line_speaks_german_as_the_settings_have_it(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    environment = {k: v for k, v in os.environ.items() if k != "COHERENCE_LANGUAGE"}
    environment |= {"COHERENCE_HOME": str(tmp_path), "LC_ALL": "C"}
    where = subprocess.run(
        [sys.executable, "-c", "from coherence.storage.places import *; print(places().settings)"],
        env=environment, capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    settings = Path(where.stdout.strip())
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('{"language": "de"}', "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "coherence", "practices"],
        env=environment | {"PYTHONUTF8": "1"},
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert "Beruhigender Atemrhythmus" in done.stdout
