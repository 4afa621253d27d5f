// Dates on which the week does not hold: closed, or open at other times.

import type { HoursException } from '@baton/client';
import { useEditor } from '../editing.ts';
import { BOX, FieldFrame } from '../forms/frame.tsx';
import { AddButton, RowButtons } from '../forms/rows.tsx';
import { TimeField } from '../forms/time.tsx';
import { useField } from '../forms/use-field.ts';
import { FindingLine } from '../frame/finding.tsx';
import { type At, into } from '../model/place.ts';
import { words } from '../words/words.ts';

export function ExceptionFields({ at }: { at: At }) {
  const { value: rows = [], set } = useField<HoursException[]>(at);
  const { forms } = words.value;
  return (
    <>
      <ul class="flex flex-col gap-4">
        {rows.map((row, index) => (
          <ExceptionRow
            key={index}
            at={into(at, index)}
            {...{ row, index }}
            count={rows.length}
            remove={() => set(rows.filter((_, other) => other !== index))}
          />
        ))}
      </ul>
      <AddButton
        label={forms.addException}
        onClick={() => set([...rows, { date: dayAfter(rows.at(-1)?.date) }])}
      />
    </>
  );
}

interface ExceptionRowProps {
  at: At;
  row: HoursException;
  index: number;
  count: number;
  remove(): void;
}

function ExceptionRow({ at, row, index, count, remove }: ExceptionRowProps) {
  const { draft } = useEditor();
  const { id, findings } = useField<HoursException>(at);
  const date = useField<string>(into(at, 'date'));
  const { forms, fields } = words.value;
  const isOpen = row.from !== undefined || row.to !== undefined;
  const isPast = row.date < today();
  const turn = (open: boolean) =>
    draft.edit(at, open ? { ...row, from: '08:00', to: '12:00' } : without(row));
  return (
    <li data-path={id} class="flex flex-col gap-1 border-line not-first:border-t not-first:pt-4">
      <div class="flex flex-wrap items-end gap-x-4 gap-y-2">
        <FieldFrame
          id={date.id}
          label={isPast ? `${fields.date.label} (${forms.past})` : fields.date.label}
          findings={date.findings}
          isChanged={date.isChanged}
        >
          <input
            {...date.aria}
            id={date.id}
            type="date"
            class={`${BOX} w-40!`}
            value={row.date}
            onInput={(event) => date.set(event.currentTarget.value)}
          />
        </FieldFrame>
        <select
          aria-label={`${row.date}: ${fields.hours.label}`}
          class={`${BOX} w-auto! cursor-pointer`}
          value={isOpen ? 'open' : 'closed'}
          onChange={(event) => turn(event.currentTarget.value === 'open')}
        >
          <option value="closed">{forms.closedAllDay}</option>
          <option value="open">{forms.openFrom}</option>
        </select>
        {isOpen && (
          <>
            <TimeField at={into(at, 'from')} label={fields.from.label} />
            <TimeField at={into(at, 'to')} label={fields.to.label} />
          </>
        )}
        <RowButtons name={row.date} {...{ index, count, remove }} />
      </div>
      {findings.map((finding) => (
        <FindingLine key={finding.code} finding={finding} />
      ))}
    </li>
  );
}

function without({ from: _from, to: _to, ...rest }: HoursException): HoursException {
  return rest;
}

const today = () => dateOf(new Date());
const dateOf = (date: Date) => date.toLocaleDateString('sv');

/** The next one is often the day after. */
function dayAfter(text: string | undefined): string {
  const date = text ? new Date(`${text}T12:00:00`) : new Date();
  if (Number.isNaN(date.getTime())) return today();
  date.setDate(date.getDate() + 1);
  return dateOf(date);
}
