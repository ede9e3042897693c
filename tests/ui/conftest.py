"""One application for all screens, with the bundled letters."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from coherence.ui.theme import load_fonts


@pytest.fixture(scope="session", autouse=True)
def app() -> QApplication:
    made = QApplication.instance() or QApplication([])
    assert isinstance(made, QApplication)
    load_fonts()
    return made
