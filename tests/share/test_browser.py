"""The phone's page in a real browser: it moves, keeps time, and lets nobody else in."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from tests.share.browser_desk import PHONE, TABLET, Session, chromium, holds, opened, waited
from tests.share.phone_desk import guide_of, served, token_of

pytest.importorskip("uvicorn", reason="the extra share is not installed")

from coherence.model import BreathPattern
from coherence.pacing import BreathGuide, volume_in_breath
from coherence.share.server import PhoneServer

pytestmark = pytest.mark.slow

AHEAD_S = 100.0  # the session's clock before the server's, as picture_at tells it
KEYS = {
    *("kind", "number", "now", "at", "breaths", "light", "line", "cue", "prompt", "band"),
    *("sentence", "left", "steps", "step", "numbers", "theme", "blank"),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as made:
        yield made


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with served() as server, Session(server) as made:
        yield made


@pytest.fixture(scope="module")
def phone(browser: Any, session: Session) -> Iterator[Any]:
    """A page that looks on through most of these tests."""
    with opened(browser, session.server.url) as page:
        yield page


# --- it moves ---

LONG_TASKS = """ms => new Promise(done => {
    let long = 0, frames = 0, last = 0;
    const watch = new PerformanceObserver(list => { long += list.getEntries().length; });
    watch.observe({ entryTypes: ["longtask"] });
    const began = performance.now();
    const count = now => {
        frames += 1;
        if (now - began < ms) return requestAnimationFrame(count);
        setTimeout(() => { watch.disconnect(); done({ long, frames }); }, 100);
    };
    requestAnimationFrame(count);
})"""


@pytest.mark.parametrize("size", ["phone", "tablet"])
def test_no_task_of_the_page_is_longer_than_50_ms(
    browser: Any, session: Session, phone: Any, size: str
) -> None:
    """Others at work on this machine can only lengthen a task: the best of some looks counts."""
    if size == "tablet":
        with opened(browser, session.server.url, viewport=TABLET) as page:
            best = _least_long_tasks(page)
    else:
        best = _least_long_tasks(phone)
    assert best == 0


def _least_long_tasks(page: Any) -> int:
    found = []
    for _ in range(6):
        looked = page.evaluate(LONG_TASKS, 2000)
        assert looked["frames"] > 4
        found.append(looked["long"])
        if not found[-1]:
            break
    return min(found)


ROW = """y => {
    const canvas = document.getElementById("scene");
    const at = Math.round(y * canvas.height);
    const row = canvas.getContext("2d").getImageData(0, at, canvas.width, 1).data;
    const lit = [];
    for (let i = 0; i < row.length; i += 4) lit.push(row[i] + row[i + 1] + row[i + 2]);
    return lit;
}"""
MOON_ROW, LINE_ROW = 0.375, 0.70


def moon_px(page: Any) -> int:
    """How wide the moon is, in pixels of the canvas."""
    return sum(value > 540 for value in page.evaluate(ROW, MOON_ROW))


def test_moon_and_line_move_with_time(phone: Any) -> None:
    widths, lines = [], []
    for _ in range(8):
        widths.append(moon_px(phone))
        lines.append(tuple(phone.evaluate(ROW, LINE_ROW)))
        phone.wait_for_timeout(500)
    assert max(widths) > 1.1 * min(widths)
    assert len(set(lines)) > 4


def test_a_slow_device_paints_fewer_pixels(browser: Any, session: Session) -> None:
    with opened(browser, session.server.url, device_scale_factor=2) as page:
        widths = page.evaluate(
            """async () => {
                const { Scene } = await import("/scene.js");
                const { Motion } = await import("/motion.js");
                const canvas = document.createElement("canvas");
                const [scene, motion] = [new Scene(canvas), new Motion()];
                const nothing = { breaths: [], light: 0.5, line: null, cue: "", prompt: ["", 0] };
                const widths = [];
                for (const ms of [16, 16, 60, 60, 60, 60]) {
                    for (let i = 0; i < 45; i += 1) scene.waited(ms);
                    scene.draw(motion.frame(nothing, 0, 0, {}), motion, nothing, 0);
                    widths.push(canvas.width);
                }
                return widths;
            }"""
        )
    assert widths[0] == widths[1] == 2 * PHONE["width"]
    assert widths[2] < widths[1]
    assert widths[-1] == PHONE["width"]


def test_in_reduced_motion_the_moon_keeps_its_size(browser: Any, session: Session) -> None:
    with opened(browser, session.server.url, reduced_motion="reduce") as page:
        widths, shares = [], []
        for _ in range(6):
            widths.append(moon_px(page))
            shares.append(page.evaluate("coherence.breath().share"))
            page.wait_for_timeout(500)
    assert max(widths) < 1.05 * min(widths)  # the light may still grow
    assert len(set(shares)) > 4  # while the breath goes on


# --- it keeps time ---


def test_the_breath_is_within_20_ms_of_the_session_s(session: Session, phone: Any) -> None:
    """Both clocks are set against the wall clock of this machine, which both can read."""
    phone.wait_for_timeout(800)  # the first pings are through, and the glide to them
    apart_s = []
    for _ in range(12):
        wall_ms, session_s, breath = phone.evaluate(
            "[performance.timeOrigin + performance.now(), coherence.sessionS(), coherence.breath()]"
        )
        ago_s = time.time() - wall_ms / 1000
        true_s = session.server.now_s() - ago_s + AHEAD_S
        moment = session.guide.at(session_s)
        assert moment is not None
        assert breath["inhaling"] == moment.inhaling or min(breath["share"], moment.share) < 0.01
        assert breath["volume"] == pytest.approx(moment.volume, abs=0.02)
        apart_s.append(abs(session_s - true_s))
        phone.wait_for_timeout(60)
    assert sorted(apart_s)[len(apart_s) // 2] < 0.020


def test_the_clock_finds_a_known_offset_through_uneven_delays(phone: Any) -> None:
    """The server is 5000 ms ahead; one answer was quick, the others came late by up to 300 ms."""
    found = phone.evaluate(
        """async () => {
            const { Clock } = await import("/clock.js");
            const clock = new Clock();
            const late = [120, 300, 2, 40, 250, 90, 180, 60];
            late.forEach((ms, i) => {
                const sent = 1000 * i;
                const came = (sent + 3 + 5000) / 1000;
                clock.answered(sent, came, came + 0.001, sent + 3 + 1 + 3 + ms);
            });
            clock.told(60.0, 10.0);
            clock.told(60.25, 10.21);
            clock.sessionS(9000);
            return clock.sessionS(20000);
        }"""
    )
    assert found == pytest.approx(20.0 + 5.0 + 50.0, abs=0.002)


@pytest.mark.parametrize(
    "pattern",
    [BreathPattern(5.5, 0.4), BreathPattern(5, 0.42, 1.0, 1.0)],
)
def test_the_page_breathes_by_the_same_curve(phone: Any, pattern: BreathPattern) -> None:
    times = [pattern.period_s * i / 200 for i in range(200)]
    row = [
        0.0, pattern.period_s, pattern.breaths_per_min, pattern.inhale_share,
        pattern.pause_full_s, pattern.pause_empty_s,
    ]  # fmt: skip
    found = phone.evaluate(
        """async ([row, times]) => {
            const { inBreath } = await import("/breath.js");
            return times.map(t => inBreath(t, row)).map(b => [b.volume, b.inhaling, b.share]);
        }""",
        [row, times],
    )
    for t, (volume, inhaling, share) in zip(times, found, strict=True):
        expected = volume_in_breath(t, pattern)
        assert (volume, share) == pytest.approx((expected[0], expected[2]), abs=1e-9)
        assert inhaling == expected[1]


def test_the_last_breath_is_carried_on_for_a_while_and_then_let_go(phone: Any) -> None:
    found = phone.evaluate(
        """async () => {
            const { breathAt } = await import("/breath.js");
            const row = [[100, 110, 6, 0.4, 0, 0]];
            return [99, 104, 114, 124, 141].map(t => breathAt(row, t)?.volume ?? null);
        }"""
    )
    assert found[0] is None
    assert found[1:4] == pytest.approx([1.0, 1.0, 1.0])
    assert found[4] is None


# --- it says no name, and nothing raw ---


def test_all_that_comes_is_what_the_docs_list(phone: Any, session: Session) -> None:
    waited(phone, lambda: len(phone.frames_told) > 20)
    kinds = {frame["kind"] for frame in phone.frames_told}
    assert kinds == {"picture", "pong"}
    for frame in phone.frames_told:
        if frame["kind"] == "pong":
            assert set(frame) == {"kind", "sent", "came", "left"}
            continue
        assert set(frame) == KEYS
        assert all(each is None or isinstance(each, int) for each in frame["line"]["heights"])
    assert phone.faults == []


def test_the_page_keeps_and_fetches_nothing_elsewhere(browser: Any, session: Session) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(session.server.url)
    holds(page, "coherence.known")
    origin = session.server.url.partition("/#")[0]
    assert all(url.startswith((f"{origin}/", "data:,")) for url in asked)
    assert token_of(session.server) not in "".join(url.partition("#")[0] for url in asked)
    assert context.cookies() == []
    kept = page.evaluate("[localStorage.length, sessionStorage.length]")
    assert kept == [0, 0]
    context.close()


def test_the_words_are_those_of_the_session(phone: Any, session: Session) -> None:
    text = phone.evaluate("document.body.innerText")
    assert "6 min left" in text
    assert "Let your face soften" in text
    assert (
        phone.locator("#band").inner_text() == "In rhythm"
        or phone.locator("#band").inner_text() == "in rhythm"
    )
    prompt = phone.locator("#prompt")
    assert prompt.get_attribute("role") == "status"  # polite: a screen reader says it in time
    assert phone.locator("#cue").get_attribute("aria-hidden") == "true"  # and never each breath


def test_a_soft_pause_takes_line_and_words_at_once(browser: Any) -> None:
    with served() as server, Session(server) as session, opened(browser, server.url) as page:
        session.more = {
            "blank": True, "line": None, "breaths": (), "cue": "", "prompt": "", "band": "",
            "prompt_opacity": 0.0, "sentence": "A quiet moment",
        }  # fmt: skip
        holds(page, "coherence.presence === 0")
        assert page.locator("#sentence").inner_text() == "A quiet moment"
        assert page.locator("#band").inner_text() == ""
        holds(page, "document.getElementById('cue').textContent === ''")
        session.more = {}
        holds(page, "coherence.presence > 0.9")


# --- it lets nobody else in ---


def test_a_wrong_token_shows_a_plain_sentence(browser: Any, session: Session) -> None:
    url = session.server.url.partition("#")[0]
    with opened(browser, f"{url}#wrong", known=False) as page:
        holds(page, "document.getElementById('cue').textContent.includes('scan')")
        assert {frame["kind"] for frame in page.frames_told} == {"closed"}
    with opened(browser, url, known=False) as page:
        assert "whole link" in page.locator("#cue").inner_text()
        assert page.frames_told == []


def test_another_host_name_is_refused(browser: Any, session: Session) -> None:
    url = session.server.url.replace("127.0.0.1", "localhost")
    context = browser.new_context()
    page = context.new_page()
    answer = page.goto(url)
    assert answer.status == 403
    assert page.locator("canvas").count() == 0
    context.close()


ELSEWHERE = """<!doctype html><title>trying</title><script type="module">
const there = "{origin}", tried = {};
for (const mode of ["cors", "no-cors"])
  tried[mode] = await fetch(there + "/page.js", { mode }).then(r => r.type, () => "refused");
