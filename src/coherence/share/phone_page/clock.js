// The session's time by the phone's own clock: an offset as NTP finds it, and the session's lead.

const KEPT = 8; // answers; the quickest of them is nearest to the truth
const SLEW_MS = 400; // a small change of the offset is glided over, so that the moon never jumps
const JUMP_MS = 200;

export class Clock {
  #answers = [];
  #leads = [];
  #offset = null; // server − phone, ms
  #shown = null;
  #lastMs = 0;

  /** An answer to a ping: when it left and came back here (ms), came to and left the server (s). */
  answered(sentMs, cameS, leftS, nowMs) {
    const travelled = nowMs - sentMs - (leftS - cameS) * 1000;
    const offset = (cameS * 1000 - sentMs + leftS * 1000 - nowMs) / 2;
    this.#answers.push({ travelled, offset });
    if (this.#answers.length > KEPT) this.#answers.shift();
    this.#offset = this.#answers.reduce((a, b) => (b.travelled < a.travelled ? b : a)).offset;
    if (this.#shown === null || Math.abs(this.#offset - this.#shown) > JUMP_MS) {
      this.#shown = this.#offset;
    }
  }

  /** A picture told session time and server time together; whatever came between made it more. */
  told(nowS, atS) {
    this.#leads.push(nowS - atS);
    if (this.#leads.length > KEPT) this.#leads.shift();
  }

  /** The link or the phone slept: what was found before may not hold. Until then it does. */
  doubt() {
    this.#answers = [];
  }

  get known() {
    return this.#shown !== null && this.#leads.length > 0;
  }

  /** Session time (s) at `nowMs` of performance.now(). */
  sessionS(nowMs) {
    const passed = Math.max(0, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    this.#shown += (this.#offset - this.#shown) * (1 - Math.exp(-passed / SLEW_MS));
    return (nowMs + this.#shown) / 1000 + Math.min(...this.#leads);
  }
}
