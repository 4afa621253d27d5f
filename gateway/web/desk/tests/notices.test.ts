// @vitest-environment happy-dom
// Which news are shown where there are many.

import { afterEach, expect, it } from 'vitest';
import { notices, tell } from '../src/notices.ts';

afterEach(() => {
  notices.value = [];
});
const shown = () => notices.value.map(({ text }) => text);

it('what stays is not pushed out by what passes', () => {
  tell('kept', { stays: true });
  for (const text of ['1', '2', '3', '4']) tell(text);
  expect(shown()).toEqual(['kept', '3', '4']);
});

it('the newest is shown, also where all others stay', () => {
  for (const text of ['a', 'b', 'c', 'd']) tell(text, { stays: true });
  tell('1');
  tell('2');
  expect(shown()).toEqual(['a', 'b', 'c', 'd', '2']);
});

it('what passes by itself goes before what went wrong', () => {
  tell('wrong', { look: 'bad' });
  for (const text of ['1', '2', '3']) tell(text);
  expect(shown()).toEqual(['wrong', '2', '3']);
});
