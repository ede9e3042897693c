// Paints one frame: sky, moon and ring, the water with the heart's line, the breaths that are invited.

import { skyPicture, waterPicture } from "./backdrop.js";
import { breathAt } from "./breath.js";
import { REACH, alpha, haloPicture, haloReach, moonPicture, palette, pearlPicture } from "./light.js";
import { SPAN_S } from "./motion.js";

const LIGHT_STEPS = 24;
const MOST_RATIO = 2; // device pixels: all of it is soft
const LOOKED = 45; // frames, before it is judged whether the device is quick enough
const SLOW_MS = 30; // between two frames of the display: then fewer pixels are painted
const REDUCED = 0.8; // the moon's constant size in reduced motion
const EMPTY_HALO = 0.62;
const INVITED = 0.72; // the invited waves are a little lower than the heart's usual ones
const JOIN_S = 3;
const DOT_PX = 9;
const POINT_PX = 2.5; // between two points of the surface

export class Scene {
  #canvas;
  #ink;
  #place = null;
  #theme = null;
  #step = -1;
  #jobs = [];
  #ratio = MOST_RATIO;
  #waits = [];
  still = matchMedia("(prefers-reduced-motion: reduce)");

  constructor(canvas) {
    this.#canvas = canvas;
    this.#ink = canvas.getContext("2d", { alpha: false });
    addEventListener("resize", () => (this.#place = null));
  }

  /** Other colours from the next frame on. */
  restyle() {
    this.#place = null;
  }

  /** The display was ready for a frame again after `ms`. An old device paints fewer pixels. */
  waited(ms) {
    this.#waits.push(ms);
    if (this.#waits.length < LOOKED) return;
    const usual = this.#waits.sort((a, b) => a - b)[LOOKED >> 1];
    this.#waits = [];
    if (usual > SLOW_MS && this.#place && this.#place.ratio > 1) {
      this.#ratio = Math.max(1, this.#place.ratio * 0.7);
      this.#place = null;
    }
  }

  draw(state, motion, picture, now) {
    if (!this.#place) this.#lay();
    this.#turnTo(state.light);
    const ink = this.#ink;
    const { ratio, width, height } = this.#place;
    ink.setTransform(ratio, 0, 0, ratio, 0, 0);
    ink.drawImage(this.sky, 0, 0, width, height);
    const volume = this.still.matches ? REDUCED : state.volume;
    this.#drawMoon(volume, state);
    this.#drawWater(state, motion, picture, now);
  }

  #lay() {
    const [width, height] = [innerWidth, innerHeight];
    const ratio = Math.min(devicePixelRatio || 1, this.#ratio);
    const unit = Math.min(height, 1.72 * width);
    const horizon = 0.7 * height;
    const amplitude = 0.04 * unit;
    const moonX = width / 2;
    this.#place = {
      width, height, ratio, unit, horizon, amplitude, moonX,
      scale: unit / 900,
      moonY: 0.375 * height,
      smallest: 0.085 * unit,
      largest: 0.195 * unit,
      ring: 0.195 * unit + 13 * (unit / 900),
      bandTop: Math.floor(horizon - 1.5 * amplitude),
      bandBottom: Math.ceil(horizon + 1.5 * amplitude),
      pxPerS: moonX / SPAN_S,
    };
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    this.#theme = palette();
    this.#step = -1;
    this.#jobs = [];
    this.sky = skyPicture(this.#theme, this.#place);
    this.pearl = pearlPicture(this.#theme, 19 * this.#place.scale * ratio);
  }

  /** Bring the pictures to another light: all at once the first time, then one a frame. */
  #turnTo(light) {
    const [theme, place] = [this.#theme, this.#place];
    const step = Math.round(light * LIGHT_STEPS);
    const first = this.#step < 0;
    if (!this.#jobs.length && step !== this.#step) {
      this.#step = step;
      const shade = step / LIGHT_STEPS;
      this.#jobs = [
        () => (this.halo = haloPicture(theme, shade)),
        () => (this.moon = moonPicture(theme, shade, place.largest * place.ratio)),
        () => (this.water = waterPicture(theme, place, shade)),
      ];
    }
    do this.#jobs.shift()?.();
    while (first && this.#jobs.length);
  }

  #drawMoon(volume, { light, arc, arcOpacity }) {
    const ink = this.#ink;
    const theme = this.#theme;
    const { moonX, moonY, smallest, largest, ring, scale } = this.#place;
    const radius = smallest + (largest - smallest) * volume;
    const glow = radius * haloReach(light);
    ink.globalAlpha = EMPTY_HALO + (1 - EMPTY_HALO) * volume;
    ink.drawImage(this.halo, moonX - glow, moonY - glow, 2 * glow, 2 * glow);
    ink.globalAlpha = 1;
    ink.lineWidth = Math.max(1, 1.4 * scale);
    ink.strokeStyle = theme.dark ? alpha(theme.hi, 0.17) : alpha(theme.breath, 0.26);
    ink.beginPath();
    ink.arc(moonX, moonY, ring, 0, 2 * Math.PI);
    ink.stroke();
    if (arc > 0 && arcOpacity > 0) {
      ink.lineWidth = Math.max(2, 2.6 * scale);
      ink.lineCap = "round";
      ink.strokeStyle = alpha(theme.breath, 0.88 * arcOpacity);
      ink.beginPath();
      ink.arc(moonX, moonY, ring, Math.PI * (0.5 - arc), Math.PI * (0.5 + arc));
      ink.stroke();
    }
    const reach = radius * REACH;
    ink.drawImage(this.moon, moonX - reach, moonY - reach, 2 * reach, 2 * reach);
  }

  #drawWater(state, motion, picture, now) {
    const ink = this.#ink;
    const place = this.#place;
    const { width, height, moonX, bandTop, bandBottom, pxPerS } = place;
    const surface = [];
    for (let x = 0; x < width + POINT_PX; x += POINT_PX) {
      surface.push([x, ...this.#surface(motion, state, picture, now, (x - moonX) / pxPerS)]);
    }
    ink.save();
    ink.beginPath();
    ink.moveTo(0, height);
    for (const [x, y] of surface) ink.lineTo(x, y);
    ink.lineTo(width + POINT_PX, height);
    ink.closePath();
    ink.clip();
    ink.drawImage(this.water, 0, bandTop, width, height - bandTop);
    ink.restore();
    this.#drawInvitation(state, motion, picture, now);
    if (state.presence > 0) this.#drawLine(surface.filter(([x]) => x <= moonX + POINT_PX), state);
    const [y, there] = this.#surface(motion, state, picture, now, 0);
    if (there > 0) this.#drawPearl(y, there * state.presence);
  }

  /** [pixels from the top, how far the heart's line is there] at `seconds` from now. */
  #surface(motion, state, picture, now, seconds) {
    const { horizon, amplitude } = this.#place;
    const [height, there] = motion.heightAt(now + Math.min(0, seconds));
    const heart = height * there * state.presence;
    if (seconds <= 0) return [horizon - amplitude * heart, there];
    const invited = breathAt(picture.breaths, now + seconds);
    const coming = invited ? (2 * invited.volume - 1) * INVITED * state.guided : 0;
    let share = Math.min(1, seconds / JOIN_S);
    share = share * share * (3 - 2 * share);
    return [horizon - amplitude * (heart + (coming - heart) * share), 0];
  }

  /** The line fades to the left, where it is long past, and where nothing is known. */
  #drawLine(surface, { presence }) {
    const ink = this.#ink;
    const theme = this.#theme;
    const { moonX, scale } = this.#place;
    const ends = [[0, 0], [0.25, 0.55], [1, 1]];
    const stroke = (wide, strength) => {
      const fade = ink.createLinearGradient(0, 0, moonX, 0);
      for (const [at, share] of ends) fade.addColorStop(at, alpha(theme.heart, strength * share));
      ink.strokeStyle = fade;
      ink.lineWidth = wide;
      ink.beginPath();
      let drawing = false;
      for (const [x, y, there] of surface) {
        if (there < 0.5) {
          drawing = false;
        } else if (drawing) {
          ink.lineTo(Math.min(x, moonX), y);
        } else {
          ink.moveTo(x, y);
          drawing = true;
        }
      }
      ink.stroke();
    };
    ink.lineJoin = ink.lineCap = "round";
    const glow = (theme.dark ? 0.05 : 0.03) * presence;
    for (const wide of [20, 15, 11, 8, 5.5]) stroke(wide * Math.max(0.8, scale), glow);
    stroke(Math.max(2.2, 2.6 * scale), 0.95 * presence);
  }

  #drawPearl(y, opacity) {
    const ink = this.#ink;
    const reach = 19 * this.#place.scale;
    ink.globalAlpha = opacity;
    ink.drawImage(this.pearl, this.#place.moonX - reach, y - reach, 2 * reach, 2 * reach);
    ink.globalAlpha = 1;
  }

  /** Dots that come towards the pearl, as the breaths they invite do. */
  #drawInvitation(state, motion, picture, now) {
    if (state.guided <= 0) return;
    const ink = this.#ink;
    const theme = this.#theme;
    const { width, moonX, pxPerS, scale } = this.#place;
    const every = Math.max(1.1, DOT_PX / pxPerS);
    const radius = Math.max(1.5, 1.9 * scale);
    const drift = this.still.matches ? 0 : now % every;
    for (let seconds = every - drift; moonX + seconds * pxPerS < width; seconds += every) {
      if (seconds <= 0.4) continue;
      const x = moonX + seconds * pxPerS;
      const far = 1 - (x - moonX) / Math.max(1, width - moonX);
      const near = Math.min(1, (seconds - 0.4) / 0.6);
      ink.fillStyle = alpha(theme.breath, 0.92 * far ** 0.9 * near * state.guided);
      ink.beginPath();
      ink.arc(x, this.#surface(motion, state, picture, now, seconds)[0], radius, 0, 2 * Math.PI);
      ink.fill();
    }
  }
}
