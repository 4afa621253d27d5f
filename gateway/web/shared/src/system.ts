// What happened in a chat, in words: the server's system lines in the reader's language.

import type { Id, Message } from '@baton/client';
import { inLanguage } from './language.ts';
import { inARow, isolated } from './names.ts';

const en = {
  change: {
    connected: (name: string) => `${name} joined.`,
    left: (name: string) => `${name} left.`,
    removed: (name: string) => `${name} was removed.`,
    lost: (name: string) => `${name}’s connection was lost.`,
  } as Record<string, (name: string) => string>,
  stays: (names: readonly string[]) =>
    `${inARow(names, 'and')} ${names.length > 1 ? 'stay' : 'stays'}.`,
  /** Offered there, or waiting, and of a blind transfer while the one who was asked decides. */
  isWith: (queue: string) => `The chat is now with ${queue}.`,
  ended: {
    resolved: 'The chat was ended.',
    customer_left: 'The customer left.',
    inactivity: 'The chat ended: nothing was written for a while.',
    abandoned: 'The customer left before anybody answered.',
    orphaned: 'The chat ended: nobody could take it.',
    deflected: 'The chat was not taken on.',
  } as Record<string, string>,
};

const de: typeof en = {
  change: {
    connected: (name) => `${name} ist dazugekommen.`,
    left: (name) => `${name} hat den Chat verlassen.`,
    removed: (name) => `${name} wurde entfernt.`,
    lost: (name) => `Die Verbindung zu ${name} brach ab.`,
  },
  stays: (names) => `${inARow(names, 'und')} ${names.length > 1 ? 'bleiben' : 'bleibt'}.`,
  isWith: (queue) => `Der Chat ist jetzt bei ${queue}.`,
  ended: {
    resolved: 'Der Chat wurde beendet.',
    customer_left: 'Der Kunde ist gegangen.',
    inactivity: 'Der Chat ist beendet: Es wurde eine Weile nichts geschrieben.',
    abandoned: 'Der Kunde ging, bevor jemand antwortete.',
    orphaned: 'Der Chat ist beendet: Niemand konnte ihn annehmen.',
    deflected: 'Der Chat wurde nicht angenommen.',
  },
};

const words = inLanguage({ en, de });

/** How a chat ended; nothing for a reason that this page does not know. */
export const endedWords = (reason: string | null | undefined): string | undefined =>
  words.value.ended[reason ?? ''];

/** A system line in words; as the server put it where this page knows no better. */
export function systemWords({ event, text }: Message, queueName: (queue: Id) => string): string {
  const said = words.value;
  if (!event) return text;
  const { change, participant, stays, queue, reason } = event;
  if (change === 'ended') return endedWords(reason) ?? text;
  const sentence = said.change[change];
  if (!participant || !sentence) return text;
  const first = sentence(isolated(participant.name || participant.id));
  if (queue) return `${first} ${said.isWith(isolated(queueName(queue)))}`;
  return change === 'connected' || !stays?.length ? first : `${first} ${said.stays(stays)}`;
}
