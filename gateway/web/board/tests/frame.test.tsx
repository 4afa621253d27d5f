// @vitest-environment happy-dom
// What is around every view of the board.

import { screen } from '@testing-library/preact';
import { expect, it } from 'vitest';
import { signIn, signOut } from '../../shared/src/account.ts';
import { board } from './opened.tsx';

it('says who is signed in, and as what', async () => {
  const claims = { sub: 'lead1', role: 'supervisor', workspace: 'default' };
  signIn(`e30.${btoa(JSON.stringify(claims))}.sig`);
  await board();
  expect(screen.getByTitle('lead1').textContent).toBe('lead1 · Supervisor');
  signOut();
});
