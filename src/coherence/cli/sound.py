"""`coherence sound`: how a practice sounds, as a WAV file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coherence.cli.amounts import Amount
from coherence.cli.choosing import chosen_practice, practice_option
from coherence.cli.following import following
from coherence.translation import _

if TYPE_CHECKING:
    from coherence.model import Arrival
    from coherence.practice.practices import Practice
    from coherence.sessions.spoken import Spoken
    from coherence.sound.kinds import Frames, Kind
    from coherence.sound.score import Score

LONGEST_MIN = 240.0
BLOCK_S = 2.0


@click.command()
@click.option("--out", metavar=_("FILE"), help=_("Ends in .wav."))
@practice_option
@click.option(
    "--minutes",
    type=Amount(min=0, min_open=True, max=LONGEST_MIN),
    help=_("The practice in so many minutes; by default as long as it is."),
)
@click.option(
    "--kind",
    type=click.Choice(["waves", "pad", "bowl"]),
    default="waves",
    show_default=True,
    help=_("Which sound."),
)
@click.option("--voice", metavar=_("NAME"), help=_("Whose clips speak the lines, or `system`."))
@click.option("--lines", is_flag=True, help=_("List the lines to be recorded and their names."))
@click.option("--force", is_flag=True, help=_("Replace the file if it is there."))
@click.option("--json", "as_json", is_flag=True, help=_("Say what was written as a JSON object."))
def sound(
    out: str | None,
    practice: str,
    minutes: float | None,
    kind: Kind,
    voice: str | None,
    lines: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Write what a practice sounds like to a WAV file, for checking.

    Where the time is short all steps are shortened alike, so that each of them is heard. With
    --lines it lists what a voice says in the practice, by the name that each clip has to have.
    """
    from coherence.sound.tones import Tone, rings_s
    from coherence.storage.errors import plainly
    from coherence.storage.files import replacing

    whole = chosen_practice(practice)
    if lines:
        _list_lines(whole, as_json=as_json)
        return
    path = _chosen_file(out, force=force)
    plan = in_minutes(whole, minutes)
    spoken = None if voice is None else _spoken(voice, plan, whole)
    arrivals = run_through(plan)
    seconds = arrivals[-1].t_s
    with plainly(path), replacing(path) as new:
        score = _score(plan, kind, arrivals, spoken)
        peak = _write(new, path.name, score, seconds + rings_s(Tone.END))  # to its very end
    if as_json:
        row = {"file": str(path), "practice": plan.key, "kind": kind, "seconds": seconds}
        click.echo(json.dumps(row | {"peak": round(peak, 4), "pace": _pace(arrivals)}))
    else:
        said = _("Wrote {file}: {practice}, {minutes} min, {kind}.").format(
            file=path, practice=plan.title, minutes=f"{seconds / 60:g}", kind=kind
        )
        click.echo(said, err=True)


def _chosen_file(out: str | None, *, force: bool) -> Path:
    if out is None:
        raise click.UsageError(_("Say where to write it: --out FILE.wav."))
    path = Path(out)
    if path.suffix.lower() != ".wav":
        raise click.UsageError(
            _("coherence writes sound as .wav: let {file} end in it.").format(file=path.name)
        )
    if path.exists() and not force:
        raise click.UsageError(
            _("{file} is there already: choose another name, or add --force.").format(file=path)
        )
    return path


def _list_lines(whole: Practice, *, as_json: bool) -> None:
    from coherence.sessions.cue_sheet import line_names

    named = {name: text for text, name in line_names(whole).items()}
    if as_json:
        click.echo(json.dumps(named, ensure_ascii=False))
        return
    for name, text in named.items():
        click.echo(f"{name}\t{text}")


def _spoken(voice: str, plan: Practice, whole: Practice) -> Spoken:
    """The voice with all its clips read; what it leaves out is told."""
    from coherence.sessions.spoken import spoken_by
    from coherence.sound.device import SoundError
    from coherence.storage.places import places

    spoken = spoken_by(voice, places().voices, plan, whole)
    if spoken.aloud is not None:
        raise SoundError(
            _("This system's voice only speaks aloud and cannot be written to a file.")
        )
    try:
        spoken.voice.read()
    finally:
        spoken.close()
    if spoken.voice.trouble is not None:
        click.echo(spoken.voice.trouble, err=True)
    return spoken


def in_minutes(whole: Practice, minutes: float | None) -> Practice:
    """The practice in so many minutes; where that is too short all steps are shortened alike."""
    from coherence.practice.practices import scaled

    if minutes is None and whole.seconds is not None:
        return whole
    wanted_s = 60.0 * (minutes or 10.0)
    if whole.seconds is None:  # it has no end of its own
        return replace(whole, steps=(*whole.steps[:-1], replace(whole.steps[-1], seconds=wanted_s)))
    fitted = scaled(whole, wanted_s / 60.0)
    if fitted.seconds is not None and fitted.seconds <= wanted_s + 0.5:
        return fitted
    share = wanted_s / whole.seconds
    return replace(
        whole, steps=tuple(replace(s, seconds=(s.seconds or 0.0) * share) for s in whole.steps)
    )


def run_through(plan: Practice) -> list[Arrival]:
    """What is put on record when the practice runs from start to end and nobody intervenes."""
    from coherence.practice.conductor import StepConductor

    assert plan.seconds is not None
    return StepConductor(plan).due(plan.seconds + 1e-6)


def _score(plan: Practice, kind: Kind, arrivals: Sequence[Arrival], spoken: Spoken | None) -> Score:
    from coherence.sessions.cue_sheet import CueSheet
    from coherence.sound.score import Score

    names = {} if spoken is None else spoken.names
    voice = None if spoken is None else spoken.voice.clip
    score = Score(kind, cues=CueSheet(plan, names), voice=voice)
    for arrival in arrivals:
        score.feed(arrival)
    return score


def _write(path: Path, name: str, score: Score, seconds: float) -> float:
    """Render with a progress bar on stderr; returns the peak."""
    from coherence.sound.kinds import RATE_HZ
    from coherence.sound.wav import write_wav

    with following(name) as bar:
        bar.lasts(seconds)

        def blocks() -> Iterator[Frames]:
            whole, block = round(seconds * RATE_HZ), round(BLOCK_S * RATE_HZ)
            for first in range(0, whole, block):
                yield score.render(first, min(block, whole - first))
                bar.reach(first / RATE_HZ + BLOCK_S)

        return write_wav(path, blocks())


def _pace(arrivals: Sequence[Arrival]) -> list[dict[str, float | None]]:
    """When the guide is set, to how many breaths a minute, and when it is let go."""
    from coherence.model import PaceChanged

    changes = [arrival for arrival in arrivals if isinstance(arrival, PaceChanged)]
    return [
        {"t_s": c.t_s, "breaths_per_min": None if c.pattern is None else c.pattern.breaths_per_min}
        for c in changes
    ]
