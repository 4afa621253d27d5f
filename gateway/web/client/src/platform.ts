// What the library needs of its surroundings, so that a test can own time, chance and the wire.

/** The part of a WebSocket that is used: a browser's, or another that is like it. */
export interface Socket {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

/** Time. */
export interface Clock {
  /** Milliseconds from anywhere; never set back. */
  now(): number;
  /** Milliseconds since 1970, as this machine has it. */
  wall(): number;
  /** Calls once after so many milliseconds, unless the answer is called before. */
  after(ms: number, call: () => void): () => void;
}

/** The part of `localStorage` that is used. */
export interface KeyValue {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** The surroundings. */
export interface Platform {
  connect(url: string): Socket;
  fetch(url: string, init: RequestInit): Promise<Response>;
  clock: Clock;
  /** From 0 up to 1. */
  random(): number;
  /** A fresh key that nobody guesses: at least 22 visible characters, and 128 bits. */
  key(): string;
}

const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(26));
  return Array.from(bytes, (byte) => (byte % 32).toString(32)).join('');
}

/** A browser's surroundings, with whatever else is given in their place. */
export function platformWith(given: Partial<Platform> = {}): Platform {
  return {
    connect: (url) => new WebSocket(url),
    fetch: (url, init) => fetch(url, init),
    clock: systemClock,
    random: Math.random,
    key: freshKey,
    ...given,
  };
}

/** A storage that forgets with the page. */
export function memoryStorage(): KeyValue {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}
