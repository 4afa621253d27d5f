// @vitest-environment happy-dom
// What is read aloud of a log.

import { act, cleanup, render } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { Arrivals } from '../src/ui/arrivals.tsx';

afterEach(cleanup);

interface Said {
  seq?: number;
  text: string;
}

function log(known: number | null) {
  const aloud = () => document.querySelector('[aria-live=polite]')?.textContent ?? '';
  const view = (all: readonly Said[], upto: number | null) => (
    <Arrivals all={all} known={upto} seqOf={({ seq }) => seq} say={({ text }) => text || null} />
  );
  const { rerender } = render(view([], known));
  const become = (all: readonly Said[], upto = known) => act(() => rerender(view(all, upto)));
  return { aloud, become };
}
const lines = (from: number, to: number): Said[] =>
  Array.from({ length: to - from + 1 }, (_, at) => ({ seq: from + at, text: `line ${from + at}` }));

it('is what comes, and none of what was there and is loaded or drawn later', async () => {
  const { aloud, become } = log(40);
  await become(lines(23, 40));
  expect(aloud()).toBe('');
  await become(lines(1, 40));
  expect(aloud()).toBe('');
  await become([...lines(1, 42), { text: 'not stored yet' }]);
  expect(aloud()).toBe('line 41 line 42');
});

it('begins when it is known what was there', async () => {
  const { aloud, become } = log(null);
  await become(lines(9, 9));
  await become(lines(1, 9), 9);
  expect(aloud()).toBe('');
  await become(lines(1, 10), 10);
  expect(aloud()).toBe('line 10');
});

it('is said anew where the same words come again, and not where nothing is to be said', async () => {
  const { aloud, become } = log(1);
  const spoken = () => document.querySelector('[aria-live=polite] p');
  await become([{ seq: 2, text: 'ok' }]);
  const before = spoken();
  await become([
    { seq: 2, text: 'ok' },
    { seq: 3, text: 'ok' },
  ]);
  expect(aloud()).toBe('ok');
  expect(spoken()).not.toBe(before);
  await become([{ seq: 4, text: '' }]);
  expect(aloud()).toBe('ok');
});
