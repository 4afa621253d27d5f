// What is kept of a customer's visit between pages: the chat and its token, how far it was read,
// what was not sent yet, a start that nobody has answered, and the chat before. Nothing that was
// said by others.

import type { Draft } from './lines.ts';
import type { KeyValue } from './platform.ts';
import type { Id, StartBody } from './types.ts';

/** The chat of a visit. */
export interface Kept {
  chat_id: Id;
  token: string;
  expires_at: string;
  /** The last line that was seen, in the customer's count. */
  seen: number;
  unsent: readonly Draft[];
}

/** A start under its key, until it is answered. */
export interface Starting {
  key: string;
  body: StartBody;
  /** By this machine's calendar. */
  atMs: number;
}

/** At most one of `chat` and `start`. */
export interface Visit {
  chat?: Kept;
  start?: Starting;
  /** The chat before, until another is started or its token ends. */
  previous?: Kept | undefined;
}

export interface VisitStore {
  load(): Visit;
  save(visit: Visit): void;
}

/** Versions that a page cannot read are forgotten. */
const VERSION = 1;

export function visitStore(storage: KeyValue | undefined, name: string): VisitStore {
  const key = `baton.${name}`;
  return {
    load() {
      try {
        const { version, visit } = JSON.parse(storage?.getItem(key) ?? '{}');
        return version === VERSION ? visit : {};
      } catch {
        return {};
      }
    },
    save(visit) {
      try {
        storage?.setItem(key, JSON.stringify({ version: VERSION, visit }));
      } catch {
        // A full or forbidden storage costs the next page its memory, and this one nothing.
      }
    },
  };
}
