"""A process with several displays: a scripted session in the room, told as JSON on stdout.

Its platform is `offscreen:configfile=…`; the displays are those of the file.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from tests.ui.desk import Key

from coherence.practice.library import practice
from coherence.sessions.opening import FromWearer
from coherence.storage.database import Store
from coherence.storage.places import places
from coherence.storage.settings import load
from coherence.ui.app import App
from coherence.ui.theme import load_fonts

SPEED = 20.0


def words_on(widget: QWidget) -> str:
    labels = widget.findChildren(QLabel)
    return " | ".join(label.text() for label in labels if label.isVisibleTo(widget))


def until(holds: Any, seconds: float = 30.0) -> None:
    end_s = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end_s, "waited in vain"
        QTest.qWait(15)


def main() -> dict[str, object]:
    app = QApplication([])
    load_fonts()
    settings, _ = load(places().settings)
    told: dict[str, object] = {"displays": [screen.name() for screen in app.screens()]}
    with Store.open() as store:
        window = App(places(), store, settings, None)
        window.open_room(FromWearer("practised", seed=3), practice("soothing_rhythm"), speed=SPEED)
        told |= scripted(window)
        told["moments"] = [label for _, label in kept_moments(store, int(str(told["session"])))]
        window.close()
    return told


def kept_moments(store: Store, session_id: int) -> list[tuple[float, str]]:
    from coherence.model import Moment

    arrivals = store.arrivals(session_id)
    return [(each.t_s, each.label) for each in arrivals if isinstance(each, Moment)]


def scripted(app: App) -> dict[str, object]:
    """Change the pace, mark moments, pause and end; look at both windows each time."""
    room = app._room
    assert room is not None
    run, therapist, client = room.run, room.window, room.client
    told: dict[str, object] = {
        "session": run.session_id,
        "therapist_on": therapist.screen().name(),
        "client_on": client.screen().name() if client.isVisible() else None,
        "client_full": client.isFullScreen(),
        "client_at": list(client.geometry().getRect()),
    }
    until(lambda: run.step_index == 1 and run.view().beats > 100)
    pace = run.view().pace
    told["pace_before"] = None if pace is None else pace.breaths_per_min
    therapist.pace.rate.setValue(45)
    QTest.keyClick(therapist, Key.Key_2)
    QTest.keyClick(therapist, Key.Key_M)
    guide = run.view().guide

    def slowed() -> bool:
        moment = guide.at(run.now_s())
        return moment is not None and abs(moment.breath.pattern.breaths_per_min - 4.5) < 0.01

    until(slowed)
    told["client_words"] = words_on(client)
    told["therapist_words"] = words_on(therapist)
    told["heart_before"] = client.scene.state.heart is not None
    QTest.keyClick(therapist, Key.Key_F9)
    told["heart_in_pause"] = client.scene.state.heart is not None
    QTest.qWait(100)
    told["heart_still_in_pause"] = client.scene.state.heart is not None
    QTest.keyClick(therapist, Key.Key_F9)
    if client.isVisible():
        therapist.move(client.screen().geometry().topLeft() + QPoint(40, 40))
        QTest.qWait(50)
        told["covered_on_client_s"] = therapist.cover.isVisible()
        therapist.move(QGuiApplication.primaryScreen().geometry().topLeft() + QPoint(10, 10))
        QTest.qWait(50)
        told["covered_on_own"] = therapist.cover.isVisible()
    therapist.note.end.click()
    therapist.note.end.click()
    until(lambda: run.ended)
    QTest.qWait(300)
    told["client_at_end"] = words_on(client)
    told["note_at_end"] = therapist.note.note.text()
    therapist.close()
    return told


if __name__ == "__main__":
    json.dump(main(), sys.stdout)
