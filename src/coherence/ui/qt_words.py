"""Qt's own words, on buttons of dialogs and in menus, in the language that is spoken."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from coherence.translation import PSEUDO, SOURCE, spoken


def speak(app: QCoreApplication) -> bool:
    """Let Qt write numbers and its own words as coherence does; whether it knows the language."""
    language = SOURCE if spoken() == PSEUDO else spoken()
    if QLocale.languageToCode(QLocale().language()) != language:  # else it knows the region, too
        QLocale.setDefault(QLocale(language))
    if language == SOURCE:
        return True
    words = QTranslator(app)
    where = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    return words.load(f"qtbase_{language}", where) and app.installTranslator(words)
