"""Who speaks the lines of a practice: somebody's own clips, or the system's voice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from coherence import translation
from coherence.practice.practices import Practice
from coherence.sessions.cue_sheet import line_names
from coherence.sound.device import SoundError, library
from coherence.sound.system_voice import Aloud, SystemVoice, find_speaker
from coherence.sound.voice import ClipFolder, Voice, voices
from coherence.translation import _

SYSTEM = "system"  # chosen in the place of somebody's clips


@dataclass(frozen=True, slots=True)
class Spoken:
    """A voice for one practice, and the names of its lines by their text."""

    voice: Voice
    names: dict[str, str]
    system: SystemVoice | None = None
    aloud: Aloud | None = None  # speaks by itself; what it says is in no clip

    def also(self, plan: Practice, whole: Practice) -> None:
        """Speak the lines of another practice too."""
        self.names.update(line_names(whole))
        self.voice.also(_lines_of(plan, self.names))

    def close(self) -> None:
        """Read and speak no further."""
        self.voice.close()
        if self.system is not None:
            self.system.close()
        if self.aloud is not None:
            self.aloud.hush()


def spoken_by(
    chosen: str, folder: Path, plan: Practice, whole: Practice, *, language: str | None = None
) -> Spoken:
    """The voice ``chosen``: ``SYSTEM``, or one of the voices in ``folder``.

    ``plan`` is what is practised, ``whole`` the same as its file has it. Raises ``SoundError``
    where there is no such voice, or nothing to read its clips with.
    """
    library()  # without it no clip could be read
    names = line_names(whole)
    lines = _lines_of(plan, names)
    if chosen != SYSTEM:
        if chosen not in voices(folder):
            raise SoundError(
                _(
                    "There are no clips of the voice {voice} in {folder}: put them there, or "
                    "choose another voice."
                ).format(voice=chosen, folder=folder)
            )
        return Spoken(Voice(chosen, lines, ClipFolder(folder / chosen)), names)
    speaker = find_speaker(language or translation.spoken())
    if speaker is None:
        raise SoundError(
            _(
                "This system has no voice that could speak: install espeak-ng, or choose another "
                "one."
            )
        )
    system = SystemVoice(speaker)
    aloud = Aloud(speaker) if speaker.aloud else None
    return Spoken(Voice(speaker.label, lines, system), names, system, aloud)


def _lines_of(plan: Practice, names: dict[str, str]) -> list[tuple[str, str]]:
    """Name and text of each line, in the order in which they are needed."""
    prompts = [prompt for step in plan.steps for prompt in step.prompts]
    texts = [prompt.text for prompt in prompts]
    texts += [prompt.without_breath for prompt in prompts if prompt.without_breath is not None]
    return [(names[text], text) for text in dict.fromkeys(texts) if text in names]
