// The board of the account that is signed in, opened and closed with it.

import { effect, signal } from '@preact/signals';
import { account, ownToken, person } from '../../../shared/src/account.ts';
import { type Board, openBoard } from './board.ts';

export const board = signal<Board | null>(null);

// A fresh token of the same person changes nothing of it.
effect(() => {
  if (!person.value) return;
  const open = openBoard({
    url: location.origin,
    token: ownToken(),
    oversees: account.peek()?.role !== 'agent',
  });
  const wake = () => {
    if (document.visibilityState === 'visible') open.staff.session.wake();
  };
  document.addEventListener('visibilitychange', wake);
  addEventListener('online', wake);
  board.value = open;
  return () => {
    document.removeEventListener('visibilitychange', wake);
    removeEventListener('online', wake);
    open.close();
    board.value = null;
  };
});
