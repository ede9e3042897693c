"""For ``test_in_german``: what the window says in plain English in the pseudo-language."""

from __future__ import annotations

import html
import json
import re
import sys

from coherence.translation import PSEUDO, use

KEPT = re.compile(  # names, units, keys of the keyboard, places, days, and what people wrote
    r"\b(Heron|Willow|Polar H10 \w+|TICKR \d+|English|Deutsch|coherence|bpm|ms|min|Ctrl|Space|Esc"
    r"|Up|Down|January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Mon|Tue|Wed|Thu|Fri|Sat|Sun|hrv|me)\b|/\S+"
)


def main() -> None:
    use(PSEUDO)
    from PySide6.QtWidgets import (
        QAbstractButton,
        QApplication,
        QComboBox,
        QLabel,
        QLineEdit,
        QWidget,
    )
    from tests.ui.test_longer_words import SCREENS
    from tests.ui.with_records import WITH_RECORDS, at_size

    from coherence.practice.library import assessments, practices
    from coherence.practice.session_plans import shipped_plans
    from coherence.ui.theme import load_fonts
    from coherence.ui.widgets import Row

    app = QApplication([])
    load_fonts()
    content = {
        words
        for each in (*practices(), *assessments())
        for words in (
            *(each.title, each.subtitle, each.why, each.without_breath),
            *(text for step in each.steps for text in (step.title, *_lines(step))),
        )
    }
    for plan in shipped_plans():
        content |= {plan.title, *plan.wordings, *(step.title for step in plan.steps)}
    longest_first = sorted(filter(None, content), key=len, reverse=True)
    found: dict[str, str] = {}
    said = 0

    def read(name: str, screen: QWidget) -> None:
        nonlocal said
        for widget in (screen, *screen.findChildren(QWidget)):
            texts = [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
            if isinstance(widget, QLabel | QAbstractButton):
                texts.append(widget.text())
            if isinstance(widget, QLineEdit):
                texts.append(widget.placeholderText())
            if isinstance(widget, QComboBox):
                texts += [widget.itemText(i) for i in range(widget.count())]
            if isinstance(widget, Row):
                texts.append(widget._detail)
            for text in filter(None, texts):
                said += 1
                left = _outside(" ".join(_plain(text).split()))
                for words in longest_first:
                    left = re.sub(re.escape(words), "", left, flags=re.IGNORECASE)
                if re.search(r"[A-Za-z]{2}", KEPT.sub("", left)):
                    found[text] = name

    for name, make in SCREENS.items():
        screen = make()
        at_size(screen, (1100, 800))
        app.processEvents()
        read(name, screen)
        screen.close()
    for name, build in WITH_RECORDS.items():
        screen, end = build()
        at_size(screen, (1500, 900))
        read(name, screen)
        end()
        screen.close()
    json.dump({"unmarked": found, "said": said}, sys.stdout)
    sys.stdout.flush()


def _lines(step: object) -> list[str]:
    prompts = (*step.prompts, *step.more)  # type: ignore[attr-defined]
    return [text for each in prompts for text in (each.text, each.without_breath or "")]


def _plain(text: str) -> str:
    """A hint without what lets it go on in the next line."""
    return html.unescape(re.sub(r"</?p>", "", text)) if text.startswith("<p>") else text


def _outside(text: str) -> str:
    """What stands in no bracket of the pseudo-language."""
    depth, out = 0, ""
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        out += letter if depth == 0 and letter != "]" else ""
    return out


if __name__ == "__main__":
    main()
