// @vitest-environment happy-dom
// How chats end, in words.

import { afterEach, expect, it } from 'vitest';
import { chooseLanguage } from '../src/language.ts';
import { outcomeName } from '../src/outcomes.ts';

afterEach(() => chooseLanguage('en'));

it('an outcome is called as it was offered, or as it was written', () => {
  expect(['follow_up', 'wrong_shop', 'constructor'].map(outcomeName)).toEqual([
    'To follow up',
    'wrong_shop',
    'constructor',
  ]);
  chooseLanguage('de');
  expect(outcomeName('follow_up')).toBe('Nachfassen');
});
