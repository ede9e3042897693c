// The page: joins link, clock, motion and scene, and says in words what there is to say.

import { breathAt } from "./breath.js";
import { Clock } from "./clock.js";
import { Link } from "./link.js";
import { Motion } from "./motion.js";
import { Scene } from "./scene.js";

const FRAME_MS = 30; // a breath is slow: 30 pictures a second are enough, and spare the battery
const RESTING_AFTER_MS = 3000;
const NOTICE_MS = 4000;
const NOTHING_YET = {
  breaths: [], light: 0.5, line: null, cue: "", prompt: ["", 0], band: "", sentence: "", left: "",
  steps: [], step: -1, numbers: "", blank: true,
};

const $ = (id) => document.getElementById(id);
const root = document.documentElement;
const said = document.body.dataset;
const words = { in: said.breatheIn, out: said.breatheOut };
const clock = new Clock();
const motion = new Motion();
const scene = new Scene($("scene"));

let picture = NOTHING_YET;
let heardMs = performance.now();
let readyMs = heardMs;
let drawnMs = -FRAME_MS;
let chosen = null; // the theme that was chosen on this page
let resting = false;
let over = false;
let noticeTimer = 0;

function say(id, text) {
  if ($(id).textContent !== text) $(id).textContent = text;
}

function notice(text, forMs = 0) {
  clearTimeout(noticeTimer);
  say("notice", text);
  if (forMs) noticeTimer = setTimeout(() => say("notice", ""), forMs);
}

function dress(theme) {
  if (root.dataset.theme === theme) return;
  root.dataset.theme = theme;
  const sky = getComputedStyle(root).getPropertyValue("--sky-0").trim();
  document.querySelector('meta[name="theme-color"]').content = sky;
  scene.restyle();
}

function rest(text) {
  over = true;
  document.body.classList.add("over");
  picture = { ...NOTHING_YET, theme: picture.theme };
  notice("");
  say("prompt", "");
  say("numbers", "");
  $("cue").removeAttribute("aria-hidden");
  $("cue").setAttribute("role", "status");
  $("cue").style.opacity = 1;
  say("cue", text);
}

function showWords() {
  const { band, sentence, left, numbers, steps, step, prompt } = picture;
  say("band", band);
  say("left", left);
  say("sentence", sentence);
  say("numbers", numbers);
  if (prompt[0]) say("prompt", prompt[0]);
  const titles = steps.join("\n");
  if ($("steps").dataset.shown !== `${titles}${step}`) {
    $("steps").dataset.shown = `${titles}${step}`;
    const parts = steps.map((title, i) => {
      const part = document.createElement(i === step ? "b" : "span");
      part.textContent = title;
      return part;
    });
    $("steps").replaceChildren(...parts.flatMap((part, i) => (i ? [" · ", part] : [part])));
  }
}

function frame(nowMs) {
  requestAnimationFrame(frame);
  scene.waited(nowMs - readyMs);
  readyMs = nowMs;
  if (nowMs - drawnMs < FRAME_MS) return;
  drawnMs = nowMs;
  const silentMs = nowMs - heardMs;
  if (!over && clock.known && silentMs > RESTING_AFTER_MS && !resting) {
    resting = true;
    notice(said.resting);
  }
  const now = clock.known ? clock.sessionS(nowMs) : nowMs / 1000;
  const state = motion.frame(picture, now, silentMs / 1000, words);
  scene.draw(state, motion, picture, now);
  if (over || !clock.known) return;
  say("cue", motion.cue);
  $("cue").style.opacity = motion.cueOpacity.toFixed(2);
  $("prompt").style.opacity = motion.promptOpacity.toFixed(2);
  if (motion.promptOpacity === 0 && !picture.prompt[0]) say("prompt", "");
}

const link = new Link(location.hash.slice(1), {
  opened: () => clock.doubt(),
  pong: (answer) => clock.answered(answer.sent, answer.came, answer.left, performance.now()),
  closed: (sentence) => rest(sentence || said.over),
  picture: (told) => {
    heardMs = performance.now();
    clock.told(told.now, told.at);
    picture = told;
    dress(chosen ?? told.theme);
    showWords();
    if (resting) {
      resting = false;
      notice(said.back, NOTICE_MS);
    }
  },
});

$("theme").addEventListener("click", () => {
  chosen = root.dataset.theme === "dusk" ? "morning" : "dusk";
  dress(chosen);
});

/** Where the display may be kept awake (only over TLS), it is while the page is seen. */
async function stayAwake() {
  try {
    if (!document.hidden) await navigator.wakeLock?.request("screen");
  } catch {
    // not now: the phone saves its battery
  }
}

// For whoever wants to look: it only reads.
globalThis.coherence = Object.freeze({
  get known() { return clock.known; },
  get light() { return motion.light; },
  get presence() { return motion.presence; },
  sessionS: () => clock.sessionS(performance.now()),
  breath: () => breathAt(picture.breaths, clock.sessionS(performance.now())),
});

dress(matchMedia("(prefers-color-scheme: light)").matches ? "morning" : "dusk");
if (link.token) {
  link.open();
} else {
  rest(said.wholeLink);
}
document.addEventListener("visibilitychange", stayAwake);
stayAwake();
requestAnimationFrame(frame);
