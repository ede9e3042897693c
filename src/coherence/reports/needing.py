"""Libraries that only an extra brings: imported when needed, or one sentence that says how."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType


class ExtraMissing(Exception):
    """What was asked for needs an extra that is not installed."""


def needing(module: str, extra: str, what: str) -> ModuleType:
    """The module, imported. Raises ``ExtraMissing`` with the command that installs it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise ExtraMissing(
            f"For {what} coherence needs {module.split('.')[0]}: "
            f"install it with pip install 'coherence-hrv[{extra}]'."
        ) from error
