// @vitest-environment happy-dom
// What is kept in the tab is its person's alone.

import { afterEach, describe, expect, it } from 'vitest';
import { account } from '../../shared/src/account.ts';
import { draftOf, keepDrafts, write } from '../src/drafts.ts';
import { sawThread, seen } from '../src/seen.ts';

const as = (sub: string) => {
  account.value = { token: sub, sub, role: 'agent', workspace: 'default' };
};
afterEach(() => {
  account.value = null;
  sessionStorage.clear();
});

describe('what is kept in the tab', () => {
  it('is not there for the next who signs in, and again for the first', () => {
    as('agent1');
    write('cht_1', 'secret');
    sawThread({ peer: 'a3', dms: [{ seq: 4 }] } as never);
    as('agent2');
    keepDrafts();
    expect([draftOf('cht_1').text.value, seen.value]).toEqual(['', {}]);
    as('agent1');
    expect([draftOf('cht_1').text.value, seen.value]).toEqual(['secret', { 'dm a3': 4 }]);
    expect(Object.keys(sessionStorage).every((key) => key.endsWith(' default/agent1'))).toBe(true);
  });
});
