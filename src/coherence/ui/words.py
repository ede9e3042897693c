"""What the practice says to a person, in one place. Nothing here judges."""

from __future__ import annotations

from coherence.analysis.coherence_ratio import ten_point
from coherence.devices.quirks import ROWS, Withheld
from coherence.model import Quality, QuirkKind
from coherence.practice.follow import Stance
from coherence.practice.guiding import Guiding, Way
from coherence.sessions.strap_watch import StrapState
from coherence.sessions.view import Band, SessionView
from coherence.translation import SOURCE, _, ngettext, number, pgettext, spoken

CUE_IN = _("Breathe in")
CUE_OUT = _("and out, in your own time")
CUE_PAUSED = _("Resting")
CUE_LET_GO = _("Your own breath")
CUE_BY_STEP = {
    "baseline": _("Arrive, just as you are"),
    "prompt": _("Just as it comes"),
    "recovery": _("Your own breath, coming back"),
    "arrive": _("Arrive, just as you are"),
    "return": _("Come back, with your own breath"),
}
STEPS = {  # by the kind of a step
    "arrive": _("Arrive"),
    "soothe": _("Soothe"),
    "compassion": _("Compassion"),
    "return": _("Return"),
    "free": _("Free"),
}
CUE_STILL = _("Here, just as you are")
CUE_STILL_BY_STEP = {
    "arrive": _("Arrive, just as you are"),
    "return": _("Come back, in your own time"),
}

BANDS = {
    Band.LISTENING: _("Listening for your heart…"),
    Band.ARRIVING: _("Arriving — however you are is a fine place to begin"),
    Band.SETTLING: _("Settling — your rhythm is finding you"),
    Band.IN_RHYTHM: _("In rhythm — heart and breath are moving together"),
    Band.SLOW_EVEN: _("Slow and even — your heart has found a long, quiet wave"),
}
BAND_NAMES = {
    Band.LISTENING: _("listening"),
    Band.ARRIVING: _("arriving"),
    Band.SETTLING: _("settling"),
    Band.IN_RHYTHM: _("in rhythm"),
    Band.SLOW_EVEN: _("slow and even"),
}
FELL = _("Something moved through. You can begin again with this breath")

STRAPS = {
    StrapState.LOOKING: _("Looking for your strap"),
    StrapState.CONNECTING: _("Joining your strap"),
    StrapState.LISTENING: _("Listening for your heart"),
    StrapState.FOUND: _("Heart found"),
    StrapState.STEADY: _("Strap steady"),
    StrapState.QUIET: _("Strap quiet"),
    StrapState.AWAY: _("Strap away"),
    StrapState.BACK: _("Strap back"),
}
STRAP_TONES = {  # colours of the theme; the words carry the meaning
    StrapState.LOOKING: "guide",
    StrapState.CONNECTING: "guide",
    StrapState.LISTENING: "ok",
    StrapState.FOUND: "ok",
    StrapState.STEADY: "ok",
    StrapState.QUIET: "breath",
    StrapState.AWAY: "guide",
    StrapState.BACK: "ok",
}
NO_STRAP = _("Without a strap")
QUIET = _("The strap has gone quiet. A little water under it often helps")
MOVING = _("Some movement just now. The numbers rest until it is quiet again")
LOST = _("Resting here. We will pick up when the strap returns. Nothing is lost")
LOOKING = _("Looking for your strap. Take your time to settle")
LOOKING_LONG = _(
    "Still looking for your strap. Moisten it, and close whatever else may hold it, also on a phone"
)
LISTENING_LONG = _("Listening for your heart. A little water under the strap often helps")
FOUND = _("Your heart is found")
BACK = _("Your strap is back. Nothing is lost")
QUIRK_TOLD_S = 20.0
LOW_PCT = 15  # of the strap's battery: a hint that it will need a new one
LONG_S = 20.0  # of looking or listening; then there is a hint
JUST_BREATH = _("Just the breath today. That is enough")
PAUSED = _("Resting here. Go on whenever you are ready")
RELEASED = _("Let the pacing go. Feel your feet, and rest")
SOFT_PAUSE = _("A quiet moment. Nothing is shown for now")

