// The link to the computer: the token, the pictures, the time; and coming back when it drops.

const FIRST_PINGS = 8;
const FIRST_PING_MS = 80;
const PING_MS = 3000;
const WAITS_MS = [300, 800, 1500, 3000, 5000];

export class Link {
  #socket = null;
  #tries = 0;
  #pings = 0;
  #timer = 0;
  #seen = 0;
  #over = false;

  /** `on`: {opened(), picture(message), pong(message), closed(sentence)} */
  constructor(token, on) {
    this.token = token;
    this.on = on;
    document.addEventListener("visibilitychange", () => {
      if (document.hidden || this.#over) return;
      if (!this.#socket) {
        this.open();
      } else if (this.#pings) { // the phone's clock may have stood still
        this.on.opened();
        this.#pings = 0;
        this.#ping(this.#socket);
      }
    });
  }

  open() {
    clearTimeout(this.#timer);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/look`);
    this.#socket = socket;
    socket.onopen = () => {
      socket.send(JSON.stringify({ kind: "hello", token: this.token }));
      this.#pings = 0;
      this.on.opened();
    };
    socket.onmessage = (event) => this.#hear(socket, JSON.parse(event.data));
    socket.onclose = () => {
      if (this.#socket === socket) this.#lose();
    };
  }

  #hear(socket, message) {
    if (message.kind === "picture") {
      if (this.#pings === 0) this.#ping(socket); // let in: the time may be asked for
      this.#tries = 0;
      this.#seen = message.number;
      this.on.picture(message);
    } else if (message.kind === "pong") {
      this.on.pong(message);
    } else if (message.kind === "closed" && !message.again) {
      this.#over = true;
      this.on.closed(message.say);
    }
  }

  #ping(socket) {
    clearTimeout(this.#timer);
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send(JSON.stringify({ kind: "ping", sent: performance.now(), seen: this.#seen }));
    this.#pings += 1;
    const wait = this.#pings < FIRST_PINGS ? FIRST_PING_MS : PING_MS;
    this.#timer = setTimeout(() => this.#ping(socket), wait);
  }

  #lose() {
    this.#socket = null;
    clearTimeout(this.#timer);
    if (this.#over) return;
    const wait = WAITS_MS[Math.min(this.#tries, WAITS_MS.length - 1)];
    this.#tries += 1;
    this.#timer = setTimeout(() => this.open(), wait * (0.8 + 0.4 * Math.random()));
  }
}
