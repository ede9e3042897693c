"""Colours and letters of pages: the window's morning light, which these layers cannot import."""

from __future__ import annotations

from pathlib import Path

import coherence

BG, SURFACE, LINE = "#F7F4EE", "#FFFFFF", "#E3DCD0"
HI, MID, LOW = "#1F2F3A", "#41525E", "#566671"
HEART, BREATH, THERAPIST, OK, GUIDE = "#17706E", "#B26E22", "#6C60B8", "#3F7047", "#74838F"
BANDS = ("#F6F3EC", "#EEF3EF", "#E1EEEB")
NIGHT = ("#0F1A2B", "#1C3247", "#2E5A6A")  # the sky of a page's head, left to right
NIGHT_HI, NIGHT_MID, NIGHT_HEART = "#EFF3F6", "#BECBD8", "#86D6C9"
MOON, HALO = "#F9E9BF", "#F4CB8C"

FAMILY = "Nunito"
LIGHT, REGULAR, SEMIBOLD = 300, 400, 600
FONTS = {
    LIGHT: "Nunito-Light.ttf",
    REGULAR: "Nunito-Regular.ttf",
    SEMIBOLD: "Nunito-SemiBold.ttf",
}


def font_file(weight: int) -> Path:
    """Where the letters of that weight lie."""
    return Path(coherence.__file__).parent / "ui" / "fonts" / FONTS[weight]
