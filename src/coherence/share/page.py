"""The page itself: its files as they are served, with the words of the session's language in it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

import coherence
from coherence.translation import _, spoken

_HERE = Path(__file__).with_name("phone_page")
_FONTS = Path(coherence.__file__).parent / "ui" / "fonts"
_SCRIPTS = (
    "page.js",
    "link.js",
    "clock.js",
    "breath.js",
    "motion.js",
    "scene.js",
    "backdrop.js",
    "light.js",
)
_LETTERS = {"light.ttf": "Nunito-Light.ttf", "regular.ttf": "Nunito-Regular.ttf"}


@dataclass(frozen=True, slots=True)
class Words:
    """What the page says by itself; all else comes with the pictures."""

    title: str = _("coherence — breathing together")
    breathe_in: str = _("Breathe in")
    breathe_out: str = _("and out, in your own time")
    moon_name: str = _("Breathing guide")
    moon_description: str = _("grows as you breathe in")
    theme: str = _("Dusk or morning")
    joining: str = _("One moment")
    resting: str = _("The link is resting. The breath goes on, and the rest comes back by itself")
    back: str = _("The link is back")
    whole_link: str = _("This page opens by its whole link. Please scan the code again")
    over: str = _("The session is over here. You can close this page")
    no_script: str = _("This page draws with JavaScript. Please switch it on for this page")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of the page, ready to be sent."""

    body: bytes
    media_type: str


def assets(words: Words) -> dict[str, Asset]:
    """Path to file: there is no other path, so nothing else of this computer can be asked for."""
    said = {name: escape(getattr(words, name), quote=True) for name in words.__slots__}
    text = (_HERE / "page.html").read_text(encoding="utf-8")
    html = Template(text).substitute(said, language=escape(spoken()))
    found = {"/": Asset(html.encode(), "text/html; charset=utf-8")}
    found["/page.css"] = Asset((_HERE / "page.css").read_bytes(), "text/css; charset=utf-8")
    for name in _SCRIPTS:
        body = (_HERE / name).read_bytes()
        found[f"/{name}"] = Asset(body, "text/javascript; charset=utf-8")
    for name, file in _LETTERS.items():
        found[f"/{name}"] = Asset((_FONTS / file).read_bytes(), "font/ttf")
    return found
