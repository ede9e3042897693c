"""The care around a practice: the check-in, the ways of the guide, and leading elsewhere gently."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from coherence.practice.care import CheckIns
from coherence.practice.guiding import Way
from coherence.practice.practices import Practice
from coherence.sessions.view import SessionView
from coherence.ui import words
from coherence.ui.guide_page import LET_GO
from coherence.ui.overlays import Overlays
from coherence.ui.practice_session import PracticeSession

RELEASED_S, GUIDE_S, TURNED_S = 12.0, 8.0, 5.0
Say = Callable[[str, float], None]  # a line for so many seconds, in the scene and aloud


class Caring(QObject):
    """Acts on a session for what people answer and choose; ``settle`` lays the window out anew."""

    turned = Signal(object)  # Practice: just before the same session goes on with it
    practise_asked = Signal(object)  # Practice: one of its own, after the end
    asked = Signal()  # the check-in
    answered = Signal(str)

    def __init__(
        self,
        session: PracticeSession,
        over: Overlays,
        *,
        soothing: Practice | None,
        grounding: Practice | None,
        say: Say,
        settle: Callable[[], None],
        parent: QObject,
        mark_more: str,
    ) -> None:
        super().__init__(parent)
        self.ended = False
        self._session, self._over, self._say, self._settle = session, over, say, settle
        self._soothing, self._grounding = soothing, grounding
        self._check_ins, self._mark_more = CheckIns(), mark_more
        over.check_in.answered.connect(self.answer)
        over.guide_page.chosen.connect(self.lead)
        over.help_page.soothe.connect(self.soothe)
        over.help_page.ground.connect(self.feel_ground)
        over.help_page.let_go.connect(self.let_go)
        over.end_page.ground.connect(self.feel_ground)

    @property
    def grounds(self) -> bool:
        """Whether grounding can be offered: it is there, and it is not what was practised."""
        practice, grounding = self._session.practice, self._grounding
        return grounding is not None and (practice is None or practice.key != grounding.key)

    @property
    def leaves_the_breath_alone(self) -> bool:
        """Whether nothing on the screen speaks of the breath: it was let go, or one grounds."""
        guiding, practice = self._session.guiding, self._session.practice
        let_go = guiding is not None and guiding.let_go
        return let_go or (practice is not None and practice.family == "grounding")

    # --- the check-in ---

    def check_in(self, view: SessionView, *, quiet: bool) -> None:
        """A soft question after two minutes of pacing; unanswered, it leaves again."""
        guiding = self._session.guiding
        if guiding is None or self.ended:
            return
        if self._over.shows(self._over.check_in):
            if self._check_ins.left_open(view.now_s) or not guiding.running:
                self.close_check_in()
            return
        free = guiding.running and not self._over.any and not quiet
        if free and self._check_ins.due(guiding.paced_s(view.now_s), view.now_s):
            self._over.check_in.show()
            self._settle()
            self._say(words.CHECK_IN, 0.0)
            self.asked.emit()

    def close_check_in(self) -> None:
        self._over.check_in.hide()
        self._settle()

    def answer(self, key: str) -> None:
        """What was answered is done at once; nothing says that all is well."""
        self.close_check_in()
        self.answered.emit(key)
        match key:
            case "let_go":
                self.let_go()
            case "rest":
                self._session.pause()
            case "ground":
                self.feel_ground()
            case _:
                self._say(words.STAY_GENTLE, RELEASED_S)

    # --- the guide ---

    def let_go(self) -> None:
        self._session.let_pace_go()
        self._say(words.RELEASED, RELEASED_S)

    def lead(self, name: str) -> None:
        """Lead the guide in the way that was chosen on its page."""
        if name == LET_GO:
            self.let_go()
            return
        self._session.choose_way(Way(name))
        if name == Way.MINE.value:
            self._say(self._mark_more, GUIDE_S)

    def follow(self) -> None:
        """Let the guide follow, or go back to its own pace."""
        guiding = self._session.guiding
        if guiding is not None:
            following = guiding.following and not guiding.let_go
            self._session.choose_way(Way.WRITTEN if following else Way.FOLLOW)

    # --- leading elsewhere ---

    def soothe(self) -> None:
        if self._soothing is not None:
            self._turn_to(self._soothing)

    def feel_ground(self) -> None:
        if self._grounding is not None:
            self._turn_to(self._grounding)

    def _turn_to(self, practice: Practice) -> None:
        """To another practice, in the same session; after the end in one of its own."""
        left = self._session.practice
        if self.ended or left is None:
            self.practise_asked.emit(practice)
            return
        self._over.hide_all()
        if left.key != practice.key:
            self.turned.emit(practice)
            self._session.turn_to(practice)
            self._say(words.TURNED.format(practice.title), TURNED_S)
        self._settle()
