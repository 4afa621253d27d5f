// The lines of one chat as a page shows them: each once, in order of `seq`, one's own at once and
// marked until they are stored.

import type { BatonError } from './errors.ts';
import type { Message, Visibility } from './types.ts';
import { cell, type Readable } from './value.ts';

/** A line, stored or on its way. */
export interface Line {
  /** Stays the same from the keystroke to the stored line. */
  key: string;
  text: string;
  visibility: Visibility;
  at: string;
  /** `pending`: on its way. `failed`: not stored; may be sent again under the same id. */
  state: 'sent' | 'pending' | 'failed';
  /** Whether this page wrote it. */
  own: boolean;
  /** As stored. */
  message: Message | null;
  error: BatonError | null;
}

/** A line of one's own that is not stored yet. */
export interface Draft {
  client_id: string;
  text: string;
  visibility: Visibility;
  at: string;
}

export interface Lines {
  readonly all: Readable<readonly Line[]>;
  /** Stored lines, in any order; those that are there already change nothing. */
  store(messages: readonly Message[]): void;
  /** One's own, shown at once. */
  draft(draft: Draft): void;
  mark(clientId: string, state: 'pending' | 'failed', error?: BatonError): void;
  discard(clientId: string): void;
}

export function lines(): Lines {
  const stored = new Set<number>();
  const drafts = new Map<string, Line>();
  /** Every id under which this page ever wrote. */
  const own = new Set<string>();
  const all = cell<readonly Line[]>([]);
  const ordered: Line[] = [];

  const publish = () => all.set([...ordered, ...drafts.values()]);
  return {
    all,
    store(messages) {
      const fresh = messages.filter((message) => !stored.has(message.seq));
      if (fresh.length === 0) return;
      for (const message of fresh) {
        const id = message.client_id ?? '';
        drafts.delete(id);
        stored.add(message.seq);
        ordered.push(shown(message, own.has(id)));
      }
      ordered.sort((a, b) => seqOf(a) - seqOf(b));
      publish();
    },
    draft(draft) {
      own.add(draft.client_id);
      const { client_id: key, ...said } = draft;
      const state = 'pending';
      drafts.set(key, { ...said, key, state, own: true, message: null, error: null });
      publish();
    },
    mark(clientId, state, error) {
      const line = drafts.get(clientId);
      if (!line) return;
      drafts.set(clientId, { ...line, state, error: error ?? null });
      publish();
    },
    discard(clientId) {
      if (drafts.delete(clientId)) publish();
    },
  };
}

function seqOf({ message }: Line): number {
  return message?.seq ?? 0;
}

function shown(message: Message, own: boolean): Line {
  const { text, visibility, at } = message;
  const key = own ? (message.client_id ?? message.message_id) : message.message_id;
  return { key, text, visibility, at, state: 'sent', own, message, error: null };
}
