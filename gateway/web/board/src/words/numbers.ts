// Numbers and durations as the language of now writes them.

import { computed } from '@preact/signals';
import { language } from '../../../shared/src/language.ts';
import { about } from '../../../shared/src/time.ts';

const percents = computed(
  () => new Intl.NumberFormat(language.value, { style: 'percent', maximumFractionDigits: 0 }),
);
const times = computed(
  () =>
    new Intl.DateTimeFormat(language.value, {
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }),
);
const seconds = computed(
  () => new Intl.DateTimeFormat(language.value, { timeStyle: 'medium', hourCycle: 'h23' }),
);

/** Of a part of one. */
export const percent = (part: number): string => percents.value.format(part);
/** About so long. */
export const duration = (s: number): string => about(s);
/** Of the day. */
export const timeOf = (at: string): string => times.value.format(new Date(at));
/** Of the day, by the second. */
export const exactTimeOf = (at: string): string => seconds.value.format(new Date(at));
