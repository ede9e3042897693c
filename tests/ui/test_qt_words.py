"""Qt's own dialogs speak the language that coherence speaks."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QDoubleSpinBox

from coherence import translation
from coherence.ui.qt_words import speak


@pytest.fixture(autouse=True)
def _english_again(app: QApplication) -> Iterator[None]:
    before = QLocale()
    yield
    translation.use("en")
    QLocale.setDefault(before)
    for words in app.findChildren(QTranslator):
        app.removeTranslator(words)
        words.setParent(None)


def test_buttons_and_numbers_in_german(app: QApplication) -> None:
    translation.use("de")
    assert speak(app)
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    assert box.buttons()[0].text() == "Abbrechen"
    field = QDoubleSpinBox()
    field.setValue(5.5)
    assert field.text() == "5,50"


def test_english_needs_nothing(app: QApplication) -> None:
    QLocale.setDefault(QLocale("de_AT"))
    assert speak(app)
    assert QLocale().language() == QLocale.Language.English
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"


def test_the_region_is_kept_where_it_is_known(app: QApplication) -> None:
    QLocale.setDefault(QLocale("de_AT"))
    translation.use("de")
    speak(app)
    assert QLocale().territory() == QLocale.Country.Austria
