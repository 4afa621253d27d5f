// What one of the staff wrote and is not stored yet, kept by chat: the page may go and come back.

import type { Draft } from './lines.ts';
import type { KeyValue } from './platform.ts';
import type { Id } from './types.ts';

const KEY = 'baton.unsent.';

export interface Unsent {
  of(chat: Id): readonly Draft[];
  keep(chat: Id, drafts: readonly Draft[]): void;
}

export function unsentIn(storage: KeyValue): Unsent {
  return {
    of(chat) {
      try {
        const kept: unknown = JSON.parse(storage.getItem(KEY + chat) ?? '[]');
        return Array.isArray(kept) ? kept : [];
      } catch {
        return [];
      }
    },
    keep(chat, drafts) {
      if (drafts.length > 0) storage.setItem(KEY + chat, JSON.stringify(drafts));
      else storage.removeItem(KEY + chat);
    },
  };
}
