"""What the therapist's window says, in one place."""

from __future__ import annotations

from coherence.analysis.recovery import Course, Recovery
from coherence.sessions.since_arriving import Change, NotCompared, Sure

YOUR_CLIENT = "Your client"
SEES = "What {} sees"
ON_SECOND, ON_THIS, NOT_SHOWN = (
    "Shown on {}",
    "Shown in a window of its own",
    "Shown only here so far",
)
SECOND_SCREEN, OWN_WINDOW, TAKE_BACK = "Second screen", "Own window", "Take back"
NUMBERS_MAY, NUMBERS_HIDDEN = "Hide numbers", "Numbers hidden"
NUMBERS_NAME = "Whether the client may see a line of numbers"
PACE, RATE, IN_OUT, SOUND = "Pace", "Breaths a minute", "In and out", "Sound"
OWN_BREATH = "own breath in this step"
FROM_NEXT = "from the next breath on"
MOMENTS, ADD_MOMENT = "Moments", "M to add"
MOMENT = "Moment"
PRIVATE_NOTE = "A private note, only for you…"
NOTE_KEPT, NOTE_NOT_KEPT = "Kept apart from what your client sees", "This session is not kept"
NOTE_TITLE = "A note to yourself"
NOTES_TO_YOURSELF = (
    "Slow your own out-breath. Your tone and pace are part of the room.",
    "Soften your own face first. It is seen before it is heard.",
    "Nothing has to happen. Company is already something.",
    "Let there be a silence. The lines need no answer.",
    "Numbers rise and fall with sleep, coffee, illness and life.",
)
SOFT_PAUSE, SHOW_AGAIN, END_GENTLY = "Pause screen", "Show again", "End gently"
ASK_END, STAY = "Press again to end", "End gently"
ENDED = "The session has ended"
KEPT, NOT_KEPT = "Kept on this computer", "Not kept"
MINE = "Mine: {}"
DRAWER = "Client and controls"
COVER = (
    "This window lies on your client's display, so it shows nothing here. Move it to another "
    "screen, or take the client's screen back."
)
ONE_DISPLAY = "Shown only here: there is one display"
TIME_TO_SETTLE = "At the right: time to settle, and its likely range"


def change_words(change: Change | NotCompared, unit: str = "") -> str:
    """The change since arriving, with how sure it is, in a few words.

    >>> change_words(Change(60.0, 68.0, Sure.BEYOND, ratio=False))
    '−8 since arriving, more than it varied then'
    >>> change_words(Change(46.0, 40.0, Sure.WITHIN, ratio=True))
    '×1.1 since arriving, which may be chance'
    """
    if isinstance(change, NotCompared):
        return "paced: not compared with arriving" if change.paced else ""
    if change.ratio:
        said = f"×{change.now / max(change.arriving, 1e-9):.1f} since arriving"
        sure = {Sure.BEYOND: ", likely a real change", Sure.WITHIN: ", which may be chance"}
    else:
        by = round(change.now) - round(change.arriving)
        sign = "+" if by > 0 else "−" if by < 0 else "±"
        said = f"{sign}{abs(by)} since arriving"
        sure = {Sure.BEYOND: ", more than it varied then", Sure.WITHIN: ", as it varied then"}
    return said + ("" if change.sure is None else sure[change.sure])


def settle_words(found: Recovery) -> str:
    """How long the heart took to settle after a moment, in a few signs.

    >>> settle_words(Recovery(Course.BACK, 48.0, 35.0, 71.0))
    '48 s (35–71)'
    """
    match found.course:
        case Course.STAYED:
            return "kept"
        case Course.AWAY:
            return f"{found.seconds or 0.0:.0f} s so far"
        case Course.BACK:
            low, high = found.low_s or 0.0, found.high_s
            to = f"{low:.0f} or more" if high is None else f"{low:.0f}–{high:.0f}"
            return f"{found.seconds or 0.0:.0f} s ({to})"
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
            return "The heart rate kept within the range of the minute before"
        case Course.AWAY:
            return f"The heart rate is not back in the range of before yet, {seconds} so far"
        case Course.BACK:
            low, high = found.low_s or 0.0, found.high_s
            likely = f"{low:.0f} s at least, perhaps not yet"
            if high is not None:
                likely = f"likely {low:.0f} to {high:.0f} s"
            return f"The heart rate was back in the range of before after {seconds}: {likely}"
        case _:
            return ""


def clock_words(t_s: float) -> str:
    """Minutes and seconds of a session.

    >>> clock_words(388.2)
    '6:28'
    """
    minutes, seconds = divmod(int(t_s), 60)
    return f"{minutes}:{seconds:02d}"