tried.socket = await new Promise(done => {
  const socket = new WebSocket(there.replace("http", "ws") + "/look");
  socket.onopen = () => socket.send(JSON.stringify({ kind: "hello", token: "{token}" }));
  socket.onmessage = () => done("answered");
  socket.onerror = () => done("refused");
});
tried.script = await new Promise(done => {
  const script = Object.assign(document.createElement("script"), { src: there + "/breath.js" });
  script.onload = () => done("loaded");
  script.onerror = () => done("refused");
  document.head.append(script);
});
document.body.append(Object.assign(document.createElement("iframe"), { src: there }));
document.title = JSON.stringify(tried);
</script><body></body>"""


def test_a_page_from_elsewhere_gets_nothing(browser: Any, session: Session) -> None:
    """It even knows the token: its origin is what gives it away."""
    server = session.server
    html = ELSEWHERE.replace("{origin}", server.url.partition("/#")[0])
    html = html.replace("{token}", token_of(server))

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Page) as other:
        Thread(target=other.serve_forever, daemon=True).start()
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{other.server_port}/")
        holds(page, "document.title.startsWith('{')")
        tried = json.loads(page.title())
        page.wait_for_timeout(300)
        framed = [frame for frame in page.frames if frame.url.startswith(server.url[:-40])]
        assert all(frame.locator("canvas").count() == 0 for frame in framed)
        context.close()
        other.shutdown()
    assert tried == {
        "cors": "refused", "no-cors": "refused", "socket": "refused", "script": "refused",
    }  # fmt: skip


# --- it comes back, and ends ---


def _drop(server: PhoneServer) -> None:
    """Cut all links, as a Wi-Fi does."""

    def cut() -> None:
        for connection in list(server._server.server_state.connections):
            connection.transport.abort()

    server._call(cut)


def test_it_comes_back_by_itself_and_the_breath_goes_on(browser: Any) -> None:
    with served() as server, Session(server), opened(browser, server.url) as page:
        before_s = page.evaluate("coherence.sessionS()")
        told = len(page.frames_told)
        _drop(server)
        page.wait_for_timeout(50)
        assert page.evaluate("coherence.breath()") is not None
        waited(page, lambda: len(page.frames_told) > told + 4)
        assert server.viewers == 1
        assert page.evaluate("coherence.sessionS()") > before_s
        assert page.locator("#notice").inner_text() == ""  # so short a gap needs no words


def test_when_nothing_is_heard_the_line_goes_and_the_breath_stays(browser: Any) -> None:
    with served() as server, Session(server), opened(browser, server.url) as page:
        page.context.set_offline(True)
        _drop(server)
        holds(page, "coherence.presence === 0", 15.0)
        assert page.evaluate("coherence.breath()") is not None
        assert "comes back by itself" in page.locator("#notice").inner_text()
        page.context.set_offline(False)
        holds(page, "coherence.presence > 0.9", 15.0)
        assert page.locator("#notice").inner_text() in ("The link is back", "")


def test_the_end_is_kind_and_final(browser: Any) -> None:
    with served() as server, Session(server), opened(browser, server.url) as page:
        server.close("You gave yourself ten minutes of care")
        holds(page, "document.getElementById('cue').textContent.startsWith('You gave')")
        assert page.locator("#cue").get_attribute("role") == "status"
        page.wait_for_timeout(600)
        told = [frame["kind"] for frame in page.frames_told if frame["kind"] != "pong"]
        assert told[-1] == "closed"  # but for a clock that had been asked for before
        assert [fault for fault in page.faults if "WebSocket" in fault] == []  # it does not try on


# --- who can use it ---

LONG = {  # the longest there are, in the longer language
    "prompt": "Streck dich, schau dich um, nimm mit, was hilft. Geh weiter, wenn es für dich so "
    "weit ist",
    "sentence": "Sucht deinen Gurt noch. Befeuchte ihn, und schließ alles, was ihn sonst noch "
    "hält, auch auf einem Telefon",
    "numbers": "62 Schläge je Minute · Kohärenz 7 · im Rhythmus",
    "time_left": "die letzte Minute",
    "band": "langsam und gleichmäßig",
}


@pytest.mark.parametrize("theme", ["dusk", "morning"])
def test_axe_finds_no_serious_fault(browser: Any, session: Session, theme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-core here")
    session.more = {
        "theme": theme, "numbers": "62 beats a minute", "sentence": "Resting here",
        "cue": "Resting", "breaths": (),  # words that do not fade while they are looked at
    }  # fmt: skip
    with opened(browser, session.server.url) as page:
        holds(page, f"document.documentElement.dataset.theme === '{theme}'")
        holds(page, "document.getElementById('cue').style.opacity === '1'")
        holds(page, "document.getElementById('prompt').style.opacity === '1'")
        found = axe.Axe().run(page).response["violations"]
    session.more = {}
    serious = [each for each in found if each["impact"] in ("serious", "critical")]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in serious] == []


CONTRAST = """() => {
    const canvas = document.getElementById("scene"), ink = canvas.getContext("2d");
    const ratio = canvas.width / innerWidth;
    const bright = ([r, g, b]) => [r, g, b].map(part => part / 255).map(
        part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    ).reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
    return Object.fromEntries(["band", "left", "cue", "prompt", "numbers", "sentence"].map(id => {
        const part = document.getElementById(id), range = document.createRange();
        range.selectNodeContents(part);
        const { left, top, width, height } = range.getBoundingClientRect();
        const own = bright(getComputedStyle(part).color.match(/[0-9.]+/g).map(Number));
        const at = [left, top, width, height].map(each => Math.round(each * ratio));
        if (!at[2] || !at[3]) return [id, 21]; // nothing stands there
        const pixels = ink.getImageData(...at).data;
        let worst = 21;
        for (let i = 0; i < pixels.length; i += 4) {
            const behind = bright(pixels.subarray(i, i + 3));
            const [low, high] = own < behind ? [own, behind] : [behind, own];
            worst = Math.min(worst, (high + 0.05) / (low + 0.05));
        }
        return [id, worst];
    }));
}"""


@pytest.mark.parametrize("theme", ["dusk", "morning"])
def test_words_can_be_read_on_every_pixel_behind_them(browser: Any, theme: str) -> None:
    """WCAG 2.2 AA over the painted scene itself, at no light and at full light."""
    for light, viewport in ((0.0, TABLET), (1.0, PHONE)):
        with served() as server, Session(server) as session:
            session.more = LONG | {"theme": theme, "light": light, "cue": "Resting"}
            if viewport is PHONE:
                session.more["sentence"] = ""  # so that the numbers are there
            with opened(browser, server.url, viewport=viewport) as page:
                holds(page, f"Math.abs(coherence.light - {light}) < 0.2", 20.0)
                found = page.evaluate(CONTRAST)
        for name, worst in found.items():
            assert worst >= (3.0 if name == "cue" else 4.5), (name, light)


def test_the_theme_is_a_button_for_finger_and_keyboard(browser: Any, session: Session) -> None:
    with opened(browser, session.server.url) as page:
        box = page.locator("#theme").bounding_box()
        assert min(box["width"], box["height"]) >= 44
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.documentElement.dataset.theme") == "morning"
        page.wait_for_timeout(400)  # the session's own theme does not take it back
        assert page.evaluate("document.documentElement.dataset.theme") == "morning"


SIZES = {
    "small": {"width": 320, "height": 568},
    "phone": PHONE,
    "on its side": {"width": 844, "height": 390},
    "tablet": TABLET,
}


@pytest.mark.parametrize("twice", [False, True], ids=["as usual", "in letters twice as large"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_overlaps_and_nothing_is_cut(browser: Any, size: str, twice: bool) -> None:
    """All words lie within the page and apart from each other, however long or large they are."""
    viewport = SIZES[size]
    with served() as server, Session(server) as session:
        session.more = {} if twice else LONG
        with opened(browser, server.url, viewport=viewport) as page:
            if twice:  # WCAG 1.4.4, as somebody sets it in the browser
                larger = {"standard": 32, "fixed": 26}
                page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": larger})
                page.wait_for_timeout(300)
            boxes = page.evaluate(
                """["band", "left", "cue", "prompt", "numbers", "sentence", "theme"].map(id => {
                    const part = document.getElementById(id), range = document.createRange();
                    range.selectNodeContents(part);
                    const r = (id === "theme" ? part : range).getBoundingClientRect();
                    return [id, r.left, r.top, r.right, r.bottom];
                })"""
            )
    boxes = [box for box in boxes if box[3] > box[1]]  # without what is left out
    for i, (name, left, top, right, bottom) in enumerate(boxes):
        assert left >= 0, name
        assert top >= 0, name
        assert right <= viewport["width"] + 0.5, name
        assert bottom <= viewport["height"] + 0.5, name
        for other, l2, t2, r2, b2 in boxes[i + 1 :]:
            apart = right <= l2 + 1 or r2 <= left + 1 or bottom <= t2 + 1 or b2 <= top + 1
            assert apart, (name, other)


def test_the_guide_of_these_tests_breathes() -> None:
    guide: BreathGuide = guide_of()
    volumes = [guide.at(float(t)).volume for t in range(100, 112)]  # type: ignore[union-attr]
    assert math.isclose(max(volumes), 1.0, abs_tol=0.05)
    assert min(volumes) < 0.1
