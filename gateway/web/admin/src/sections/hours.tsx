// Opening hours: every week, and the dates on which it is otherwise.

import type { Hours, Weekly } from '@baton/client';
import { useEditor } from '../editing.ts';
import { Group } from '../forms/frame.tsx';
import { AddButton } from '../forms/rows.tsx';
import { UnknownFields } from '../forms/unknown.tsx';
import { useField } from '../forms/use-field.ts';
import { at, into, type Place } from '../model/place.ts';
import { hrefOf } from '../routes.ts';
import { words } from '../words/words.ts';
import { ExceptionFields } from './hours-exceptions.tsx';
import { WeekPicture } from './hours-picture.tsx';
import { WeeklyRow } from './hours-weekly.tsx';
import { UsedBy } from './used-by.tsx';

const USUAL: Weekly = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '18:00' };

export function HoursForm({ place }: { id: string; place: Place }) {
  const { draft } = useEditor();
  const here = at(place);
  const hours = (draft.get(place) ?? {}) as Hours;
  const { value: weekly = [], set } = useField<Weekly[]>(into(here, 'weekly'));
  const { forms } = words.value;
  const zone = (draft.get('time_zone') as string | undefined) ?? 'UTC';
  return (
    <>
      <p class="text-sm text-quiet">
        <a class="text-accent underline" href={hrefOf({ section: 'general' })}>
          {forms.zoneIs(zone)}
        </a>
      </p>
      <Group title={forms.weekly}>
        {weekly.length === 0 && <p class="text-sm text-quiet">{forms.weeklyNone}</p>}
        <ul class="flex flex-col gap-4">
          {weekly.map((row, index) => (
            <WeeklyRow
              key={index}
              at={into(here, 'weekly', index)}
              {...{ row, index }}
              count={weekly.length}
              remove={() => set(weekly.filter((_, other) => other !== index))}
            />
          ))}
        </ul>
        <AddButton label={forms.addHours} onClick={() => set([...weekly, USUAL])} />
        <WeekPicture weekly={weekly} />
      </Group>
      <Group title={forms.exceptions} hint={forms.exceptionsHint}>
        <ExceptionFields at={into(here, 'exceptions')} />
      </Group>
      <UsedBy place={place} />
      <UnknownFields
        value={hours}
        known={['weekly', 'exceptions']}
        at={(name) => into(here, name)}
      />
    </>
  );
}
