"""Sharing from the room: the server while it runs, a picture for it each look, and who looks on."""

from __future__ import annotations

from coherence.sessions.view import SessionView
from coherence.share.errors import ShareError
from coherence.share.place import Place
from coherence.share.server import Certificate, PhoneServer
from coherence.translation import _, ngettext
from coherence.ui import words
from coherence.ui.live_loop import PracticeRun
from coherence.ui.mirror import mirrored
from coherence.ui.room.client import ClientScreen

PUT_AWAY = _("The page was put away. The practice goes on in the room")
BROKE_OFF = _("The page for the phone broke off. You can share again.")


class Phones:
    """Off until ``begin``; ends with the session. All of it is the therapist's to switch."""

    def __init__(self, client: ClientScreen, run: PracticeRun) -> None:
        self._client, self._run = client, run
        self._server: PhoneServer | None = None
        self._certificate: Certificate | None = None  # that of the command line, for all of it
        self.trouble = ""

    @property
    def url(self) -> str | None:
        """The link to hand to the client, while the screen is shared."""
        return None if self._server is None else self._server.url

    @property
    def readable_by_others(self) -> bool:
        return self._server is not None and self._server.readable_by_others

    @property
    def words(self) -> str:
        """Whether it is shared, and how many look on; empty where it is not."""
        if self._server is None:
            return ""
        n = self.viewers
        if n == 0:
            return _("Shared, no phone yet")
        return ngettext("{n} phone looks on", "{n} phones look on", n).format(n=n)

    @property
    def viewers(self) -> int:
        """How many phones look on now."""
        return 0 if self._server is None else self._server.viewers

    def take(self, server: PhoneServer) -> None:
        """Show the session on a page that is served already."""
        self.stop()
        self._server, self.trouble = server, ""
        self._certificate = server.certificate

    def begin(self, at: Place) -> None:
        """Share from ``at``; what is in the way is told in ``trouble``."""
        self.stop()
        try:
            self.take(PhoneServer(at, self._certificate))
        except ShareError as error:
            self.trouble = str(error)

    def show(self, view: SessionView) -> None:
        """Send what the client's screen shows now; with the session the sharing ends."""
        server = self._server
        if server is None:
            return
        if not server.alive:
            self._server, self.trouble = None, BROKE_OFF
        elif self._run.ended:
            self._server = None
            server.end(words.end_words(self._run.practised_s))
        else:
            at_s = server.now_s()  # nothing comes between the two clocks
            now_s = self._run.now_s()
            server.show(mirrored(self._client, view, self._run.steps, now_s=now_s, at_s=at_s))

    def stop(self, sentence: str = PUT_AWAY) -> None:
        """Put the page away on every phone."""
        server, self._server = self._server, None
        if server is not None:
            server.end(sentence)

    def close(self) -> None:
        """The room is left: say how it ended, and wait until the door is shut."""
        server, self._server = self._server, None
        if server is not None:
            server.close(words.end_words(self._run.practised_s))