PAUSE, RESUME = _("Pause"), _("Go on")
SOUNDS = {"waves": _("Waves"), "pad": _("Pad"), "bowl": _("Bowl"), "none": _("None")}
SOUND_PILLS = {
    "waves": _("Sound: waves"),
    "pad": _("Sound: pad"),
    "bowl": _("Sound: bowl"),
    "none": _("Sound: none"),
}
SOUND_NAMES = {  # for a screen reader
    "waves": _("Sound: waves that swell with the breath"),
    "pad": _("Sound: a soft pad that rises and sinks with the breath"),
    "bowl": _("Sound: a bowl at each turn of the breath"),
    "none": _("Sound: none"),
}
SLOWER, GUIDE, NUMBERS, END = _("Slower"), _("Guide"), _("Numbers"), _("End gently")
ASK_END, STAY, DONE = _("Shall we end here?"), _("Stay a little"), _("Done")
CHECK_IN = _("How is this breath for you?")
CHECK_IN_ANSWERS = {  # what each does is in the practice window
    "go_on": _("It is easy to be with"),
    "let_go": _("Let the pacing go"),
    "rest": _("Rest a while"),
    "ground": _("Feel the ground"),
}
STAY_GENTLE = _("Gentle, not deep. You can let it go at any moment")
TURNED = _("You are turning to: {}")
KEEP_PAGE = _("Keep a page of this")
FEEL_GROUND, REST_HERE, AT_END = _("Feel the ground"), _("Rest here"), _("What may help now")
ASK_AT_END = _(
    "How are you now? If you feel light-headed, tight or raw, breathe just as you like and stay "
    "a while."
)
ASK_HALF_WAY = _(
    "Before you go, you may want to feel the ground: three quiet minutes, if you like. And if "
    "you feel light-headed or tight, breathe just as you like and stay a while."
)
RESTING_AT_END = _("Rest as long as you like. If it does not pass, please let somebody know.")
OVER_LONG = _("Twenty minutes of pacing are plenty for one stretch. Breathe just as you like")
MARKED = _("Marked")
KEYS_TITLE = _("Keys")
KEYS = {  # in the order of the overlay; the names are those of ``keys.DEFAULT_KEYS``
    "pause": _("Pause, and go on"),
    "end": _("End gently"),
    "quicker": _("A little quicker"),
    "slower": _("A little slower"),
    "let_go": _("Let the pacing go, and rest"),
    "follow": _("The guide follows my breath, or goes back to its own"),
    "breath": _("My breath in begins: the guide mirrors it"),
    "guide": _("The breath guide and its ways"),
    "soothe": _("Soothing the threat system, from anywhere"),
    "help": _("Help, and the people you can turn to"),
    "sound": _("Waves, pad, bowl, or no sound"),
    "louder": _("A little louder"),
    "softer": _("A little softer"),
    "numbers": _("A line of numbers"),
    "soft_pause": _("A quiet moment, nothing shown"),
    "moment": _("Mark this moment"),
    "theme": _("Dusk or morning"),
    "plots": _("Live plots, in a window of their own"),
    "full_screen": _("Full screen"),
    "larger": _("Larger letters"),
    "smaller": _("Smaller letters"),
    "keys": _("These keys"),
}
QUICK_MARKS = _("Mark with a word")
STATUS_NAME, ACTIONS_NAME = _("Where you are in the practice"), _("What you can do")

