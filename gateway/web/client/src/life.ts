// Whether the server still lives. A page sees none of the server's own pings, so it sends one of
// its own when it has heard nothing for long, and soon when an answer is outstanding.

import type { Clock } from './platform.ts';

/** With an answer outstanding, a server that is silent for so long is asked. */
const IMPATIENT_MS = 4_000;
/** Who is asked and says nothing for so long is gone. */
const ANSWER_MS = 6_000;
/** A timer that is later than this: the page slept, and what was sent may lie unread. */
const SLEPT_MS = 3_000;
/** Until the server has said otherwise. */
const HEARTBEAT_MS = 15_000;

export interface Life {
  /** Something came. */
  heard(): void;
  /** As `welcome` says. */
  beats(heartbeatS: number): void;
  /** An answer is waited for from now on. */
  asked(): void;
  /** Asks now: the page woke up, or the network changed. */
  probe(): void;
  stop(): void;
}

export interface LifeOptions {
  clock: Clock;
  /** Whether an answer is outstanding. */
  waits(): boolean;
  ping(): void;
  gone(): void;
}

export function life({ clock, waits, ping, gone }: LifeOptions): Life {
  let heartbeat = HEARTBEAT_MS;
  let quietSince = clock.now();
  let probedAt: number | null = null;
  /** The page slept since it last heard something: it asked twice. */
  let excused = false;
  let cancel = () => {};

  const deadline = () => {
    if (probedAt !== null) return probedAt + ANSWER_MS;
    return quietSince + (waits() ? Math.min(IMPATIENT_MS, heartbeat) : heartbeat);
  };
  const arm = () => {
    cancel();
    const due = deadline();
    cancel = clock.after(due - clock.now(), () => tick(due));
  };
  const probe = () => {
    probedAt = clock.now();
    ping();
    arm();
  };
  const tick = (due: number) => {
    const now = clock.now();
    if (now < deadline()) arm();
    else if (probedAt === null) probe();
    else if (now - due > SLEPT_MS && !excused) {
      excused = true;
      probe();
    } else gone();
  };

  arm();
  return {
    heard() {
      quietSince = clock.now();
      probedAt = null;
      excused = false;
    },
    beats(heartbeatS) {
      if (heartbeatS > 0) heartbeat = heartbeatS * 1000;
      arm();
    },
    asked() {
      quietSince = Math.max(quietSince, clock.now());
      arm();
    },
    probe() {
      if (probedAt === null) probe();
    },
    stop: () => cancel(),
  };
}
