// @vitest-environment happy-dom
// Canned answers: what "/" finds, names in them, and that one's own are kept.

import { beforeEach, describe, expect, it } from 'vitest';
import { canned, filled, keepCanned, matching } from '../src/canned.ts';

const all = [
  { name: 'hello', text: 'Hello {customer}' },
  { name: 'bye', text: 'Say hello to {me}, {customer}; {other} stays' },
];

beforeEach(() => localStorage.clear());

describe('canned answers', () => {
  it('are meant by a slash and a word at the beginning, and by nothing else', () => {
    expect(matching('/', all)).toHaveLength(2);
    expect(matching('/hel', all)?.map(({ name }) => name)).toEqual(['hello', 'bye']);
    expect(matching('/nothing', all)).toEqual([]);
    for (const text of ['', 'hello', ' /hello', '/hello there', 'a/b']) {
      expect(matching(text, all)).toBeNull();
    }
  });

  it('have names put in, as they are', () => {
    const names = { customer: '$& {me}', me: 'Alice' };
    expect(filled(all[1]!, names)).toBe('Say hello to Alice, $& {me}; {other} stays');
    expect(filled(all[0]!, { customer: '', me: 'Alice' })).toBe('Hello');
  });

  it('are some to begin with, and then one’s own', () => {
    expect(canned.value.length).toBeGreaterThan(2);
    keepCanned(all);
    expect(canned.value).toEqual(all);
    expect(JSON.parse(localStorage.getItem('baton.canned') ?? '')).toEqual(all);
  });
});
