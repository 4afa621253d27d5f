// A profile: which queues its agents serve, which first, and which only when chats have waited.

import type { ProfileQueue } from '@baton/client';
import { useEditor } from '../editing.ts';
import { BOX, Group } from '../forms/frame.tsx';
import { ChoiceField, NumberField, Options, SecondsField } from '../forms/inputs.tsx';
import { nameIn, optionsOf } from '../forms/names.ts';
import { moved, RowButtons } from '../forms/rows.tsx';
import { useField } from '../forms/use-field.ts';
import { FindingLine } from '../frame/finding.tsx';
import { type At, at, into, type Place } from '../model/place.ts';
import { words } from '../words/words.ts';
import { UsedBy } from './used-by.tsx';

export function ProfileForm({ place }: { id: string; place: Place }) {
  const { draft } = useEditor();
  const here = at(place);
  const { value: rows = [], set } = useField<ProfileQueue[]>(here);
  const { forms } = words.value;
  const free = optionsOf(draft, 'queues').filter(([id]) => !rows.some((row) => row.queue === id));
  return (
    <>
      <Group title={forms.profileQueues}>
        {rows.length === 0 && <p class="text-sm text-quiet">{forms.profileQueuesNone}</p>}
        <ol class="flex flex-col gap-4">
          {rows.map((row, index) => (
            <QueueRow
              key={index}
              at={into(here, index)}
              name={nameIn(draft, 'queues', row.queue)}
              index={index}
              count={rows.length}
              move={(to) => set(ranked(moved(rows, index, to), rows))}
              remove={() => set(rows.filter((_, other) => other !== index))}
            />
          ))}
        </ol>
        <select
          aria-label={forms.addQueue}
          class={`${BOX} cursor-pointer text-quiet sm:w-56`}
          value=""
          disabled={free.length === 0}
          onChange={({ currentTarget }) => {
            const queue = currentTarget.value;
            currentTarget.value = '';
            if (queue) set([...rows, { queue, rank: rows.length + 1 }]);
          }}
        >
          <option value="">{forms.addQueue}</option>
          <Options options={free} />
        </select>
      </Group>
      <UsedBy place={place} />
    </>
  );
}

/** Ranks stay where they are: who moves up is served earlier. */
function ranked(rows: readonly ProfileQueue[], before: readonly ProfileQueue[]): ProfileQueue[] {
  return rows.map(({ rank: _, ...row }, index) => {
    const rank = before[index]?.rank;
    return rank === undefined ? row : { ...row, rank };
  });
}

interface QueueRowProps {
  at: At;
  name: string;
  index: number;
  count: number;
  move(to: number): void;
  remove(): void;
}

function QueueRow({ at: here, name, ...buttons }: QueueRowProps) {
  const { draft } = useEditor();
  const { id, findings } = useField<ProfileQueue>(here);
  const { fields } = words.value;
  return (
    <li data-path={id} class="flex flex-col gap-1 border-line not-first:border-t not-first:pt-4">
      <div class="grid grid-cols-2 items-start gap-2 sm:grid-cols-[minmax(0,1fr)_7rem_8rem_auto]">
        <ChoiceField
          at={into(here, 'queue')}
          label={fields.queue.label}
          options={optionsOf(draft, 'queues')}
          class="max-sm:col-span-2"
        />
        <NumberField at={into(here, 'rank')} label={fields.rank.label} />
        <SecondsField at={into(here, 'delay_s')} label={fields.delay_s.label} placeholder="0" />
        <span class="pt-6 max-sm:col-span-2 max-sm:pt-0">
          <RowButtons name={name} {...buttons} />
        </span>
      </div>
      {findings.map((finding) => (
        <FindingLine key={finding.code} finding={finding} />
      ))}
    </li>
  );
}
