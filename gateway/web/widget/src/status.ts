// The sentence at the top: where one is, and how long it will still take, said no better than it
// is known. Pure.

import type { Chat } from '@baton/client';
import { names, say, type Words } from './words/words.ts';

/** A copy of the chat, whether the connection was lost, and how long ago the wait was told. */
export interface Known {
  chat: Chat | null;
  isOffline: boolean;
  elapsedS: number;
}

/** The sentence, and what is to be said beside it. */
export interface Status {
  text: string;
  detail: string;
}

export function statusOf(words: Words, { chat, isOffline, elapsedS }: Known): Status {
  const detail = isOffline ? words.offline : '';
  if (!chat) return { text: detail ? '' : words.connecting, detail };
  if (chat.closed) return { text: words.ended, detail: '' };
  const here = named(chat, 'connected');
  if (here.length) return { text: say(words.with, names(words, here)), detail };
  const away = named(chat, 'disconnected');
  if (away.length) return { text: say(words.away, names(words, away)), detail };
  if (chat.state === 'offered') return { text: words.found, detail };
  const { position, ewt } = chat;
  if (!position) return { text: words.looking, detail };
  const place = position === 1 ? words.next : say(words.place, position);
  return { text: place, detail: detail || (ewt ? waitOf(words, ewt, elapsedS) : '') };
}

/** Counts down to half of such waits, then to nine in ten of them, then promises nothing. */
export function waitOf(words: Words, ewt: { p50_s: number; p90_s: number }, elapsedS: number) {
  const likely = ewt.p50_s - elapsedS;
  if (likely > 90) return say(words.waitMinutes, Math.ceil(likely / 60));
  if (likely > 45) return words.waitMinute;
  if (likely > 0) return words.waitSoon;
  const late = ewt.p90_s - elapsedS;
  if (late > 60) return say(words.longer, Math.ceil(late / 60));
  // A short wait that is over by seconds is no news.
  return elapsedS < 30 ? words.waitSoon : words.longest;
}

function named(chat: Chat, state: string): string[] {
  const isThere = (row: Chat['participants'][number]) =>
    row.role !== 'customer' && row.state === state;
  return chat.participants.filter(isThere).map((row) => row.name || row.id);
}
