"""The client's screen as a phone is told of it: only what stands there, and nothing beside it."""

from __future__ import annotations

from coherence.sessions.view import SessionView
from coherence.share.picture import Line, Picture, breaths_of, line_of
from coherence.ui import words
from coherence.ui.practice import PracticeWindow


def mirrored(
    client: PracticeWindow, view: SessionView, steps: tuple[str, ...], *, now_s: float, at_s: float
) -> Picture:
    """What ``client`` shows of ``view``; ``now_s`` and ``at_s`` are one instant on two clocks."""
    state, blank = client.scene.state, client.soft_pause
    sentence = client.bottom.state.text()
    named = sentence == words.BANDS[view.band]
    guided = not blank and view.guide.at(now_s) is not None
    return Picture(
        now_s=now_s,
        at_s=at_s,
        breaths=breaths_of(view.guide, now_s) if guided else (),
        light=0.5 if blank else view.light,
        line=None if blank else _line(client),
        cue="" if blank else None if guided else state.cue,
        prompt=state.prompt,
        prompt_opacity=state.prompt_opacity,
        band=words.BAND_NAMES[view.band] if named else "",
        sentence="" if named else sentence,
        time_left=client.top.time.text(),
        steps=steps,
        step=-1 if view.step_index is None else view.step_index,
        numbers=state.numbers,
        theme="dusk" if client.theme.dark else "morning",
        blank=blank,
    )


def _line(client: PracticeWindow) -> Line | None:
    heart = client.scene.state.heart
    if heart is None:
        return None
    return line_of(heart.seconds, heart.heights, heart.presence, client.scene.now_s)
