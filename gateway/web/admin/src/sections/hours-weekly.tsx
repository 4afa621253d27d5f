// Hours of some days of the week.

import { DAYS, type Day, type Weekly } from '@baton/client';
import { RowButtons } from '../forms/rows.tsx';
import { TimeField } from '../forms/time.tsx';
import { useField } from '../forms/use-field.ts';
import { FindingLine } from '../frame/finding.tsx';
import { type At, into } from '../model/place.ts';
import { words } from '../words/words.ts';

interface WeeklyRowProps {
  at: At;
  row: Weekly;
  index: number;
  count: number;
  remove(): void;
}

export function WeeklyRow({ at, row, index, count, remove }: WeeklyRowProps) {
  const { id, findings } = useField<Weekly>(at);
  const days = useField<Day[]>(into(at, 'days'));
  const { forms, fields, days: short, daysLong } = words.value;
  const chosen = row.days ?? [];
  const turn = (day: Day) => days.set(DAYS.filter((one) => (one === day) !== chosen.includes(one)));
  return (
    <li data-path={id} class="flex flex-col gap-1 border-line not-first:border-t not-first:pt-4">
      <div class="flex flex-wrap items-end gap-x-4 gap-y-2">
        <fieldset data-path={days.id} class="grid min-w-0 grid-cols-7 gap-1 max-sm:w-full">
          <legend class="mb-1 text-sm font-medium">{forms.days}</legend>
          {DAYS.map((day) => (
            <label
              key={day}
              class="relative grid min-h-9 sm:min-w-11 cursor-pointer place-items-center rounded-lg border border-edge text-sm sm:px-2 has-checked:border-accent has-checked:bg-accent has-checked:text-on-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent max-sm:min-h-11"
            >
              <input
                type="checkbox"
                class="absolute inset-0 cursor-pointer appearance-none outline-none"
                aria-label={daysLong[day]}
                checked={chosen.includes(day)}
                onChange={() => turn(day)}
              />
              <span aria-hidden="true">{short[day]}</span>
            </label>
          ))}
        </fieldset>
        <TimeField at={into(at, 'from')} label={fields.from.label} />
        <TimeField at={into(at, 'to')} label={fields.to.label} />
        <RowButtons name={`${row.from}–${row.to}`} {...{ index, count, remove }} />
      </div>
      {[...findings, ...days.findings].map((finding) => (
        <FindingLine key={finding.code + finding.path} finding={finding} />
      ))}
    </li>
  );
}
