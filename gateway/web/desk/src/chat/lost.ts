// What an agent wrote on a chat and nobody has got: shown until it is put away, so that it can be
// copied to where it belongs.

import type { BatonError, Chat, Id } from '@baton/client';
import { isolated } from '../../../shared/src/names.ts';
import { outcomeName } from '../../../shared/src/outcomes.ts';
import { refusalWords } from '../../../shared/src/refusals.ts';
import { tell } from '../notices.ts';
import { customerName } from '../people.ts';
import { words } from '../words/words.ts';
import type { Outcome } from './disposition.tsx';

/** Of chats that are still on the desk. */
const told = new Map<Id, string>();

/** Once for the same text. A chat of which no copy is here is one from before a reload. */
export function tellLost(
  chat: Id,
  copy: Chat | null,
  { disposition, note }: Partial<Outcome>,
  error?: BatonError,
): void {
  const name = disposition && outcomeName(disposition);
  const text = [name, note]
    .filter(Boolean)
    .map((part) => isolated(part ?? ''))
    .join(' · ');
  if (!text || told.get(chat) === text) return;
  told.set(chat, text);
  const { notKept, notKeptBefore } = words.value.wrapup;
  const lost = copy ? notKept(customerName(copy), text) : notKeptBefore(text);
  // That something else came first, the wrap-up's end, is nothing to try again.
  const why = error && error.code !== 'conflict' ? `. ${refusalWords(error)}` : '';
  tell(`${lost}${why}`, { look: 'bad', stays: true });
}

/** The chat is gone, or it was kept after all. */
export function forgetLost(chat: Id): void {
  told.delete(chat);
}

/** With the desk. */
export function forgetAllLost(): void {
  told.clear();
}
