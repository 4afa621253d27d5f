// A week of opening hours as seven bars.

import { DAYS, type Day, type Weekly } from '@baton/client';
import { words } from '../words/words.ts';

const [DAY_MIN, ROW] = [1440, 20];

export function WeekPicture({ weekly }: { weekly: readonly Weekly[] }) {
  const { forms, days } = words.value;
  return (
    <figure class="flex flex-col gap-1">
      <figcaption class="text-sm font-medium">{forms.week}</figcaption>
      <div class="grid max-w-2xl grid-cols-[auto_1fr] items-center gap-x-3 gap-y-1 text-sm">
        {DAYS.map((day) => (
          <Bar key={day} name={days[day]} stretches={stretchesOf(weekly, day)} />
        ))}
        <span />
        <span class="flex justify-between text-xs text-quiet tabular-nums" aria-hidden="true">
          {['0', '6', '12', '18', '24'].map((hour) => (
            <span key={hour}>{hour}</span>
          ))}
        </span>
      </div>
    </figure>
  );
}

type Stretch = [from: number, to: number];

function Bar({ name, stretches }: { name: string; stretches: Stretch[] }) {
  return (
    <>
      <span class="text-quiet">{name}</span>
      <svg
        viewBox={`0 0 ${DAY_MIN} ${ROW}`}
        preserveAspectRatio="none"
        class="h-3 w-full rounded bg-sunken"
        aria-hidden="true"
      >
        {stretches.map(([from, to]) => (
          <rect key={from} x={from} width={to - from} height={ROW} class="fill-accent" />
        ))}
      </svg>
    </>
  );
}

function stretchesOf(weekly: readonly Weekly[], day: Day): Stretch[] {
  return weekly
    .filter((row) => row.days?.includes(day))
    .map((row): Stretch => [minuteOf(row.from), minuteOf(row.to)])
    .filter(([from, to]) => from < to);
}

/** Minutes from midnight; not a number where it is no time. */
function minuteOf(text: string | undefined): number {
  const parts = /^(\d\d):(\d\d)$/.exec(text ?? '');
  return parts ? Number(parts[1]) * 60 + Number(parts[2]) : Number.NaN;
}
