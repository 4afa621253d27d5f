// A service level: the part that was taken in time, as a figure and a bar, against what most
// places promise themselves.

import type { Look } from '../ui/mark.tsx';
import { INKS } from '../ui/mark.tsx';
import { percent } from '../words/numbers.ts';

/** Eight of ten in time is the usual promise; below six it is broken. */
const GOOD = 0.8;
const FAIR = 0.6;

export function lookOfLevel(level: number | null | undefined): Look {
  if (level == null) return 'off';
  if (level >= GOOD) return 'good';
  return level >= FAIR ? 'warn' : 'bad';
}

const BARS: Record<Look, string> = {
  good: 'bg-good',
  warn: 'bg-warn',
  bad: 'bg-bad',
  off: 'bg-line',
};

export function ServiceLevel({ level }: { level: number | null | undefined }) {
  const look = lookOfLevel(level);
  return (
    <span class="inline-flex items-center gap-2">
      <span class={`font-medium lg:w-11 lg:text-right tabular-nums ${INKS[look]}`}>
        {level == null ? '–' : percent(level)}
      </span>
      <span aria-hidden="true" class="relative h-1.5 w-14 overflow-hidden rounded-full bg-sunken">
        <span
          class={`absolute inset-y-0 left-0 ${BARS[look]}`}
          style={{ width: `${(level ?? 0) * 100}%` }}
        />
      </span>
    </span>
  );
}