STAY_WITH_IT = _("Go on")
HELP, SOOTHE, LET_GO = _("Help"), _("Soothe now"), _("Let the pacing go")
HELP_NOW = _(
    "Whatever is here, you need not be alone with it. Let the guide go and breathe just as you "
    "like. Feel your feet, look around the room, and rest. You can end at any moment."
)
YOUR_PEOPLE = _("People you can turn to")
NO_PEOPLE_YET = _(
    "You can write them down in Help on the first screen; they stay on this computer."
)
HELP_BEYOND = _(
    "If you are worried about your heart or your mood, please talk to a professional. If you are "
    "not safe, reach out now: to somebody near you, or to your local emergency number."
)
GUIDE_TITLE = _("The breath guide")
GUIDE_WAYS = {  # title and what it is, by the name of the way
    "written": (
        _("As the practice has it"),
        _("one steady pace; {quicker} and {slower} change it a little"),
    ),
    "follow": (_("Follow me"), _("begins at your breath, invites it slower, waits for you")),
    "mine": (_("My rhythm"), _("press {breath} as each breath in begins; the guide mirrors you")),
    "let_go": (_("Without the breath"), _("no guide; the words leave the breath alone")),
}
BREATH_UNKNOWN = _("Your own breath is not known just now, and that is fine.")
BREATH_BESIDE = _("Your breath is near {} a minute, the guide is at {}. Either is fine.")
BREATH_ALONE = _("Your breath is near {} a minute.")
STANCES = {
    Stance.LISTENING: _("Listening for your breath; the guide stays where it is"),
    Stance.INVITING: _("The guide is with you and invites you a touch slower"),
    Stance.WAITING: _("The guide waits with you"),
    Stance.MEETING: _("The guide comes to your breath"),
    Stance.SETTLED: _("You and the guide have settled"),
}
MARK_MORE = _("Press {breath} as each breath in begins. After three the guide knows your rhythm")
MIRRORING = _("Your rhythm: near {} a minute")

MOON_NAME, MOON_DESCRIPTION = _("Breathing guide"), _("grows as you breathe in")
WELLBEING = _("A wellbeing and practice aid, not a medical device.")

