// Whether the contact panel is open; kept in this browser. Where there is no room beside the chat it
// lies over it, and begins closed.

import { effect, signal } from '@preact/signals';

const KEY = 'baton.contact';
const isWide = () => matchMedia('(min-width: 80rem)').matches;

export const isContactOpen = signal(isWide() && localStorage.getItem(KEY) !== '0');

effect(() => {
  const { value } = isContactOpen;
  if (isWide()) localStorage.setItem(KEY, value ? '1' : '0');
});
