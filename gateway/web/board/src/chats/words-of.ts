// What a chat is called and where it stands, in words.

import type { AgentRow, Chat, Id, Waiting } from '@baton/client';
import type { Look } from '../ui/mark.tsx';
import { words } from '../words/words.ts';

/** The customer's name, or what else they are known by. */
export function customerOf(chat: Chat): string {
  const { customer } = chat;
  return customer?.name || customer?.email || customer?.id || words.value.unnamed;
}

export function lookOfState(chat: Chat): Look | 'accent' {
  switch (chat.state) {
    case 'active':
      return 'accent';
    case 'queued':
    case 'offered':
      return 'warn';
    case 'unattended':
      return 'bad';
    default:
      return 'off';
  }
}

/** Who is asked to take it now, and until when; the server says so in the sentence alone. */
export function askedNow({ text }: Waiting): { agent: Id; until: string } | null {
  const [, agent, until] = /^is being offered to (\S+) until (\S+)$/.exec(text) ?? [];
  return agent && until ? { agent, until } : null;
}

/** Who has it now. */
export function ownerOf(
  chat: Chat,
  agents: ReadonlyMap<Id, AgentRow>,
  queueName: (queue: Id) => string,
): string {
  const { owner } = chat;
  if (!owner) return '–';
  if ('agent' in owner) return agents.get(owner.agent)?.name ?? owner.agent;
  if ('queue' in owner) return queueName(owner.queue);
  return words.value.nobodyYet;
}
