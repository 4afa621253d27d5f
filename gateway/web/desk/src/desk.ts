// The desk of whoever is signed in: one connection to Baton, made and closed with the account.

import { connectStaff, type Staff } from '@baton/client';
import { effect, signal } from '@preact/signals';
import { account } from '../../shared/src/account.ts';

export const desk = signal<Staff | null>(null);

effect(() => {
  const token = account.value?.token;
  if (!token) return;
  const staff = connectStaff({ url: location.origin, token: () => token });
  const wake = () => {
    if (document.visibilityState === 'visible') staff.session.wake();
  };
  document.addEventListener('visibilitychange', wake);
  addEventListener('online', wake);
  desk.value = staff;
  return () => {
    document.removeEventListener('visibilitychange', wake);
    removeEventListener('online', wake);
    staff.close();
    desk.value = null;
  };
});
