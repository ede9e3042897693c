// What eases: light, moon, words and water move smoothly between what the pictures say.

import { breathAt } from "./breath.js";

const STEP_S = 0.25; // between samples of the heart's line
const FINENESS = 80;
export const SPAN_S = 36;
const REST = 0.45; // the moon where no guide runs
const FIRST_LIGHT = 0.5;
const GROW_S = 4;
const FADE_S = 12; // three times slower: one sigh does not dim the sky
const GUIDE_S = 2;
const CALM_S = 1.5;
const LINE_S = 0.6;
const HELD_S = 1;
const CUE_S = 0.5;
const QUIET_AFTER_S = 3; // without news the heart's line goes; the breath stays
const LONGEST_STEP_S = 0.5;

/** `value` after `dt` on its way to `target`; 95 % of the way is done in `time`. */
function eased(value, target, dt, time) {
  const next = target + (value - target) * Math.exp((-3 * dt) / time);
  return Math.abs(next - target) < 0.002 ? target : next;
}

export class Motion {
  light = FIRST_LIGHT;
  guided = 0;
  presence = 0; // of the heart's line
  cue = "";
  cueOpacity = 0;
  promptOpacity = 0;
  #heights = new Map(); // sample number to the height that is drawn
  #oldest = -Infinity; // number of the first sample, where there is one at the very left
  #newest = -Infinity; // number of the last sample
  #volume = REST;
  #arc = 0;
  #last = null;

  /** One frame at session time `now`; `silent` is how long nothing was heard. */
  frame(picture, now, silent, words) {
    const dt = this.#last === null ? 0 : Math.max(0, Math.min(now - this.#last, LONGEST_STEP_S));
    this.#last = now;
    const breath = breathAt(picture.breaths, now);
    if (breath) {
      this.#volume = breath.volume;
      this.#arc = breath.inhaling ? breath.share : 1 - breath.share;
    }
    this.guided = eased(this.guided, breath ? 1 : 0, dt, GUIDE_S);
    const light = picture.blank ? FIRST_LIGHT : picture.light;
    this.light = eased(this.light, light, dt, light > this.light ? GROW_S : FADE_S);
    this.#followLine(picture, now, silent, dt);
    const own = breath ? (breath.inhaling ? words.in : words.out) : "";
    this.#turnCue(picture.cue ?? own, dt);
    this.promptOpacity = eased(this.promptOpacity, picture.prompt[1], dt, 0.4);
    return {
      volume: REST + (this.#volume - REST) * this.guided,
      arc: this.#arc,
      arcOpacity: this.guided,
      light: this.light,
      guided: this.guided,
      presence: this.presence,
    };
  }

  /** The line is a shape on a grid of time: a fresh sample rises from where the water stood. */
  #followLine(picture, now, silent, dt) {
    if (picture.blank || !picture.line) {
      if (picture.blank) this.presence = 0; // at once
      this.presence = eased(this.presence, 0, dt, CALM_S);
      if (this.presence === 0) this.#heights.clear();
      return;
    }
    const { first, heights } = picture.line;
    let before = 0;
    this.#oldest = this.#newest = -Infinity;
    for (let i = 0; i < heights.length; i += 1) {
      if (heights[i] === null) {
        this.#heights.delete(first + i);
        continue;
      }
      const target = heights[i] / FINENESS;
      const drawn = this.#heights.get(first + i);
      before = drawn === undefined ? (this.#heights.size ? before : target) : drawn;
      before = eased(before, target, dt, LINE_S);
      this.#heights.set(first + i, before);
      if (i === 0) this.#oldest = first;
      this.#newest = first + i;
    }
    for (const number of this.#heights.keys()) {
      if (number < first) this.#heights.delete(number);
    }
    this.presence = eased(this.presence, silent > QUIET_AFTER_S ? 0 : 1, dt, CALM_S);
  }

  /** Drawn height at `t` seconds of the session, and how far the line is there: [height, 0 to 1]. */
  heightAt(t) {
    const place = t / STEP_S;
    const i = Math.floor(place);
    if (place > this.#newest) return this.#held(t);
    if (place < this.#oldest) return [this.#heights.get(this.#oldest) ?? 0, 1];
    const [a, b, c, d] = [i - 1, i, i + 1, i + 2].map((number) => this.#heights.get(number));
    if (b === undefined && c === undefined) return [0, 0];
    const [left, right] = [b ?? c, c ?? b];
    const [u, v] = [place - i, 1 - place + i];
    const there = b === undefined ? u : c === undefined ? v : 1;
    const rise = (right - (a ?? left)) / 2; // Catmull-Rom: smooth through the samples
    const fall = ((d ?? right) - left) / 2;
    const ends = left * v * v * (1 + 2 * u) + right * u * u * (1 + 2 * v);
    return [ends + u * v * (rise * v - fall * u), there];
  }

  /** After the newest sample the water stays level until another one comes; not for long. */
  #held(t) {
    const height = this.#heights.get(this.#newest);
    if (height === undefined) return [0, 0];
    const over = t - this.#newest * STEP_S - HELD_S;
    return [height, Math.max(0, Math.min(1, 1 - over))];
  }

  /** The old words go before the new ones come. */
  #turnCue(cue, dt) {
    if (cue === this.cue) {
      this.cueOpacity = Math.min(1, this.cueOpacity + dt / CUE_S);
      return;
    }
    this.cueOpacity -= dt / (0.5 * CUE_S);
    if (this.cueOpacity <= 0 || !this.cue) {
      this.cue = cue;
      this.cueOpacity = 0;
    }
  }
}
