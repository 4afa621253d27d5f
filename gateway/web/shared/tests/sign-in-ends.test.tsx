// @vitest-environment happy-dom
// The banner over the page of somebody whose sign-in ends, or has ended.

import { BatonError } from '@baton/client';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { account, signIn, signOut } from '../src/account.ts';
import { SignInEnds } from '../src/ui/sign-in-ends.tsx';
import { words } from '../src/words.ts';

const said = words.value;
const NOW = Date.parse('2026-01-05T09:00:00.000Z');
const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();

const token = (claims: object) =>
  `e30.${btoa(JSON.stringify({ role: 'agent', workspace: 'default', ...claims }))}.sig`;
const OLD = token({ sub: 'agent1' });
const FRESH = token({ sub: 'agent1', exp: NOW / 1000 + 43_200 });

/** How the server answers `GET /v1/sign-in` and `POST /v1/sign-in`. */
function server(ways: object, given: object = {}) {
  const answer = (body: object) => new Response(JSON.stringify(body));
  vi.stubGlobal('fetch', async (_: string, { method }: RequestInit) =>
    answer(method === 'POST' ? given : ways),
  );
}
const DEMO = { mode: 'demo', people: [{ sub: 'agent1', role: 'agent' }] };

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  signIn(OLD);
});
afterEach(() => {
  cleanup();
  signOut();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const shown = () => document.querySelector('[data-sign-in-ends]')?.textContent ?? '';
const pass = (ms: number) =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
const press = (name: string) =>
  act(async () => {
    fireEvent.click(screen.getByRole('button', { name }));
    await vi.advanceTimersByTimeAsync(0);
  });

/** The page takes what it is given, or throws. */
function banner(props: { minutes?: number; isExpired?: boolean; error?: BatonError } = {}) {
  const { minutes = 3, isExpired = false, error } = props;
  const renewed: string[] = [];
  const renew = async (fresh: string) => {
    if (error) throw error;
    renewed.push(fresh);
    signIn(fresh);
  };
  render(
    <>
      <textarea aria-label="What one writes" />
      <SignInEnds expiresAt={at(minutes)} isExpired={isExpired} renew={renew} />
    </>,
  );
  return renewed;
}

describe('before the end', () => {
  it('says five minutes before when that is, and nothing earlier', async () => {
    banner({ minutes: 60 });
    await pass(54 * 60_000);
    expect(shown()).toBe('');
    await pass(60_000);
    expect(shown()).toContain('Your sign-in ends at ');
    expect(shown()).toContain(said.signInAgain);
  });

  it('goes on as the same person by one press, and back to what was being written', async () => {
    server(DEMO, { token: FRESH });
    const renewed = banner();
    const field = screen.getByLabelText('What one writes');
    const button = screen.getByRole('button', { name: said.signInAgain });
    field.focus();
    fireEvent.focusIn(button, { relatedTarget: field });
    button.focus();
    await press(said.signInAgain);
    expect(renewed).toEqual([FRESH]);
    expect(account.value?.expiresAt).toBe(at(720));
    expect(document.activeElement).toBe(field);
  });
});

describe('after it', () => {
  it('says so, whatever this machine thinks what time it is', () => {
    banner({ minutes: 60, isExpired: true });
    expect(shown()).toContain(said.hasEnded);
  });

  it('takes a token where the server gives none', async () => {
    server({ mode: 'token' });
    const renewed = banner({ isExpired: true });
    await press(said.signInAgain);
    const field = screen.getByLabelText(said.freshToken);
    expect(document.activeElement).toBe(field);
    fireEvent.input(field, { target: { value: ` ${FRESH} ` } });
    await press(said.goOn);
    expect(renewed).toEqual([FRESH]);
    expect(screen.queryByLabelText(said.freshToken)).toBeNull();
  });

  it.each([
    ['somebody else’s', token({ sub: 'agent2' }), undefined, said.notYours],
    ['not taken', FRESH, new BatonError('unauthenticated', ''), said.notTaken],
  ])('refuses a token that is %s, and goes on asking', async (_, brought, error, why) => {
    server({ mode: 'token' });
    const renewed = banner({ isExpired: true, ...(error && { error }) });
    await press(said.signInAgain);
    fireEvent.input(screen.getByLabelText(said.freshToken), { target: { value: brought } });
    await press(said.goOn);
    expect(renewed).toEqual([]);
    expect(shown()).toContain(why);
    expect(screen.getByLabelText(said.freshToken)).toBeTruthy();
  });
});
