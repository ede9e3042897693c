// What does not move, painted once a size and theme: sky, stars, hills, and the water with its glints.

import { alpha, blank, dice, mix, ramp } from "./light.js";

const STARLESS_PX = 70; // the words at the top need the contrast

/** Sky down to the bottom of the window; the water is laid over it. */
export function skyPicture(theme, place) {
  const { width, height, ratio, horizon, unit } = place;
  const [made, ink] = blank(width * ratio, height * ratio);
  ink.scale(ratio, ratio);
  const sky = ink.createLinearGradient(0, 0, 0, horizon);
  [0, 0.42, 0.84, 1].forEach((at, i) => sky.addColorStop(at, theme.sky[i]));
  ink.fillStyle = sky;
  ink.fillRect(0, 0, width, horizon);
  const haze = ink.createLinearGradient(0, horizon, 0, horizon + 0.12 * unit);
  haze.addColorStop(0, mix(theme.sky[3], theme.water[0], 0.35));
  haze.addColorStop(1, theme.water[0]);
  ink.fillStyle = haze;
  ink.fillRect(0, horizon, width, height - horizon);
  if (theme.dark) stars(ink, place);
  hills(ink, theme, place);
  grain(ink, width, height);
  return made;
}

function stars(ink, { width, height, unit, scale, horizon, moonX, moonY }) {
  const next = dice(21);
  const count = Math.round(70 * Math.max(0.6, width / height));
  for (let i = 0; i < count; i += 1) {
    const [x, depth] = [next() * width, 0.9 * next() ** 1.7];
    const [brightness, radius] = [0.1 + 0.52 * next(), 0.45 + 0.7 * next()];
    const y = depth * horizon;
    if (y < STARLESS_PX || Math.hypot(x - moonX, y - moonY) < 0.27 * unit) continue;
    ink.fillStyle = alpha("#E8F0F5", brightness * (1 - depth));
    ink.beginPath();
    ink.arc(x, y, radius * Math.max(1, scale), 0, 2 * Math.PI);
    ink.fill();
  }
}

function hills(ink, theme, { width, horizon, unit }) {
  const far = theme.dark ? theme.water[1] : "#9DB7BC";
  const next = dice(3);
  [[0.05, 0.03, 0.34], [0.034, 0.012, 0.62]].forEach(([height, base, opacity], k) => {
    const phases = Array.from({ length: 5 }, () => 6 * next());
    const ridge = Array.from({ length: 160 }, (_, i) =>
      phases.reduce((sum, phase, j) => {
        const turns = Math.PI * (2.1 * (j + 1) + 1.3 * k);
        return sum + Math.sin((i / 159) * turns + phase) / (j + 1.4);
      }, 0),
    );
    const [low, high] = [Math.min(...ridge), Math.max(...ridge)];
    ink.beginPath();
    ink.moveTo(0, horizon);
    ridge.forEach((value, i) => {
      const up = base + (height * (value - low)) / (high - low);
      ink.lineTo((i / 159) * width, horizon - unit * up);
    });
    ink.lineTo(width, horizon);
    ink.closePath();
    const colour = mix(theme.sky[3], far, 0.3 + 0.38 * k);
    const fade = ink.createLinearGradient(0, horizon - 0.09 * unit, 0, horizon);
    fade.addColorStop(0, alpha(colour, opacity));
    fade.addColorStop(1, alpha(colour, 0.55 * opacity));
    ink.fillStyle = fade;
    ink.fill();
  });
}

/** A little noise, so that the long gradients show no bands. */
function grain(ink, width, height) {
  const [tile, dots] = blank(96, 96);
  const pixels = dots.createImageData(96, 96);
  const next = dice(4);
  for (let i = 0; i < pixels.data.length; i += 4) {
    pixels.data.fill(next() < 0.5 ? 0 : 255, i, i + 3);
    pixels.data[i + 3] = 4 * next();
  }
  dots.putImageData(pixels, 0, 0);
  ink.fillStyle = ink.createPattern(tile, "repeat");
  ink.fillRect(0, 0, width, height);
}

/** The water from the top of its band to the bottom, with the moon in it, for one light. */
export function waterPicture(theme, place, light) {
  const { width, height, ratio, bandTop, horizon, amplitude, unit, moonX } = place;
  const [made, ink] = blank(width * ratio, (height - bandTop) * ratio);
  ink.scale(ratio, ratio);
  ink.translate(0, -bandTop);
  const deep = ink.createLinearGradient(0, horizon - amplitude, 0, height);
  [0, 0.5, 1].forEach((at, i) => deep.addColorStop(at, theme.water[i]));
  ink.fillStyle = deep;
  ink.fillRect(0, bandTop, width, height - bandTop);
  grain(ink, width, height);

  const strength = 0.16 + 0.34 * light;
  const tint = mix(ramp(theme.light, light), theme.dark ? theme.heart : "#FFFFFF", 0.45);
  const depth = height - horizon;
  for (const [wide, share] of [[1.55, 0.4], [0.85, 0.6]]) {
    ink.save();
    ink.translate(moonX, horizon);
    ink.scale((0.16 * unit * wide) / (1.05 * depth), 1);
    const column = ink.createRadialGradient(0, 0, 0, 0, 0, 1.05 * depth);
    for (let at = 0; at <= 1; at += 0.125) {
      column.addColorStop(at, alpha(tint, 1.1 * strength * share * (1 - at) ** 2.2));
    }
    ink.fillStyle = column;
    ink.fillRect(-4 * unit, bandTop - horizon, 8 * unit, height - bandTop);
    ink.restore();
  }
  glints(ink, theme, place, strength);
  return made;
}

/** Short bright strokes below the moon; fewer where the words stand. */
function glints(ink, theme, { unit, scale, horizon, height, amplitude, moonX }, strength) {
  const next = dice(8);
  const radius = 0.16 * unit;
  const white = theme.dark ? "#FFF3D2" : "#FFFFFF";
  for (let i = 0; i < 22; i += 1) {
    const down = ((i + 0.5) / 22) ** 1.25;
    const y = horizon + 0.55 * amplitude + down * (height - horizon) * 0.86;
    const wide = radius * (0.3 + 0.55 * next()) * (0.55 + 0.75 * down);
    const tall = (0.8 + 2.6 * down) * scale;
    const aside = (next() + next() + next() - 1.5) * 1.4; // near a bell curve
    const x = moonX + aside * radius * 0.16 * (0.6 + 0.9 * down);
    let bright = (0.34 * (1 - down) ** 1.3 + 0.02) * strength;
    if (down > 0.2 && down < 0.62) bright *= 0.35;
    ink.save();
    ink.translate(x, y);
    ink.scale(wide, tall);
    const soft = ink.createRadialGradient(0, 0, 0, 0, 0, 1);
    soft.addColorStop(0, alpha(white, bright));
    soft.addColorStop(0.5, alpha(white, 0.5 * bright));
    soft.addColorStop(1, alpha(white, 0));
    ink.fillStyle = soft;
    ink.fillRect(-1, -1, 2, 2);
    ink.restore();
  }
}
