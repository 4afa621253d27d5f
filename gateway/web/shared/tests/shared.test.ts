// @vitest-environment happy-dom
// What the pages share, without its looks.

import { cell, memoryStorage } from '@baton/client';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { account, ownStorage, restoreAccount, signIn, signOut } from '../src/account.ts';
import { toSignal } from '../src/bind.ts';
import { chooseTheme, restoreTheme, theme } from '../src/theme.ts';
import { about, clock, dayAndTime, timeOfDay } from '../src/time.ts';

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

describe('a bound value', () => {
  it('is one signal, with the value’s changes', () => {
    const value = cell(1);
    const it = toSignal(value);
    expect(toSignal(value)).toBe(it);
    value.set(2);
    expect(it.value).toBe(2);
  });
});

describe('the theme', () => {
  it('is the system’s until one is chosen, and the choice stays', () => {
    restoreTheme();
    expect([theme.value, document.documentElement.dataset.theme]).toEqual(['system', undefined]);
    chooseTheme('dark');
    expect(document.documentElement.dataset.theme).toBe('dark');
    theme.value = 'system';
    restoreTheme();
    expect(theme.value).toBe('dark');
    chooseTheme('system');
    restoreTheme();
    expect(document.documentElement.dataset.theme).toBeUndefined();
  });

  it('is the system’s where what was stored is none', () => {
    localStorage.setItem('baton.theme', 'purple');
    restoreTheme();
    expect(theme.value).toBe('system');
  });
});

describe('an account', () => {
  const token = (claims: object) => {
    const bytes = new TextEncoder().encode(JSON.stringify(claims));
    const part = btoa(String.fromCharCode(...bytes));
    return `e30.${part.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}.sig`;
  };

  it('is what the token says, for as long as the tab lives', () => {
    const it = token({ sub: 'chloé', role: 'agent', workspace: 'default' });
    expect(signIn(` ${it}\n`)).toBe(true);
    expect(account.value).toMatchObject({ sub: 'chloé', role: 'agent' });
    account.value = null;
    restoreAccount();
    expect(account.value).toMatchObject({ token: it });
    signOut();
    restoreAccount();
    expect(account.value).toBeNull();
  });

  it('is all that a tab has of the one that opened it', () => {
    const it = token({ sub: 'agent1', role: 'agent', workspace: 'default' });
    signIn(it);
    sessionStorage.setItem('baton.draft.note cht_1 default/agent1', ' calls back');
    vi.stubGlobal('opener', {});
    account.value = null;
    restoreAccount();
    expect({ ...sessionStorage }).toEqual({ 'baton.token': it });
    sessionStorage.setItem('baton.draft.cht_1 default/agent1', ' Half');
    restoreAccount();
    expect(sessionStorage).toHaveLength(2);
    expect(account.value).toMatchObject({ sub: 'agent1' });
    vi.unstubAllGlobals();
    signOut();
  });

  it('is none without a token that can be read', () => {
    for (const wrong of ['', 'abc', 'a.b.c', token({ role: 'agent' })]) {
      expect(signIn(wrong)).toBe(false);
    }
    expect(account.value).toBeNull();
  });
});

describe('time', () => {
  it('runs by the second', () => {
    expect([0, 7.9, 750, 3_900, -3].map(clock)).toEqual([
      '0:00',
      '0:07',
      '12:30',
      '1:05:00',
      '0:00',
    ]);
  });

  it('is about so long', () => {
    expect([7.2, 59.6, 750, 3_580, 90_000].map(about)).toEqual([
      '7 s',
      '1 min',
      '13 min',
      '1 h',
      '1 d',
    ]);
  });
});

describe('what a tab keeps', () => {
  it('is found again by the same person alone', () => {
    const kept = memoryStorage();
    const of = (sub: string) => ownStorage(kept, { token: '', sub, role: 'agent', workspace: 'w' });
    of('a').setItem('baton.unsent.c', 'x');
    expect(of('b').getItem('baton.unsent.c')).toBeNull();
    expect(of('a').getItem('baton.unsent.c')).toBe('x');
    of('a').removeItem('baton.unsent.c');
    expect(of('a').getItem('baton.unsent.c')).toBeNull();
  });
});

describe('a time of the calendar', () => {
  it('is by the same clock with its day and without', () => {
    const at = new Date(2026, 10, 23, 13, 16).toISOString();
    expect(timeOfDay(at)).toBe('13:16');
    expect(dayAndTime(at)).toBe('Nov 23, 2026, 13:16');
  });
});
