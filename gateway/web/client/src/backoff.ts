// How long to wait before the next attempt: full jitter under a bound that doubles, or what the
// server asks for.

const FIRST_MS = 250;
const LONGEST_MS = 10_000;

/** Pauses between attempts at one thing. */
export interface Backoff {
  /** The next pause in milliseconds; `askedS` is the server's wish. */
  pause(askedS?: number | null): number;
  /** Begins anew. */
  reset(): void;
}

export function backoff(random: () => number): Backoff {
  let bound = FIRST_MS;
  return {
    pause(askedS) {
      const jittered = bound * random();
      bound = Math.min(bound * 2, LONGEST_MS);
      return askedS == null ? jittered : askedS * 1000;
    },
    reset() {
      bound = FIRST_MS;
    },
  };
}
