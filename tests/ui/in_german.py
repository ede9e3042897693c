"""A program for ``test_in_german``: every screen in German, and what is cut there, as JSON."""

from __future__ import annotations

import json
import sys

from coherence.translation import spoken, use

SIZE = (800, 600)


def main() -> None:
    use("de")  # before anything with words in it is imported
    from PySide6.QtWidgets import QApplication
    from tests.ui.clipping import clipped
    from tests.ui.test_longer_words import SCREENS
    from tests.ui.with_records import ROOMY, WITH_RECORDS, at_size

    from coherence.practice.library import practices
    from coherence.ui import words
    from coherence.ui.practice import PracticeWindow
    from coherence.ui.qt_words import speak
    from coherence.ui.theme import load_fonts

    app = QApplication([])
    speak(app)
    load_fonts()
    cut: dict[str, list[str]] = {}
    for name, make in SCREENS.items():
        screen = make()
        screen.resize(*SIZE)
        screen.show()
        for _ in range(3):
            app.processEvents()
        if isinstance(screen, PracticeWindow):
            screen.tick()
            screen._place()
        if found := clipped(screen):
            cut[name] = found
        screen.close()
    for name, build in WITH_RECORDS.items():
        made, end = build()
        at_size(made, ROOMY[0])
        if found := clipped(made):
            cut[name] = found
        end()
        made.close()
    said = {"language": spoken(), "pause": words.PAUSED, "practice": practices()[0].title}
    json.dump({"screens": sorted((*SCREENS, *WITH_RECORDS)), "cut": cut, "said": said}, sys.stdout)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
