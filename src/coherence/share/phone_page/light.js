// Colours of the theme, and pictures made once a size and light: the moon, its halo, the pearl.

/** The colours of the page's style sheet, as they are now. */
export function palette() {
  const style = getComputedStyle(document.documentElement);
  const take = (name) => style.getPropertyValue(`--${name}`).trim();
  const many = (name, count) => Array.from({ length: count }, (_, i) => take(`${name}-${i}`));
  return {
    dark: document.documentElement.dataset.theme !== "morning",
    hi: take("hi"),
    heart: take("heart"),
    breath: take("breath"),
    therapist: take("therapist"),
    orbCore: take("orb-core"),
    haloOuter: take("halo-outer"),
    sky: many("sky", 4),
    water: many("water", 3),
    light: many("light", 3),
  };
}

const parts = (colour) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));

export function mix(a, b, share) {
  const other = parts(b);
  const mixed = parts(a).map((x, i) => Math.round(x + (other[i] - x) * share));
  return `#${mixed.map((x) => x.toString(16).padStart(2, "0")).join("")}`;
}

export function alpha(colour, opacity) {
  return `rgba(${parts(colour).join(", ")}, ${Math.max(0, Math.min(1, opacity)).toFixed(4)})`;
}

export function ramp(stops, at) {
  const place = Math.max(0, Math.min(1, at)) * (stops.length - 1);
  const i = Math.min(Math.floor(place), stops.length - 2);
  return mix(stops[i], stops[i + 1], place - i);
}

export function blank(width, height) {
  const made = document.createElement("canvas");
  made.width = Math.max(1, Math.round(width));
  made.height = Math.max(1, Math.round(height));
  return [made, made.getContext("2d")];
}

/** How many radii the halo reaches. */
export const haloReach = (light) => 1.9 + 1.25 * light;

/** The colour of the moon's rim: lavender when the light is low, honey when it is full. */
function rimOf(theme, light) {
  const body = ramp(theme.light, light);
  const warm = mix(body, theme.dark ? theme.breath : "#F4BE7C", 0.42 * light + 0.1);
  const cool = theme.dark ? mix(body, theme.therapist, 0.3) : warm;
  const share = Math.max(0, Math.min(1, (light - 0.52) / 0.3));
  return mix(mix(cool, warm, share), theme.orbCore, 0.08);
}

export const REACH = 1.2; // the moon's picture reaches this many radii, for the soft rim

/** The moon: light falls on it from the upper left, and lamps of three colours glow at its rim. */
export function moonPicture(theme, light, radius) {
  const size = 2 * radius * REACH;
  const [made, ink] = blank(size, size);
  const middle = size / 2;
  if (theme.dark) {
    ink.globalCompositeOperation = "lighter";
    for (const [colour, angle] of [[theme.therapist, 2.8], [theme.heart, 4.8], [theme.breath, 0.9]]) {
      const x = middle + 0.075 * radius * Math.cos(angle);
      const y = middle + 0.075 * radius * Math.sin(angle);
      const lamp = ink.createRadialGradient(x, y, 0, x, y, 1.12 * radius);
      [[0, 0.4], [0.78, 0.36], [0.86, 0.2], [0.93, 0.07], [1, 0]].forEach(([at, strength]) => {
        lamp.addColorStop(at, alpha(colour, 0.8 * strength));
      });
      ink.fillStyle = lamp;
      ink.fillRect(0, 0, size, size);
    }
    ink.globalCompositeOperation = "source-over";
  }
  const [left, up] = theme.dark ? [0.14, 0.2] : [0.06, 0.1];
  const body = ramp(theme.light, light);
  const rim = rimOf(theme, light);
  const disc = ink.createRadialGradient(
    middle - left * radius, middle - up * radius, 0, middle, middle, radius,
  );
  const depths = [[0, 0], [0.14, 0.1], [0.3, 0.24], [0.46, 0.42], [0.62, 0.66], [0.78, 1.1]];
  for (const [at, depth] of depths) {
    const inner = mix(theme.orbCore, body, Math.min(1, depth));
    disc.addColorStop(at, mix(inner, rim, Math.max(0, depth - 1)));
  }
  disc.addColorStop(0.955, rim);
  disc.addColorStop(1, alpha(rim, 0));
  ink.fillStyle = disc;
  ink.beginPath();
  ink.arc(middle, middle, radius, 0, 2 * Math.PI);
  ink.fill();
  return made;
}

/** The glow round the moon: honey near it, a cooler colour far out. */
export function haloPicture(theme, light) {
  const size = 512;
  const [made, ink] = blank(size, size);
  const warm = mix(theme.dark ? theme.breath : "#F4CB8C", ramp(theme.light, light), 0.5);
  const colours = [warm, mix(warm, theme.haloOuter, 0.35), ...Array(3).fill(theme.haloOuter)];
  const strength = 0.2 + 0.3 * light;
  const glow = ink.createRadialGradient(size / 2, size / 2, 0, size / 2, size / 2, size / 2);
  const shares = [1, 0.66, 0.3, 0.07, 0];
  [0, 0.3, 0.52, 0.78, 1].forEach((at, i) => {
    glow.addColorStop(at, alpha(colours[i], strength * shares[i]));
  });
  ink.fillStyle = glow;
  ink.fillRect(0, 0, size, size);
  return made;
}

/** Now: a small light on the water. */
export function pearlPicture(theme, reach) {
  const [made, ink] = blank(2 * reach, 2 * reach);
  const glow = ink.createRadialGradient(reach, reach, 0, reach, reach, reach);
  glow.addColorStop(0, alpha(theme.orbCore, 0.92));
  glow.addColorStop(0.3, alpha(theme.heart, 0.55));
  glow.addColorStop(0.62, alpha(theme.heart, 0.2));
  glow.addColorStop(1, alpha(theme.heart, 0));
  ink.fillStyle = glow;
  ink.fillRect(0, 0, 2 * reach, 2 * reach);
  ink.fillStyle = theme.dark ? theme.orbCore : theme.heart;
  ink.beginPath();
  ink.arc(reach, reach, 0.27 * reach, 0, 2 * Math.PI);
  ink.fill();
  return made;
}

/** Numbers from 0 to 1 that are the same each time. */
export function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
