"""The practices there are: those that come with coherence, and files that people add themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from coherence.practice.practices import Practice
from coherence.practice.schema import Content, PracticeError, parse
from coherence.translation import SOURCE, _, spoken

ASSESSMENTS = "assessments"  # a folder beside the practices
PACK = "pack.json"  # a folder with it in one's own holds a home practice pack


@dataclass(frozen=True, slots=True)
class Library:
    """All practices in the order of the menu; what cannot be read is told and hides nothing."""

    practices: tuple[Practice, ...]
    opened: frozenset[str] = frozenset()  # keys that a therapist's file opens at once
    troubles: tuple[str, ...] = ()  # one sentence for each file that cannot be used

    assessments: tuple[Practice, ...] = ()  # ways to look for one's own pace
    of_pack: Mapping[str, str] = field(default_factory=dict)  # the folder of a pack, by key
    packs: frozenset[str] = frozenset()  # the folders of those that are here

    def get(self, key: str) -> Practice | None:
        every = (*self.practices, *self.assessments)
        return next((each for each in every if each.key == key), None)


def library(own: Path | None = None, language: str | None = None) -> Library:
    """The practices of a language, with the files in the folder ``own``.

    Without ``language`` they are in the one that is spoken. A file of one's own with the key of
    one of ours takes its place. Never raises.
    """
    language = language or spoken()
    ours, troubles = _shipped(language)
    by_key = {each.practice.key: each for each in ours if each.practice is not None}
    opened: set[str] = set()
    mine: dict[str, str] = {}  # which of one's own files has a key
    of_pack: dict[str, str] = {}
    for folder, name, content in _own(own):
        if isinstance(content, str):
            troubles.append(content)
            continue
        opened.update(content.opens)
        if content.practice is None:
            continue
        key = content.practice.key
        if key in mine:
            troubles.append(
                _(
                    "{name} has the same key as {other} ({key}): give one of them another key."
                ).format(name=name, other=mine[key], key=key)
            )
            continue
        mine[key], by_key[key] = name, content
        if folder:
            of_pack[key] = folder
    in_order = sorted(
        by_key.values(), key=lambda c: (c.place, c.practice.key if c.practice else "")
    )
    every = tuple(c.practice for c in in_order if c.practice is not None)
    return Library(
        every, frozenset(opened), tuple(troubles), assessments(language), of_pack, _packs(own)
    )


def practices(language: str | None = None) -> tuple[Practice, ...]:
    """The practices that come with coherence; English where a language has none of its own."""
    return _practices(language or spoken())


def assessments(language: str | None = None) -> tuple[Practice, ...]:
    """The ways to look for one's own pace, in the words of a language."""
    return _assessments(language or spoken())


@cache
def _practices(language: str) -> tuple[Practice, ...]:
    return library(None, language).practices


@cache
def _assessments(language: str) -> tuple[Practice, ...]:
    found, _troubles = _shipped(language, ASSESSMENTS)
    in_order = sorted(found, key=lambda content: content.place)
    return tuple(c.practice for c in in_order if c.practice is not None)


def practice(key: str, language: str | None = None) -> Practice:
    """The practice or assessment of that key. Raises ``PracticeError``."""
    for each in (*practices(language), *assessments(language)):
        if each.key == key:
            return each
    raise PracticeError(
        _("There is no practice called {key!r}: choose another one.").format(key=key)
    )


def _shipped(language: str, within: str = "") -> tuple[list[Content], list[str]]:
    content = resources.files("coherence.practice") / "content"
    folders = [content / SOURCE / within]
    if language.isalpha() and language != SOURCE and (content / language / within).is_dir():
        folders.append(content / language / within)
    found: dict[str, Content] = {}  # by file name: a language takes the place of English
    troubles = []
    for folder in folders:
        for name, each in _contents(folder.iterdir(), own=False):
            if isinstance(each, str):
                troubles.append(each)
            else:
                found[name] = each
    return list(found.values()), troubles


def _own(folder: Path | None) -> Iterable[tuple[str, str, Content | str]]:
    """(the pack's folder or nothing, name, content) of one's own files and of packs."""
    files = _files(folder)
    for name, content in _contents(files, own=True):
        yield "", name, content
    for inner in files:
        if (inner / PACK).is_file():
            for name, content in _contents(_files(inner), own=True):
                yield inner.name, name, content


def _packs(folder: Path | None) -> frozenset[str]:
    return frozenset(inner.name for inner in _files(folder) if (inner / PACK).is_file())


def _files(folder: Path | None) -> list[Path]:
    try:
        return sorted(folder.iterdir()) if folder is not None and folder.is_dir() else []
    except OSError:
        return []


def _contents(files: Iterable[Traversable], *, own: bool) -> Iterable[tuple[str, Content | str]]:
    """(name, what it holds or what is the matter with it) of each practice file."""
    for file in files:
        if not file.name.endswith(".toml"):
            continue
        try:
            yield file.name, parse(file.read_text(encoding="utf-8"), file.name, own=own)
        except PracticeError as error:
            yield file.name, str(error)
        except OSError as error:
            said = _("{file} cannot be read ({why}): look at its rights.")
            yield file.name, said.format(file=file.name, why=error.strerror)
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            said = _("{file}, line {line} is not UTF-8 text: save it as UTF-8.")
            yield file.name, said.format(file=file.name, line=line)
