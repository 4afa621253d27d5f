// System lines with the names that the desk knows, and how a chat got here.

import type { Line, Message } from '@baton/client';
import { systemWords as inWords } from '../../shared/src/system.ts';
import { queueName } from './people.ts';

export const systemWords = (message: Message): string => inWords(message, queueName);

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
