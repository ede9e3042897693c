"""A real browser for the phone's page: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from tests.share.phone_desk import guide_of, picture_at

from coherence.pacing import BreathGuide
from coherence.share.server import PhoneServer

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PHONE = {"width": 390, "height": 844}
TABLET = {"width": 1024, "height": 768}


@contextmanager
def chromium() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip("there is no Chromium here")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), headless=True, args=ARGUMENTS
        )
        yield browser
        browser.close()


class Session:
    """Sends pictures four times a second, as the room does, with a line that moves."""

    def __init__(self, server: PhoneServer, guide: BreathGuide | None = None) -> None:
        self.server, self.guide = server, guide or guide_of()
        self.more: dict[str, Any] = {}
        self._stop = Event()
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> Session:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            self.server.show(picture_at(self.server, self.guide, **self.more))
            self._stop.wait(0.25)


@contextmanager
def opened(browser: Any, url: str, known: bool = True, **how: Any) -> Iterator[Any]:
    """The page in a fresh context, as on a phone; ``known``: wait until it knows the time."""
    context = browser.new_context(**({"viewport": PHONE} | how))
    page = context.new_page()
    page.frames_told = []
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
    page.on(
        "websocket",
        lambda socket: socket.on(
            "framereceived", lambda payload: page.frames_told.append(json.loads(payload))
        ),
    )
    page.goto(url)
    if known:
        holds(page, "coherence.known && coherence.presence > 0.1")
    yield page
    context.close()


def holds(page: Any, script: str, timeout_s: float = 10.0) -> None:
    """Wait until ``script`` is true. The page's policy forbids Playwright's own way: an eval."""
    waited(page, lambda: page.evaluate(f"Boolean({script})"), timeout_s)


def waited(page: Any, until: Callable[[], object], timeout_s: float = 10.0) -> None:
    """Let the browser's events come in until it holds."""
    end_s = time.monotonic() + timeout_s
    while not until():
        assert time.monotonic() < end_s, "waited in vain"
        page.wait_for_timeout(30)
