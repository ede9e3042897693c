"""A home practice pack as a file: written, and read with nothing in it trusted."""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from coherence.exchange.manifest import (
    LARGEST_B,
    MOST_FILES,
    PRACTICES,
    VOICE,
    Manifest,
    PackedFile,
    PackError,
    read_manifest,
)
from coherence.practice.library import library
from coherence.practice.schema import Content, PracticeError, parse
from coherence.reports.recording import PACK
from coherence.reports.whole_file import whole_file
from coherence.translation import _

SUFFIX, MANIFEST = PACK, "pack.json"
LARGEST_MANIFEST_B = 256 * 2**10
READ_B = 2**16
STAMP = (1980, 1, 1, 0, 0, 0)  # the least a ZIP can say: when it was made is not told
# how sound files begin; what is none is not handed to the program that decodes them
HEADS: Mapping[str, tuple[bytes, ...]] = {
    "wav": (b"RIFF",),
    "flac": (b"fLaC",),
    "ogg": (b"OggS",),
    "mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa"),
}


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack in memory: what it says of itself, and its files by name."""

    manifest: Manifest
    files: Mapping[str, bytes]

    @property
    def contents(self) -> dict[str, Content]:
        """What each practice file holds, by name. Raises ``PackError``."""
        return {name: _parsed(name, raw) for name, raw in self._of(PRACTICES).items()}

    @property
    def clips(self) -> dict[str, bytes]:
        """The voice's clips by the name of their file."""
        return self._of(VOICE)

    def _of(self, folder: str) -> dict[str, bytes]:
        return {
            name.removeprefix(folder): raw
            for name, raw in self.files.items()
            if name.startswith(folder)
        }


def made_pack(about: Manifest, files: Mapping[str, bytes]) -> Pack:
    """A pack that ``read_pack`` will take: checked as if it came from elsewhere.

    Raises ``PackError``.
    """
    told = tuple(
        PackedFile(name, len(raw), hashlib.sha256(raw).hexdigest()) for name, raw in files.items()
    )
    manifest = read_manifest(json.dumps(replace(about, files=told).as_json()))
    pack = Pack(manifest, dict(files))
    check(pack)
    return pack


def write_pack(pack: Pack, path: Path) -> None:
    """Write it whole or not at all. Raises ``StorageError``."""
    with whole_file(path) as new, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as out:
        text = json.dumps(pack.manifest.as_json(), indent=2, ensure_ascii=False) + "\n"
        for name, raw in {MANIFEST: text.encode("utf-8"), **pack.files}.items():
            entry = zipfile.ZipInfo(name, STAMP)
            entry.external_attr = 0o600 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(entry, raw)


def read_pack(path: Path) -> Pack:
    """Read a pack: nothing is written anywhere, and no more is unpacked than it may hold.

    Raises ``PackError``.
    """
    try:
        if path.stat().st_size > LARGEST_B:
            raise PackError(_("The pack is larger than any may be: ask for it again."))
        with zipfile.ZipFile(path) as there:
            entries = _entries(there)
            if MANIFEST not in entries:
                raise PackError(_("This is no home practice pack of coherence."))
            raw = _bytes_of(there, entries.pop(MANIFEST), LARGEST_MANIFEST_B)
            manifest = read_manifest(raw.decode("utf-8"))
            if entries.keys() != {each.name for each in manifest.files}:
                raise PackError(
                    _("The pack does not hold what it says it holds: ask for it again.")
                )
            files = {each.name: _whole(there, entries[each.name], each) for each in manifest.files}
    except FileNotFoundError:
        raise PackError(_("There is no such file: check the name.")) from None
    except OSError as error:
        raise PackError(
            _("The pack cannot be read ({why}): check that you may read it.").format(
                why=error.strerror or error
            )
        ) from error
    except (
        zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, NotImplementedError,
        OverflowError,
    ) as error:  # fmt: skip
        raise PackError(
            _("The file is damaged, or no home practice pack: ask for it again.")
        ) from error
    pack = Pack(manifest, files)
    check(pack)
    return pack


def check(pack: Pack) -> None:
    """What its files hold: practices that can be practised, and sounds. Raises ``PackError``."""
    ours = library()
    known = {each.key for each in (*ours.practices, *ours.assessments)}
    keys: set[str] = set()
    for name, content in pack.contents.items():
        if content.practice is None or content.opens:
            raise PackError(
                _("{name} opens other practices: in a pack only the pack itself does.").format(
                    name=name
                )
            )
        key = content.practice.key
        if key in known or key in keys:
            raise PackError(
                _("{name} has the key of another practice ({key}): give it one of its own.").format(
                    name=name, key=key
                )
            )
        keys.add(key)
    for name in (*pack.manifest.suggests, *pack.manifest.opens):
        if name not in known and name not in keys:
            raise PackError(
                _("The pack speaks of a practice that is not there ({key}): ask for it again.")
                .format(key=name)
            )  # fmt: skip
    for name, raw in pack.clips.items():
        if not raw.startswith(HEADS[name.rpartition(".")[2]]):
            raise PackError(_("{name} is no sound that can be read.").format(name=name))


def _parsed(name: str, raw: bytes) -> Content:
    try:
        return parse(raw.decode("utf-8"), name, own=True)
    except UnicodeDecodeError as error:
        raise PackError(_("{name} is not UTF-8 text: save it as UTF-8.").format(name=name)) from (
            error
        )
    except PracticeError as error:
        raise PackError(str(error)) from error


# --- the ZIP, of which nothing is taken at its word ---


def _entries(there: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The entries by name: plain files only, none twice."""
    every = there.infolist()
    if len(every) > MOST_FILES + 1:
        raise PackError(_("The pack holds more files than any may: ask for it again."))
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in every:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        odd = entry.is_dir() or kind not in (0, stat.S_IFREG) or entry.flag_bits & 0x1
        packed = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if odd or not packed or entry.filename in found:
            raise PackError(_("The pack holds something other than plain files: do not use it."))
        found[entry.filename] = entry
    return found


def _bytes_of(there: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """What an entry holds, read piece by piece and never beyond ``most``."""
    out = bytearray()
    with there.open(entry) as file:
        while piece := file.read(READ_B):
            out += piece
            if len(out) > most:
                raise PackError(_("The pack holds more than it says: do not use it."))
    return bytes(out)


def _whole(there: zipfile.ZipFile, entry: zipfile.ZipInfo, told: PackedFile) -> bytes:
    raw = _bytes_of(there, entry, told.bytes)
    if len(raw) != told.bytes or hashlib.sha256(raw).hexdigest() != told.sha256:
        raise PackError(
            _("{name} in the pack was changed or damaged on the way: ask for it again.").format(
                name=told.name
            )
        )
    return raw
