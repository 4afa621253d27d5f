// What End Chat does now, by the rules of the contract. Pure; what the server says counts.

import type { Chat, Id, Invite } from '@baton/client';

export type Ending =
  /** Colleagues are there: the chat goes on with them. */
  | { kind: 'colleagues'; names: readonly string[] }
  /** It waits in a queue: it stays there until somebody accepts. */
  | { kind: 'queue'; queue: Id; invite: Invite }
  /** Somebody was asked and has not answered: the customer would be alone. */
  | { kind: 'pending'; agent: Id; invite: Invite }
  /** Nobody else: it ends. */
  | { kind: 'customer' };

export function endingOf(chat: Chat, me: Id): Ending {
  const colleagues = chat.participants.filter(
    ({ id, role, state }) =>
      role === 'agent' && id !== me && (state === 'connected' || state === 'disconnected'),
  );
  if (colleagues.length > 0)
    return { kind: 'colleagues', names: colleagues.map(({ name }) => name) };
  const invites = chat.transfer?.invites ?? [];
  const queued = invites.find(({ state }) => state === 'queued');
  if (queued && 'queue' in queued.to) {
    return { kind: 'queue', queue: queued.to.queue, invite: queued };
  }
  const pending = invites.find(({ state }) => state === 'pending');
  if (pending && 'agent' in pending.to) {
    return { kind: 'pending', agent: pending.to.agent, invite: pending };
  }
  return { kind: 'customer' };
}

/** Two that do the same to the customer. */
export function isSameEnding(a: Ending, b: Ending): boolean {
  if (a.kind === 'colleagues' && b.kind === 'colleagues') return a.names.join() === b.names.join();
  if (a.kind === 'queue' && b.kind === 'queue') return a.queue === b.queue;
  if (a.kind === 'pending' && b.kind === 'pending') return a.agent === b.agent;
  return a.kind === b.kind;
}

/** Whether the agent takes part, or only wraps up. */
export function isPresent(chat: Chat, me: Id): boolean {
  const state = chat.participants.find(({ id }) => id === me)?.state;
  return !chat.closed && (state === 'connected' || state === 'disconnected');
}

/** When the agent's running wrap-up ends by itself, if the server says so. */
export function wrapUpUntil(chat: Chat, me: Id): string | null {
  const own = chat.participants.find(({ id }) => id === me);
  return (own?.state === 'wrapup' && own.wrapup_until) || null;
}
