"""Running the window: the lock, the record and the settings before it, the record after it."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from coherence.devices.which_radio import SYSTEM_RADIO, WhichRadio
from coherence.practice.practices import Practice
from coherence.sessions.opening import Source
from coherence.share.server import PhoneServer
from coherence.storage.database import Store
from coherence.storage.errors import InstanceError, StorageError
from coherence.storage.lock import hold_app
from coherence.storage.log import open_log
from coherence.storage.places import places
from coherence.storage.settings import load, save
from coherence.translation import _
from coherence.ui.app import App
from coherence.ui.collecting import Collecting
from coherence.ui.qt_words import speak
from coherence.ui.record import close_record, open_record, with_known_person
from coherence.ui.theme import load_fonts
from coherence.ui.turning import carried_out
from coherence.ui.unlock import ask_passphrase

LOG = logging.getLogger("coherence.app")
POLL_MS = 200
STOPS = ("SIGINT", "SIGTERM", "SIGHUP")  # the last is not known on Windows


def run_app(
    source: Source | None = None,
    practice: Practice | None = None,
    *,
    speed: float = 1.0,
    seconds: float | None = None,
    radio: WhichRadio | None = None,
    room: bool = False,
    own_source: Source | None = None,
    consents: tuple[str, str] | None = None,
    client: str | None = None,
    phone: PhoneServer | None = None,
    record: bool = True,
    say: Callable[[str], None] = LOG.info,
) -> int:
    """Open the window and run until it is closed; returns the exit status.

    With ``room`` the session is shown to two: a client's screen and a therapist's window; with
    ``phone`` also on a page that is served already; without ``record`` it is not kept. ``say`` is
    told what people should know once the window is closed.

    Raises ``InstanceError`` when coherence is open already.
    """
    where = places()
    try:
        held = hold_app(where)
        unkept = None
    except InstanceError:
        raise
    except StorageError as error:  # nothing can be written here at all: practise all the same
        held, unkept = None, error
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("coherence")
    app.setDesktopFileName("coherence")
    speak(app)
    load_fonts()
    settings, notice = load(where.settings)
    store: Store | None = None
    closing = ExitStack()
    try:
        if unkept is not None:
            raise unkept
        with suppress(StorageError):  # without a log sessions are kept all the same
            closing.callback(open_log(where))
        store = open_record(where, ask_passphrase)
        known = with_known_person(settings, store)
        if known != settings:
            settings = known
            with suppress(StorageError):  # it is tried again the next time
                save(settings, where.settings)
    except InstanceError:
        raise
    except StorageError as error:
        notice = _("Sessions are not kept now. {why}").format(why=error)
    window = App(where, store, settings, notice, radio or SYSTEM_RADIO)
    stop = _stop_on_interrupt(app, window)
    collecting = Collecting(app)
    try:
        if room and source is not None:
            window.open_room(
                source, practice, own_source=own_source, consents=consents, client=client,
                speed=speed, seconds=seconds, phone=phone, record=record,
            )  # fmt: skip
        elif room:
            window.show_room_setup()
        elif source is None and not settings.first_run_done:
            window.show_safety()
        elif source is None:
            window.show_first()
        else:
            window.practise(source, practice, speed=speed, seconds=seconds)
        if not room or source is None:
            window.show()
        status = app.exec()
    finally:
        stop()
        window.close()
        collecting.stop()
        with suppress(StorageError):  # with the record, at the next start
            window.records.forget_hidden()
        if window.store is not None and (said := close_record(window.store)):
            say(said)
        if held is not None:
            held.release()
        closing.close()
    if window.records.wish is not None:
        say(carried_out(where, window.records.wish, window.theme))
    return status


def _stop_on_interrupt(app: QApplication, window: App) -> Callable[[], None]:
    """Let Ctrl-C, the end of a terminal and a shutdown end the session gently.

    Python only looks at signals between Qt's events.
    """

    def interrupted(*_: object) -> None:
        app.setQuitOnLastWindowClosed(False)  # its status would take the place of ours
        window.close()
        app.exit(130)

    numbers = [getattr(signal, name) for name in STOPS if hasattr(signal, name)]
    numbers = [n for n in numbers if signal.getsignal(n) is not signal.SIG_IGN]  # as of nohup
    before = {number: signal.signal(number, interrupted) for number in numbers}
    tick = QTimer(app)
    tick.start(POLL_MS)
    tick.timeout.connect(lambda: None)

    def stop() -> None:
        app.setQuitOnLastWindowClosed(True)
        tick.stop()
        for number, handler in before.items():
            signal.signal(number, handler)

    return stop
