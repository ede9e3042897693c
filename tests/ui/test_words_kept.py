"""What was said after a practice, and one's own contacts: kept whichever way the page goes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from coherence.model import Reflection
from coherence.storage.database import Store
from coherence.storage.diary import AFTER, Diary
from coherence.storage.settings import Settings
from coherence.ui.app import App
from coherence.ui.help_screen import Help
from coherence.ui.reflect import Reflect
from coherence.ui.welcome import Welcome

WAYS: dict[str, Callable[[App], object]] = {
    "the window is closed": lambda app: app.close(),
    "it is locked": lambda app: app.lock(),
    "another practice begins": lambda app: app.soothe_now(),
    "Escape": lambda app: QTest.keyClick(app.currentWidget(), Qt.Key.Key_Escape),
}


@pytest.fixture
def asked(window: Callable[..., App], store: Store) -> tuple[App, int]:
    """The page after a practice, and the line of the diary that it is about."""
    here = window(Settings(first_run_done=True))
    number = Diary(store).begin("just_sit")
    here._diary._number = number
    here._ask_after(None, asks=True)
    assert isinstance(here.currentWidget(), Reflect)
    return here, number


@pytest.mark.parametrize("way", WAYS)
def test_what_was_said_is_kept(asked: tuple[App, int], store: Store, way: str) -> None:
    here, number = asked
    page = here.currentWidget()
    assert isinstance(page, Reflect)
    QTest.keyClicks(page.sentence, "warmer than before")
    page.sliders[0].setFocus()
    QTest.keyClick(page.sliders[0], Qt.Key.Key_Space)
    WAYS[way](here)
    QApplication.processEvents()
    said = Diary(store).reflections(number)[AFTER]
    assert said == Reflection(body=0.5, mood=None, words="warmer than before")


def test_skip_leaves_it_unsaid(asked: tuple[App, int], store: Store) -> None:
    here, number = asked
    page = here.currentWidget()
    assert isinstance(page, Reflect)
    QTest.keyClicks(page.sentence, "no, not today")
    page.skip.click()
    assert isinstance(here.currentWidget(), Welcome)
    here.close()
    assert Diary(store).reflections(number) == {}


@pytest.mark.parametrize("way", WAYS)
def test_contacts_are_kept(window: Callable[..., App], way: str) -> None:
    here = window(Settings(first_run_done=True))
    here.show_help()
    page = here.currentWidget()
    assert isinstance(page, Help)
    page.contacts.setPlainText("A friend, evenings")
    WAYS[way](here)
    assert here._settings.contacts == "A friend, evenings"
