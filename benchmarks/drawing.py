"""Plots as plain SVG text: the same numbers give the same letters, and no display is needed."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

INK, QUIET, FINE = "#22303c", "#5d6f7e", "#d4dde4"
TONES = ("#1f7a6d", "#b06a1f", "#4a5fa5", "#8a4a7d", "#5b7a2a")
SHAPES = ("circle", "square", "triangle", "diamond", "cross")

Scale = Callable[[float], float]


def linear(low: float, high: float, from_px: float, to_px: float) -> Scale:
    return lambda value: from_px + (value - low) / (high - low) * (to_px - from_px)


def logarithmic(low: float, high: float, from_px: float, to_px: float) -> Scale:
    inner = linear(math.log10(low), math.log10(high), from_px, to_px)
    return lambda value: inner(math.log10(value))


def from_zero(high: float, from_px: float, to_px: float) -> Scale:
    """Close to 0 even, further out by ratios: what is counted and may be 0."""
    inner = linear(0.0, math.log1p(high), from_px, to_px)
    return lambda value: inner(math.log1p(value))


@dataclass(slots=True)
class Drawing:
    """Grows by what is drawn; ``title`` and ``said`` are what a screen reader tells."""

    width: int
    height: int
    title: str
    said: str
    parts: list[str] = field(default_factory=list)

    def line(self, x1: float, y1: float, x2: float, y2: float, tone: str, how: str = "") -> None:
        """``how``: "dashed", "thick" or nothing."""
        more = {"dashed": ' stroke-dasharray="5 4"', "thick": ' stroke-width="2.0"'}.get(how, "")
        self.parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{tone}"{more}/>'
        )

    def band(self, x: float, y: float, width: float, height: float, tone: str) -> None:
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
            f'fill="{tone}" fill-opacity="0.25"/>'
        )

    def mark(self, x: float, y: float, which: int, *, hollow: bool = False, r: float = 4.5) -> None:
        """The mark of series ``which``: its own shape and its own tone."""
        tone, shape = TONES[which % len(TONES)], SHAPES[which % len(SHAPES)]
        fill = "#ffffff" if hollow else tone
        ink = f'fill="{fill}" stroke="{tone}" stroke-width="1.4"'
        if shape == "circle":
            self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" {ink}/>')
            return
        corners = {
            "square": [(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)],
            "triangle": [(0, -1.1), (1.05, 0.8), (-1.05, 0.8)],
            "diamond": [(0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)],
            "cross": [
                *[(-1, -0.35), (-0.35, -1), (0, -0.6), (0.35, -1), (1, -0.35), (0.6, 0)],
                *[(1, 0.35), (0.35, 1), (0, 0.6), (-0.35, 1), (-1, 0.35), (-0.6, 0)],
            ],
        }[shape]
        points = " ".join(f"{x + r * dx:.1f},{y + r * dy:.1f}" for dx, dy in corners)
        self.parts.append(f'<polygon points="{points}" {ink}/>')

    def words(
        self,
        x: float,
        y: float,
        text: str,
        *,
        anchor: str = "start",
        px: float = 12.0,
        tone: str = QUIET,
        bold: bool = False,
    ) -> None:
        weight = ' font-weight="600"' if bold else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{px:.1f}" text-anchor="{anchor}" '
            f'fill="{tone}"{weight}>{escape(text)}</text>'
        )

    def across(
        self, to: Scale, ticks: Sequence[tuple[float, str]], top: float, base: float
    ) -> None:
        """Ticks along the foot of a panel that reaches from ``top`` down to ``base``."""
        for value, name in ticks:
            self.line(to(value), top, to(value), base, FINE)
            self.words(to(value), base + 16.0, name, anchor="middle")

    def up(self, to: Scale, ticks: Sequence[tuple[float, str]], left: float, right: float) -> None:
        for value, name in ticks:
            self.line(left, to(value), right, to(value), FINE)
            self.words(left - 8.0, to(value) + 4.0, name, anchor="end")

    def key(self, x: float, y: float, names: Sequence[str], *, hollow_from: int = 99) -> None:
        """What each mark stands for, one after the other."""
        for which, name in enumerate(names):
            self.mark(x + 5.0, y - 4.0, which, hollow=which >= hollow_from)
            self.words(x + 15.0, y, name)
            x += 32.0 + 6.0 * len(name)

    def svg(self) -> str:
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" role="img" '
            'font-family="Helvetica, Arial, sans-serif">'
        )
        return "\n".join(
            [
                head,
                f"<title>{escape(self.title)}</title>",
                f"<desc>{escape(self.said)}</desc>",
                f'<rect width="{self.width}" height="{self.height}" rx="10" fill="#ffffff"/>',
                *self.parts,
                "</svg>\n",
            ]
        )

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.svg(), encoding="utf-8")
