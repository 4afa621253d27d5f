// Renews a customer's token before its time is over, also where this machine's clock is wrong.

import type { Clock } from './platform.ts';

/** Renewed so long before the end, or at half the time if less is left. */
const BEFORE_MS = 5 * 60_000;
/** A token's whole life: a clock that is behind cannot make it longer. */
const LIFE_MS = 60 * 60_000;
/** A clock that is ahead does not make it a loop. */
const LEAST_MS = 30_000;

export interface Renewal {
  /** The token is good until then. */
  until(expiresAt: string): void;
  stop(): void;
}

/** `renew` answers whether it is worth trying again; on success it calls `until`. */
export function renewal(clock: Clock, renew: () => Promise<boolean>): Renewal {
  let cancel = () => {};
  const plan = (ms: number) => {
    cancel();
    cancel = clock.after(Math.max(LEAST_MS, ms), attempt);
  };
  const attempt = async () => {
    if (await renew()) plan(LEAST_MS);
  };
  return {
    until(expiresAt) {
      const left = Math.min(Math.max(Date.parse(expiresAt) - clock.wall(), 0), LIFE_MS);
      plan(left - Math.min(BEFORE_MS, left / 2));
    },
    stop: () => cancel(),
  };
}
