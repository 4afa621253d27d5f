// What is no more than a name: a skill, a supervisor.

import { useEditor } from '../editing.ts';
import { Group } from '../forms/frame.tsx';
import { TextField } from '../forms/inputs.tsx';
import { UnknownFields } from '../forms/unknown.tsx';
import { at, type Place, split } from '../model/place.ts';
import { words } from '../words/words.ts';
import { UsedBy } from './used-by.tsx';

export function NamedForm({ id, place }: { id: string; place: Place }) {
  const { draft } = useEditor();
  const { forms, fields } = words.value;
  return (
    <>
      <Group title={forms.basics}>
        <TextField
          at={at(place, 'name')}
          label={fields.name.label}
          placeholder={id}
          maxLength={200}
          class="max-w-md"
        />
      </Group>
      {split(place).part === 'skills' && <UsedBy place={place} />}
      <UnknownFields value={draft.get(place)} known={['name']} at={(name) => at(place, name)} />
    </>
  );
}
