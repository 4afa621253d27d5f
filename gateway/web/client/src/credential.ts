// The token of one of the staff: when it ends, and a fresh one in its place without losing the
// session. When it has run out the next connection waits for one, and so does whatever was asked.

import { asBatonError, type ErrorCode } from './errors.ts';
import { type Http, request } from './http.ts';
import type { Happening, Session } from './session.ts';
import type { ApiTime } from './types.ts';
import { cell, type Readable } from './value.ts';

/** A connection that is there says within this time whether it takes a token. */
const RENEW_MS = 10_000;

export interface Credential {
  /** When the sign-in ends, as the server says; none before the first welcome. */
  readonly expiresAt: Readable<ApiTime | null>;
  /** Whether it has ended, and the connection waits for `renew`. */
  readonly isExpired: Readable<boolean>;
  /** For calls: the newest there is. */
  token(): string | Promise<string>;
  /** For connections: never one that has run out. */
  fresh(): Promise<string>;
  hear(happening: Happening): void;
  /** Goes on with another token of the same person. Throws `BatonError` if it is not taken. */
  renew(token: string, session: Session, http: Http): Promise<void>;
}

export function credential(ask: () => string | Promise<string>): Credential {
  const expiresAt = cell<ApiTime | null>(null);
  const isExpired = cell(false);
  const spent = new Set<string>();
  let given: string | null = null;
  /** What the connection said it was. */
  let used = '';
  let goOn = () => {};

  const token = () => (given !== null && !spent.has(given) ? given : ask());
  return {
    expiresAt,
    isExpired,
    token,
    async fresh() {
      for (;;) {
        const next = await token();
        if (!spent.has(next)) {
          isExpired.set(false);
          used = next;
          return next;
        }
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
      }
    },
    hear(happening) {
      if (happening.type === 'welcome') expiresAt.set(happening.expires_at);
      if (happening.type !== 'bye' || happening.reason !== 'token_expired') return;
      spent.add(used);
      isExpired.set(true);
    },
    async renew(next, session, http) {
      const until =
        session.connection.get().state === 'online' ? await prolong(session, next) : null;
      if (until) {
        expiresAt.set(until);
        used = next;
      } else {
        await isTaken({ ...http, token: () => next });
      }
      given = next;
      isExpired.set(false);
      goOn();
    },
  };
}

/** Until when the connection goes on with a token; none if it does not say: it may be gone. */
async function prolong(session: Session, token: string): Promise<ApiTime | null> {
  try {
    const options = { timeoutMs: RENEW_MS };
    return (await session.command('token.renew', { token }, options)).expires_at;
  } catch (thrown) {
    const error = asBatonError(thrown);
    if (error.code === 'timeout') return null;
    throw error;
  }
}

const REFUSED = new Set<ErrorCode>(['unauthenticated', 'forbidden', 'network']);

/** Throws what is the matter with a token: a connection that says a wrong one is the last one. */
async function isTaken(http: Http): Promise<void> {
  try {
    await request(http, { path: '/queues?limit=1', patienceMs: 0 });
  } catch (thrown) {
    const error = asBatonError(thrown);
    // Who it is is asked first: all else is the server's trouble.
    if (REFUSED.has(error.code)) throw error;
  }
}
