// @vitest-environment happy-dom
// What the widget asks for before it is there, and that it does not wait for ever.

import type { Platform } from '@baton/client';
import { afterEach, expect, it, vi } from 'vitest';
import { problem, world } from '../../client/tests/world.ts';
import { configured } from '../src/options.ts';
import { en } from '../src/words/en.ts';
import { load } from '../src/words/words.ts';

const url = 'https://baton.test';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it('asks for the workspace and queue as they are called', async () => {
  const { asked, platform } = world();
  await configured({ url, workspace: 'a&b', queue: 'c d#e' }, 'de', platform);
  const { pathname, searchParams } = new URL(asked[0]?.path ?? '', url);
  expect(pathname).toBe('/widget');
  expect([...searchParams]).toEqual([
    ['workspace', 'a&b'],
    ['queue', 'c d#e'],
    ['language', 'de'],
  ]);
});

it('takes a refusal for no configuration', async () => {
  const { reply, platform } = world();
  reply('GET /widget?language=en', problem(404, { code: 'not_found', open: false }));
  expect(await configured({ url }, 'en', platform)).toBeNull();
});

it('does without what a silent server would configure', async () => {
  const { clock, platform } = world();
  const fetch: Platform['fetch'] = (_, { signal }) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  const form = configured({ url }, 'en', { ...platform, fetch });
  await clock.pass(3_000);
  expect(await form).toBeNull();
});

it('speaks English where the words of a language do not come', async () => {
  vi.useFakeTimers();
  vi.spyOn(document.head, 'append').mockImplementation(() => {});
  const words = load(url, 'fr');
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await words).toBe(en);
});
