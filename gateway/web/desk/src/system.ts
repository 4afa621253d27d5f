// What happened in a chat, in words: system lines of the transcript, and how the chat got here.

import type { Line, Message } from '@baton/client';
import { queueName } from './people.ts';
import { words } from './words/words.ts';

/** A system line in the agent's language; as the server put it where this page knows no better. */
export function systemWords({ event, text }: Message): string {
  const said = words.value.system;
  if (!event) return text;
  if (event.change === 'ended') return said.ended[event.reason ?? ''] ?? text;
  const { change, participant, stays, queue } = event;
  const sentence = (said as unknown as Record<string, unknown>)[change];
  if (!participant || typeof sentence !== 'function') return text;
  const first: string = sentence(participant.name || participant.id);
  if (queue) return `${first} ${said.waits(queueName(queue))}`;
  if (change === 'connected' || !stays?.length) return first;
  const names = words.value.and(stays);
  return `${first} ${stays.length > 1 ? said.staysMany(names) : said.stays(names)}`;
}

export interface Station {
  key: string;
  at: string;
  text: string;
}

/** The stations of a chat: who came and went, and where it waited. */
export function stationsOf(lines: readonly Line[]): Station[] {
  return lines
    .filter(({ message }) => message?.kind === 'system')
    .map(({ key, at, message }) => ({ key, at, text: systemWords(message as Message) }));
}
