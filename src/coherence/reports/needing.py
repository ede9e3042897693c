"""Libraries that only an extra brings: imported when needed, or one sentence that says how."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from coherence.translation import _


class ExtraMissing(Exception):
    """What was asked for needs an extra that is not installed."""


def needing(module: str, extra: str, what: str) -> ModuleType:
    """The module, imported. Raises ``ExtraMissing`` with the command that installs it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise ExtraMissing(
            _(
                "For {what} coherence needs {module}: install it with pip install "
                "'coherence-hrv[{extra}]'."
            ).format(what=_(what), module=module.split(".")[0], extra=extra)
        ) from error
