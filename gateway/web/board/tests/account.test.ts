// @vitest-environment happy-dom
// The board is its person's for as long as they are signed in.

import { afterEach, expect, it, vi } from 'vitest';
import { renewAccount, signIn, signOut } from '../../shared/src/account.ts';

vi.stubGlobal(
  'WebSocket',
  class {
    send() {}
    close() {}
  },
);
const { board } = await import('../src/live/signed-in.ts');

const token = (sub: string, exp: number) =>
  `e30.${btoa(JSON.stringify({ sub, role: 'supervisor', workspace: 'default', exp }))}.sig`;
afterEach(() => signOut());

it('asks nothing as the next person that was asked as this one', () => {
  signIn(token('lead1', 1));
  const { http } = board.value!.staff;
  renewAccount(token('lead1', 2));
  expect(http.token?.()).toBe(token('lead1', 2));
  signOut();
  signIn(token('lead2', 2));
  expect(http.token?.()).toBe('');
});
