// @vitest-environment happy-dom
// The way from one page to the others.

import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { signIn, signOut } from '../src/account.ts';
import { Places } from '../src/ui/places.tsx';
import { words } from '../src/words.ts';

afterEach(() => {
  cleanup();
  signOut();
});

const as = (role: string) =>
  signIn(`e30.${btoa(JSON.stringify({ sub: 'one', role, workspace: 'default' }))}.sig`);
const links = () => screen.queryAllByRole('link').map((link) => link.getAttribute('href'));

it.each([
  ['agent', 'desk', ['/board']],
  ['supervisor', 'board', ['/admin']],
  ['admin', 'admin', ['/board']],
] as const)('leads somebody who is %s from the %s where they may go', (role, here, hrefs) => {
  as(role);
  render(<Places here={here} />);
  expect(links()).toEqual([]);
  fireEvent.click(screen.getByRole('button', { name: new RegExp(words.value.otherPages) }));
  expect(links()).toEqual(hrefs);
});

it('leaves nobody’s chats for another page', () => {
  as('agent');
  render(<Places here="desk" stays />);
  fireEvent.click(screen.getByRole('button', { name: new RegExp(words.value.otherPages) }));
  expect(screen.getByRole('link').getAttribute('target')).toBe('_blank');
});
