// What End Chat does, by who is in the chat and who was asked.

import type { Chat, Invite, Participant } from '@baton/client';
import { describe, expect, it } from 'vitest';
import { endingOf, isPresent, isSameEnding } from '../src/ending.ts';

const agent = (id: string, state: Participant['state']): Participant => ({
  id,
  role: 'agent',
  name: id.toUpperCase(),
  state,
});
const invite = (state: Invite['state'], to: Invite['to']): Invite => ({
  invite_id: 'inv_1',
  to,
  by: 'a',
  state,
  at: '2026-01-05T09:00:00.000Z',
});
const chat = (participants: Participant[], invites: Invite[] = []): Chat => ({
  chat_id: 'cht_1',
  state: 'active',
  participants: [agent('a', 'connected'), ...participants],
  opened_at: '2026-01-05T09:00:00.000Z',
  seq: 1,
  rev: 1,
  transfer: { invites },
});

describe('End Chat', () => {
  it('ends it for the customer where nobody else is', () => {
    for (const state of ['left', 'lost', 'removed', 'wrapup', 'done', 'invited'] as const) {
      expect(endingOf(chat([agent('b', state)]), 'a')).toEqual({ kind: 'customer' });
    }
  });

  it('leaves it to colleagues, also to one whose connection is away for a moment', () => {
    const one = chat([agent('b', 'disconnected')]);
    expect(endingOf(one, 'a')).toEqual({ kind: 'colleagues', names: ['B'] });
    const there = [agent('b', 'connected'), agent('c', 'disconnected')];
    expect(endingOf(chat(there), 'a')).toEqual({ kind: 'colleagues', names: ['B', 'C'] });
  });

  it('does not take a supervisor or the customer for a colleague', () => {
    const lead: Participant = { ...agent('l', 'connected'), role: 'supervisor' };
    const dana: Participant = { ...agent('d', 'connected'), role: 'customer' };
    expect(endingOf(chat([lead, dana]), 'a').kind).toBe('customer');
  });

  it('leaves it in the queue where it waits, before it minds an invitation', () => {
    const pending = invite('pending', { agent: 'b' });
    const queued = invite('queued', { queue: 'billing' });
    expect(endingOf(chat([], [pending, queued]), 'a')).toMatchObject({
      kind: 'queue',
      queue: 'billing',
    });
    expect(endingOf(chat([], [pending]), 'a')).toMatchObject({ kind: 'pending', agent: 'b' });
    expect(endingOf(chat([], [invite('declined', { agent: 'b' })]), 'a').kind).toBe('customer');
  });

  it('is the same only for the same people and places', () => {
    const to = (names: string[]) => ({ kind: 'colleagues', names }) as const;
    expect(isSameEnding(to(['B']), to(['B']))).toBe(true);
    expect(isSameEnding(to(['B']), to(['C']))).toBe(false);
    expect(isSameEnding(to(['B']), { kind: 'customer' })).toBe(false);
  });
});

describe('whether the agent is in the chat', () => {
  it('is so while connected, and not once it is over', () => {
    expect(isPresent(chat([]), 'a')).toBe(true);
    expect(isPresent(chat([agent('b', 'wrapup')]), 'b')).toBe(false);
    const closed = { at: '2026-01-05T09:00:00.000Z', reason: 'resolved' } as const;
    expect(isPresent({ ...chat([]), closed }, 'a')).toBe(false);
  });
});
