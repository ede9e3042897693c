"""What the therapist's window says, in one place."""

from __future__ import annotations

from coherence.analysis.recovery import Course, Recovery
from coherence.sessions.since_arriving import Change, NotCompared, Sure
from coherence.translation import _, number

YOUR_CLIENT = _("Your client")
SEES = _("What {} sees")
ON_SECOND, ON_THIS, NOT_SHOWN = (
    _("Shown on {}"),
    _("Shown in a window of its own"),
    _("Shown only here so far"),
)
SECOND_SCREEN, OWN_WINDOW, TAKE_BACK = _("Second screen"), _("Own window"), _("Take back")
NUMBERS_MAY, NUMBERS_HIDDEN = _("Hide numbers"), _("Numbers hidden")
NUMBERS_NAME = _("Whether the client may see a line of numbers")
PHONE, PHONES, PHONE_NAME = _("Phone"), _("Phone: {n}"), _("Share with a phone or tablet")
PACE, RATE, IN_OUT, SOUND = _("Pace"), _("Breaths a minute"), _("In and out"), _("Sound")
OWN_BREATH = _("own breath in this step")
FROM_NEXT = _("from the next breath on")
MOMENTS, ADD_MOMENT = _("Moments"), _("M to add")
MOMENT = _("Moment")
PRIVATE_NOTE = _("A private note, only for you…")
NOTE_KEPT, NOTE_NOT_KEPT = _("Kept apart from what your client sees"), _("This session is not kept")
NOTE_TITLE = _("A note to yourself")
NOTES_TO_YOURSELF = (
    _("Slow your own out-breath. Your tone and pace are part of the room."),
    _("Soften your own face first. It is seen before it is heard."),
    _("Nothing has to happen. Company is already something."),
    _("Let there be a silence. The lines need no answer."),
    _("Numbers rise and fall with sleep, coffee, illness and life."),
)
SOFT_PAUSE, SHOW_AGAIN, END_GENTLY = _("Pause screen"), _("Show again"), _("End gently")
ASK_END, STAY = _("Press again to end"), _("End gently")
ENDED = _("The session has ended")
KEPT, NOT_KEPT = _("Kept on this computer"), _("Not kept")
MINE = _("Mine: {}")
DRAWER = _("Client and controls")
BLANK = _("Nothing is shown for now, here or on your client's screen. F9 shows it again.")
COVER = _(
    "This window lies on your client's display, so it shows nothing here. Move it "
    "to another screen, or take the client's screen back."
)
ONE_DISPLAY = _("Shown only here: there is one display")
TIME_TO_SETTLE = _("At the right: time to settle, and its likely range")


def change_words(change: Change | NotCompared, unit: str = "") -> str:
    """The change since arriving, with how sure it is, in a few words.

    >>> change_words(Change(60.0, 68.0, Sure.BEYOND, ratio=False))
    '−8 since arriving, more than it varied then'
    >>> change_words(Change(46.0, 40.0, Sure.WITHIN, ratio=True))
    '×1.1 since arriving, which may be chance'
    """
    if isinstance(change, NotCompared):
        return _("paced: not compared with arriving") if change.paced else ""
    if change.ratio:
        by = f"×{number(change.now / max(change.arriving, 1e-9), 1)}"
        sure = {
            Sure.BEYOND: _("{by} since arriving, likely a real change"),
            Sure.WITHIN: _("{by} since arriving, which may be chance"),
        }
    else:
        moved = round(change.now) - round(change.arriving)
        sign = "+" if moved > 0 else "−" if moved < 0 else "±"
        by = f"{sign}{abs(moved)}"
        sure = {
            Sure.BEYOND: _("{by} since arriving, more than it varied then"),
            Sure.WITHIN: _("{by} since arriving, as it varied then"),
        }
    alone = _("{by} since arriving")
    return (alone if change.sure is None else sure[change.sure]).format(by=by)


def settle_words(found: Recovery) -> str:
    """How long the heart took to settle after a moment, in a few signs.

    >>> settle_words(Recovery(Course.BACK, 48.0, 35.0, 71.0))
    '48 s (35–71)'
    """
    match found.course:
        case Course.STAYED:
            return _("kept")
        case Course.AWAY:
            return _("{n:.0f} s so far").format(n=found.seconds or 0.0)
        case Course.BACK:
            low, high = found.low_s or 0.0, found.high_s
            seconds = found.seconds or 0.0
            if high is None:
                return _("{n:.0f} s ({low:.0f} or more)").format(n=seconds, low=low)
            return f"{seconds:.0f} s ({low:.0f}–{high:.0f})"
        case _:
            return ""


def settle_sentence(found: Recovery) -> str:
    """The same for a screen reader and to point at.

    >>> settle_sentence(Recovery(Course.BACK, 48.0, 35.0, None))
    'The heart rate was back in the range of before after 48 s: 35 s at least, perhaps not yet'
    """
    seconds = f"{found.seconds or 0.0:.0f} s"
    match found.course:
        case Course.STAYED:
            return _("The heart rate kept within the range of the minute before")
        case Course.AWAY:
            return _(
                "The heart rate is not back in the range of before yet, {seconds} so far"
            ).format(seconds=seconds)
        case Course.BACK:
            low, high = found.low_s or 0.0, found.high_s
            if high is None:
                return _(
                    "The heart rate was back in the range of before after {seconds}: {low:.0f} s "
                    "at least, perhaps not yet"
                ).format(seconds=seconds, low=low)
            return _(
                "The heart rate was back in the range of before after {seconds}: likely {low:.0f} "
                "to {high:.0f} s"
            ).format(seconds=seconds, low=low, high=high)
        case _:
            return ""


def clock_words(t_s: float) -> str:
    """Minutes and seconds of a session.

    >>> clock_words(388.2)
    '6:28'
    """
    minutes, seconds = divmod(int(t_s), 60)
    return f"{minutes}:{seconds:02d}"
