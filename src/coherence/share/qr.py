"""A link as a QR code: black and white, to be drawn by whoever shows it."""

from __future__ import annotations

from importlib import import_module

from coherence.share.errors import MISSING, ShareError


def qr_of(text: str) -> tuple[tuple[bool, ...], ...]:
    """Rows of modules, true where dark, without the quiet zone of four modules around them.

    Level M: it is shown on a clean screen. Raises ``ShareError``.
    """
    try:
        segno = import_module("segno")
    except ImportError as error:
        raise ShareError(MISSING) from error
    code = segno.make(text, error="m", micro=False)
    return tuple(tuple(bool(module) for module in row) for row in code.matrix)
