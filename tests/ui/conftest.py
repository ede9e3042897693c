"""One application for all screens, with the bundled letters; the window on a store of one's own."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from tests.ui.desk import MINE, brought_up, let_go

from coherence.devices import radio
from coherence.storage.database import Store
from coherence.storage.places import places
from coherence.storage.settings import Settings
from coherence.ui.app import App
from coherence.ui.collecting import Collecting
from coherence.ui.theme import load_fonts


@pytest.fixture(scope="session", autouse=True)
def app() -> QApplication:
    made = QApplication.instance() or QApplication([])
    assert isinstance(made, QApplication)
    load_fonts()
    return made


@pytest.fixture(scope="session", autouse=True)
def _collected_here(app: QApplication) -> Iterator[None]:
    """As in the program: no thread of a test's lets go of another test's screens."""
    here = Collecting(app)
    yield
    here.stop()


@pytest.fixture(scope="module", autouse=True)
def _nothing_stays(_collected_here: None) -> Iterator[None]:
    """What the tests of a file made goes with them: Qt's loop seldom runs here."""
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open() as opened:
        yield opened


@pytest.fixture(autouse=True)
def quiet_radio(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test looks for straps unless it says what is found."""

    async def nothing(**_radio: object) -> object:
        for seen in ():
            yield seen

    monkeypatch.setattr(radio, "scan", nothing)


@pytest.fixture
def window(store: Store) -> Iterator[Callable[..., App]]:
    made: list[App] = []

    def make(settings: Settings = MINE, **how: object) -> App:
        kept = how.get("store", store)
        window = App(places(), kept, settings, how.get("notice"))  # type: ignore[arg-type]
        made.append(window)
        return brought_up(window, 900, 640)

    yield make
    for each in made:
        let_go(each)
