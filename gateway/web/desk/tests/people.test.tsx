// @vitest-environment happy-dom
// Who takes or took part.

import type { Chat, Staff } from '@baton/client';
import { cleanup, render } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { chat } from '../../client/tests/world.ts';
import { People } from '../src/contact/people.tsx';

afterEach(cleanup);

it('a supervisor takes part until she leaves', () => {
  const shown = (state: string) => {
    const lena = { id: 'lead1', role: 'supervisor', name: 'Lena', mode: 'barge', state };
    const copy = chat({ participants: [lena] }) as unknown as Chat;
    const people = <People desk={{} as Staff} chat={copy} me="agent1" canEdit />;
    const { textContent } = render(people).container;
    cleanup();
    return textContent?.replace(/\P{ASCII}/gu, '');
  };
  expect(shown('connected')).toBe('Lenatakes part');
  expect(shown('left')).toBe('Lenaleft');
});
