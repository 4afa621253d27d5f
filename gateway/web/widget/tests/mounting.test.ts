// @vitest-environment happy-dom
// What the widget asks for before it is there, and that it does not wait for ever.

import { afterEach, expect, it, vi } from 'vitest';
import { configured } from '../src/options.ts';
import { en } from '../src/words/en.ts';
import { load } from '../src/words/words.ts';

const url = 'https://baton.test';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it('asks for the workspace and queue as they are called', async () => {
  const asked: string[] = [];
  await configured({ url, workspace: 'a&b', queue: 'c d#e' }, 'de', async (call) => {
    asked.push(call);
    return new Response('{}');
  });
  const { pathname, searchParams } = new URL(asked[0] ?? '');
  expect(pathname).toBe('/v1/widget');
  expect([...searchParams]).toEqual([
    ['workspace', 'a&b'],
    ['queue', 'c d#e'],
    ['language', 'de'],
  ]);
});

it('takes a refusal for no configuration', async () => {
  const refusal = { code: 'not_found', open: false };
  const answer = async () => new Response(JSON.stringify(refusal), { status: 404 });
  expect(await configured({ url }, 'en', answer)).toBeFalsy();
});

it('does without what a silent server would configure', async () => {
  const patience = new AbortController();
  const limit = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(patience.signal);
  const form = configured(
    { url },
    'en',
    (_, { signal }) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
  );
  expect(limit).toHaveBeenCalledWith(3_000);
  patience.abort();
  expect(await form).toBeNull();
});

it('speaks English where the words of a language do not come', async () => {
  vi.useFakeTimers();
  vi.spyOn(document.head, 'append').mockImplementation(() => {});
  const words = load(url, 'fr');
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await words).toBe(en);
});
