// The breath: the same curve as the window's, from the breaths that were told beforehand. Pure.

const EARLY_OUT = 0.88; // the out-breath leaves a little earlier and lands softly
export const CARRY_ON_S = 30; // so long the last breath is repeated where no more are told

/** {volume, inhaling, share} at `elapsed` seconds of a breath [start, end, rate, in, full, empty]. */
export function inBreath(elapsed, [, , perMinute, inhaleShare, full, empty]) {
  const moving = 60 / perMinute - full - empty;
  const inhale = inhaleShare * moving;
  if (elapsed < inhale) {
    const u = elapsed / inhale;
    return { volume: 0.5 - 0.5 * Math.cos(Math.PI * u), inhaling: true, share: u };
  }
  const after = elapsed - inhale - full;
  if (after < 0) return { volume: 1, inhaling: true, share: 1 };
  const u = Math.min(1, after / (moving - inhale));
  return { volume: 0.5 + 0.5 * Math.cos(Math.PI * u ** EARLY_OUT), inhaling: false, share: u };
}

/** Where the breath stands at session time `now`; null where no guide runs. */
export function breathAt(breaths, now) {
  if (!breaths.length || now < breaths[0][0]) return null;
  for (const breath of breaths) {
    if (now < breath[1]) return inBreath(now - breath[0], breath);
  }
  const last = breaths[breaths.length - 1];
  if (now > last[1] + CARRY_ON_S) return null;
  return inBreath((now - last[1]) % (60 / last[2]), last);
}
