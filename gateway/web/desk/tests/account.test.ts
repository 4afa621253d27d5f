// @vitest-environment happy-dom
// The desk is its person's for as long as they are signed in, whatever token they are signed in by.

import { afterEach, expect, it, vi } from 'vitest';
import { renewAccount, signIn, signOut } from '../../shared/src/account.ts';

const sockets: string[] = [];
vi.stubGlobal(
  'WebSocket',
  class {
    constructor(url: string) {
      sockets.push(url);
    }
    send() {}
    close() {}
  },
);
vi.stubGlobal(
  'AudioContext',
  class {
    resume() {}
  },
);
const { desk } = await import('../src/desk.ts');
const { notices, tell } = await import('../src/notices.ts');

const token = (sub: string, exp: number) =>
  `e30.${btoa(JSON.stringify({ sub, role: 'agent', workspace: 'default', exp }))}.sig`;
afterEach(() => signOut());

it('goes on with a fresh token, and is another one for another person', () => {
  expect(signIn(token('agent1', 1))).toBe(true);
  const first = desk.value;
  expect(first).not.toBeNull();
  expect(renewAccount(token('agent2', 2))).toBe(false);
  expect(renewAccount(token('agent1', 2))).toBe(true);
  expect(desk.value).toBe(first);
  signIn(token('agent2', 2));
  expect(desk.value).not.toBe(first);
  signOut();
  expect(desk.value).toBeNull();
});

it('asks nothing as the next person that was asked as this one', () => {
  signIn(token('agent1', 1));
  const { http } = desk.value!;
  renewAccount(token('agent1', 2));
  expect(http.token?.()).toBe(token('agent1', 2));
  signOut();
  signIn(token('agent2', 2));
  expect(http.token?.()).toBe('');
});

it('shows nobody what was told to another person, and the same one again', () => {
  signIn(token('agent1', 1));
  tell('What you wrote was not kept', { stays: true });
  signOut();
  signIn(token('agent1', 2));
  expect(notices.value).toHaveLength(1);
  signIn(token('agent2', 3));
  expect(notices.value).toEqual([]);
});
