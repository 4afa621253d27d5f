// Values and who is told of them.

import { describe, expect, it } from 'vitest';
import { cell } from '../src/value.ts';

describe('a cell', () => {
  it('tells of changes, and of nothing else', () => {
    const heard: number[] = [];
    const one = cell(1);
    const end = one.subscribe((value) => heard.push(value));
    one.set(1);
    one.set(2);
    end();
    one.set(3);
    expect(heard).toEqual([2]);
    expect(one.get()).toBe(3);
  });
});
