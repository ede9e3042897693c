"""A recording as a file at hand: where it lies, or fetched for a while from a URL."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from coherence.reports.needing import needing
from coherence.reports.wfdb import ENDINGS, HEADER

WHAT_FOR = "recordings and tables behind a URL"


class Unreachable(Exception):
    """A URL that gives nothing: one sentence that says what to do next."""


def is_url(name: str) -> bool:
    """Whether a name is a URL of fsspec: s3://…, https://…, file://… ."""
    scheme, found, _ = name.partition("://")
    return bool(found) and scheme.replace("+", "").isalnum()


def filesystem(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the path in it. Raises ``Unreachable``, ``ExtraMissing``."""
    fsspec = needing("fsspec", "research", WHAT_FOR)
    try:
        system, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError, OSError) as error:
        raise Unreachable(f"{url} cannot be reached ({error}).") from error
    return system, str(path)


@contextmanager
def fetched(name: str) -> Iterator[Path]:
    """The file of that name; one behind a URL is fetched and removed again.

    Raises ``Unreachable``, ``ExtraMissing``.
    """
    if not is_url(name):
        yield Path(name)
        return
    system, path = filesystem(name)
    with tempfile.TemporaryDirectory(prefix="coherence-") as folder:
        near = Path(folder) / (PurePosixPath(path).name or "recording")
        try:
            system.get_file(path, str(near))
            if near.suffix.lower() in ENDINGS:  # its rate stands in a file beside it
                header = str(PurePosixPath(path).with_suffix(HEADER))
                if system.exists(header):
                    system.get_file(header, str(near.with_suffix(HEADER)))
        except FileNotFoundError as error:
            raise Unreachable("There is no such file: check the address.") from error
        except Exception as error:  # each file system has errors of its own
            raise Unreachable(f"It could not be fetched ({error}).") from error
        yield near
