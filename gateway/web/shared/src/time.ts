// Durations and times as people read them, the same on every page.

import { computed } from '@preact/signals';
import { language } from './language.ts';

const times = computed(
  () =>
    new Intl.DateTimeFormat(language.value, {
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }),
);

/** `14:05`. */
export const timeOfDay = (at: string): string => times.value.format(new Date(at));

const days = computed(
  () =>
    new Intl.DateTimeFormat(language.value, {
      dateStyle: 'medium',
      timeStyle: 'short',
      hourCycle: 'h23',
    }),
);

/** `Nov 23, 2026, 14:05`. */
export const dayAndTime = (at: string): string => days.value.format(new Date(at));

/** `0:07`, `12:30`, `1:05:00`: for what runs. */
export function clock(seconds: number): string {
  const all = Math.max(0, Math.floor(seconds));
  const two = (part: number) => String(part).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** `7 s`, `12 min`, `3 h`, `2 d`: for what is only about so long. */
export function about(seconds: number): string {
  const all = Math.max(0, seconds);
  if (all < 59.5) return `${Math.round(all)} s`;
  if (all < 3570) return `${Math.round(all / 60)} min`;
  if (all < 84_600) return `${Math.round(all / 3600)} h`;
  return `${Math.round(all / 86_400)} d`;
}
