// What the system says in a chat, in the visitor's language and in plain words: who came, who
// left, whom one is talking to now, and why it is over. Pure.

import type { Message } from '@baton/client';
import { names, say, type Words } from './words/words.ts';

/** The sentence of a system line; the server's own where there is nothing to translate. */
export function noteOf(words: Words, { event, text }: Message, isFirst: boolean): string {
  if (!event) return text;
  const name = event.participant?.name ?? '';
  switch (event.change) {
    case 'connected':
      return say(isFirst ? words.joined : words.joinedToo, name);
    case 'left':
    case 'removed':
    case 'lost':
      return say(event.change === 'lost' ? words.lost : words.left, name) + next(words, event);
    case 'ended':
      return end(words, event.reason);
    default:
      return text;
  }
}

function next(words: Words, { stays, queue }: NonNullable<Message['event']>): string {
  if (stays?.length) return ` ${say(words.joined, names(words, stays))}`;
  return queue ? ` ${words.waits}` : '';
}

function end(words: Words, reason: string | null | undefined): string {
  if (reason === 'abandoned') return words.customer_left;
  return wordOf(words, reason) ?? words.ended;
}

/** Why a chat could not be started. */
export function refusalOf(words: Words, code: string): string {
  return wordOf(words, code === 'unavailable' ? 'network' : code) ?? words.refused;
}

/** The catalogue has the contract's codes and reasons among its keys. */
function wordOf(words: Words, code: string | null | undefined): string | undefined {
  return code && Object.hasOwn(words, code) ? words[code as keyof Words] : undefined;
}
