// @vitest-environment happy-dom
// The administration is its person's for as long as they are signed in.

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { signIn, signOut } from '../../shared/src/account.ts';

/** As whom something was asked, in order. */
let asked: Array<string | undefined>;
vi.stubGlobal('fetch', (_: string, { headers }: { headers: Record<string, string> }) => {
  asked.push(headers.authorization);
  // The first call is lost, and asked again; the others are not answered.
  return asked.length === 1 ? Promise.reject(new TypeError('network')) : new Promise(() => {});
});
await import('../src/opening.ts');

const token = (sub: string) =>
  `e30.${btoa(JSON.stringify({ sub, role: 'admin', workspace: 'default' }))}.sig`;
beforeEach(() => {
  asked = [];
  vi.useFakeTimers();
});
afterEach(() => {
  signOut();
  vi.useRealTimers();
});

it('repeats nothing as the next person that was asked as this one', async () => {
  signIn(token('admin'));
  await vi.advanceTimersByTimeAsync(0);
  signOut();
  signIn(token('admin2'));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked).toEqual([`Bearer ${token('admin')}`, `Bearer ${token('admin2')}`, undefined]);
});