_COUNT = (  # of minutes: a language may say "one" in another way than of hearts
    "",
    pgettext("minutes", "one"),
    *(_("two"), _("three"), _("four"), _("five"), _("six"), _("seven"), _("eight"), _("nine")),
    *(_("ten"), _("eleven"), _("twelve")),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty")


def number_in_words(n: int) -> str:
    """Whole numbers from 1 to 59 as words, others as digits; in other languages up to 12.

    >>> number_in_words(10), number_in_words(42), number_in_words(90)
    ('ten', 'forty-two', '90')
    """
    if n > 12 and spoken() != SOURCE:
        return str(n)
    if 0 < n < 20:
        return _COUNT[n]
    if 20 <= n < 60:
        tens, ones = divmod(n, 10)
        return _TENS[tens - 2] + (f"-{_COUNT[ones]}" if ones else "")
    return str(n)


def end_words(practised_s: float) -> str:
    """The sentence at the end of ``practised_s`` of practice; it counts time, never results.

    >>> end_words(600)
    'You gave yourself ten minutes of care. That counts, whatever the lines did'
    >>> end_words(35)
    'You gave yourself a moment of care. That counts, whatever the lines did'
    """
    minutes = round(practised_s / 60)
    if practised_s < 45:
        return _("You gave yourself a moment of care. That counts, whatever the lines did")
    return ngettext(
        "You gave yourself {n} minute of care. That counts, whatever the lines did",
        "You gave yourself {n} minutes of care. That counts, whatever the lines did",
        minutes,
    ).format(n=number_in_words(minutes))


def volume_words(volume: float) -> str:
    """How loud it is, 0 to 1.

    >>> volume_words(0.6)
    'Volume 6 of 10'
    """
    return _("Volume {n} of 10").format(n=round(10 * volume))


def time_left(seconds: float | None) -> str:
    """How much is left, without a ticking clock.

    >>> time_left(372), time_left(61), time_left(20), time_left(None)
    ('6 min left', '1 min left', 'the last minute', '')
    """
    if seconds is None:
        return ""
    minutes = int(seconds // 60)
    return _("{n} min left").format(n=minutes) if minutes >= 1 else _("the last minute")


def strap_words(view: SessionView, has_strap: bool) -> tuple[str, str]:
    """(words, tone) for the strap in the corner."""
    if not has_strap:
        return NO_STRAP, "guide"
    said, battery = STRAPS[view.strap.state], view.battery_pct
    if battery is not None and battery <= LOW_PCT:
        said = _("{strap} · battery {percent} %").format(strap=said, percent=battery)
    return said, STRAP_TONES[view.strap.state]


def state_words(view: SessionView, has_strap: bool, trouble: str | None = None) -> str:
    """The one sentence on how things are: what needs a hand first, then the rhythm."""
    if trouble:
        return trouble
    if view.paused:
        return PAUSED
    if not has_strap:
        return JUST_BREATH
    strap = view.strap
    long = strap.since_s > LONG_S
    match strap.state:
        case StrapState.AWAY | StrapState.LOOKING if strap.reason:
            return strap.reason.removesuffix(".")
        case StrapState.AWAY:
            return LOST
        case StrapState.QUIET:
            return QUIET
        case StrapState.LOOKING | StrapState.CONNECTING:
            return LOOKING_LONG if long else LOOKING
        case StrapState.BACK:
            return BACK
        case _ if (told := quirk_words(view)) is not None:
            return told
        case _ if view.note and view.note_s < QUIRK_TOLD_S:
            return view.note.removesuffix(".")
        case _ if view.moving and view.quality in (None, Quality.POOR, Quality.UNUSABLE):
            return MOVING
        case StrapState.LISTENING if long:
            return LISTENING_LONG
        case StrapState.FOUND:
            return FOUND
        case _ if view.fell:
            return FELL
        case _:
            return BANDS[view.band]


def quirk_words(view: SessionView) -> str | None:
    """What is to be said of the strap's way: for as long as numbers rest, else for a while."""
    for kind in view.strap.quirks:
        row = ROWS[kind]
        lasts = row.withheld is not Withheld.NOTHING or kind is QuirkKind.NO_INTERVALS
        if not row.aside and (lasts or view.strap.quirk_s < QUIRK_TOLD_S):
            return row.sentence
    return None


def beside_words(guiding: Guiding | None, view: SessionView) -> str:
    """The person's own breath beside the guide, kindly: one line, or none."""
    breath = None if guiding is None else guiding.breath_per_min(view.now_s)
    guide = view.guide.at(view.now_s)
    if breath is None:
        return BREATH_UNKNOWN
    if guide is None:
        return BREATH_ALONE.format(round(breath))
    return BREATH_BESIDE.format(round(breath), number(guide.breath.pattern.breaths_per_min, 1))


def guide_words(guiding: Guiding | None, view: SessionView, mark_more: str = MARK_MORE) -> str:
    """What a guide that follows or mirrors does just now; nothing where it goes its own way.

    ``mark_more`` with the key in it that marks a breath.
    """
    if guiding is None or view.paused:
        return ""
    if guiding.over_long:
        return OVER_LONG
    if guiding.way is Way.MINE and not guiding.following:
        breath = guiding.marked_per_min(view.now_s)
        return mark_more if breath is None else MIRRORING.format(number(breath, 1))
    if not guiding.following or not guiding.running:
        return ""
    said = STANCES[guiding.stance]
    breath = guiding.breath_per_min(view.now_s)
    if breath is None:
        return said
    return _("{stance}, near {n} a minute").format(stance=said, n=round(breath))


def numbers_words(view: SessionView, has_strap: bool) -> str:
    """One line of numbers, as far as they are known.

    "62 beats a minute · coherence 7 · in rhythm"
    """
    if not has_strap:
        return ""
    parts = []
    heart_rate, coherence = view.values.get("heart_rate_bpm"), view.values.get("coherence")
    if heart_rate is not None and heart_rate.value is not None:
        parts.append(_("{n} beats a minute").format(n=round(heart_rate.value)))
    if coherence is not None and coherence.value is not None:
        parts.append(_("coherence {n}").format(n=round(ten_point(coherence.value))))
    parts.append(BAND_NAMES[view.band])
    return " · ".join(parts)


def latency_words(p50_ms: float, p99_ms: float) -> str:
    """How long a beat takes from the radio to the picture.

    >>> latency_words(18.4, 44.0)
    'From radio to picture: p50 18 ms, p99 44 ms'
    """
    return _("From radio to picture: p50 {p50:.0f} ms, p99 {p99:.0f} ms").format(
        p50=p50_ms, p99=p99_ms
    )


def cue_words(view: SessionView, inhaling: bool | None, *, without_breath: bool = False) -> str:
    """The large words under the moon; ``inhaling`` is ``None`` where no guide runs."""
    if view.paused:
        return CUE_PAUSED
    if inhaling is None and without_breath:
        return CUE_STILL_BY_STEP.get(view.step or "", CUE_STILL)
    if inhaling is None:
        return CUE_BY_STEP.get(view.step or "", CUE_LET_GO)
    return CUE_IN if inhaling else CUE_OUT
