// The board of the account that is signed in, opened and closed with it.

import { effect, signal } from '@preact/signals';
import { account } from '../../../shared/src/account.ts';
import { type Board, openBoard } from './board.ts';

export const board = signal<Board | null>(null);

effect(() => {
  const it = account.value;
  if (!it) return;
  const open = openBoard({
    url: location.origin,
    token: () => it.token,
    oversees: it.role !== 'agent',
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
