// Numbers and durations as the language of now writes them.

import { computed } from '@preact/signals';
import { language } from '../../../shared/src/language.ts';
import { about } from '../../../shared/src/time.ts';

const percents = computed(
  () => new Intl.NumberFormat(language.value, { style: 'percent', maximumFractionDigits: 0 }),
);
const seconds = computed(
  () => new Intl.DateTimeFormat(language.value, { timeStyle: 'medium', hourCycle: 'h23' }),
);

/** Of a part of one. */
export const percent = (part: number): string => percents.value.format(part);
/** About so long. */
export const duration = (s: number): string => about(s);
export { timeOfDay as timeOf } from '../../../shared/src/time.ts';
/** Of the day, by the second. */
export const exactTimeOf = (at: string): string => seconds.value.format(new Date(at));
