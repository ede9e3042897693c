"""Python's cyclic garbage is collected in the window's thread, and in no other.

Sound, radio and exports have threads of their own, and whichever of them crosses Python's
threshold would collect for all. A Qt object that ends there leaves its timers behind in the
window's thread, which then calls what is no more: the program ends on the spot.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 500


class Collecting:
    """From here until ``stop`` garbage is collected by the event loop of this thread.

    What is there now is looked at no more: looking through all of it took most of a frame.
    """

    def __init__(self, parent: QObject) -> None:
        self._was_on = gc.isenabled()
        gc.disable()
        gc.freeze()
        self._timer = QTimer(parent)
        self._timer.timeout.connect(self.look)
        self._timer.start(LOOK_MS)

    def look(self) -> None:
        """Collect the oldest generation that is due, as Python would."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_on:
            gc.enable()


def collect_soon(context: QObject) -> None:
    """A screen was put away: what it held ends soon, while ``context`` is there.

    Screens and their slots hold each other, and pictures with them. The oldest generation, where
    a session's parts are by then, is due once in a minute or much later: 50 short sessions one
    after another held 400 MB that nobody used.
    """
    QTimer.singleShot(LOOK_MS, context, gc.collect)
