// What holds for the whole workspace: its time zone, default queue, and the pages it trusts.

import { useEditor } from '../editing.ts';
import { BOX, FieldFrame, GRID, Group } from '../forms/frame.tsx';
import { ChoiceField, TextField } from '../forms/inputs.tsx';
import { optionsOf } from '../forms/names.ts';
import { AddButton, RowButtons } from '../forms/rows.tsx';
import { UnknownFields } from '../forms/unknown.tsx';
import { useField } from '../forms/use-field.ts';
import { COLUMN, Heading } from '../frame/heading.tsx';
import { useJumps } from '../jump.ts';
import { type At, at, into, TABLES } from '../model/place.ts';
import { words } from '../words/words.ts';

const KNOWN = [
  ...['workspace', 'version', 'time_zone', 'origins', 'default_queue', 'policies', 'rules'],
  ...['widget', ...TABLES],
];
const ZONES = Intl.supportedValuesOf('timeZone');

export function GeneralSection() {
  const { draft, canEdit } = useEditor();
  useJumps();
  const { sections, intro, fields, forms } = words.value;
  return (
    <div class={COLUMN}>
      <Heading title={sections.general} lead={intro.general} />
      <fieldset disabled={!canEdit} class="contents">
        <Group title={forms.basics}>
          <div class={GRID}>
            <TextField
              at={at('time_zone')}
              {...fields.time_zone}
              placeholder="UTC"
              list="time-zones"
            />
            <datalist id="time-zones">
              {ZONES.map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
            <ChoiceField
              at={at('default_queue')}
              {...fields.default_queue}
              none={forms.noDefault}
              options={optionsOf(draft, 'queues')}
            />
          </div>
        </Group>
        <Group title={forms.origins} hint={forms.originsHint}>
          <Origins at={at('origins')} />
        </Group>
        <UnknownFields value={draft.top()} known={KNOWN} at={(name) => at(name)} />
      </fieldset>
    </div>
  );
}

function Origins({ at: here }: { at: At }) {
  const { value: rows = [], set } = useField<string[]>(here);
  const { forms } = words.value;
  return (
    <>
      <ul class="flex flex-col gap-2">
        {rows.map((_, index) => (
          <Origin
            key={index}
            at={into(here, index)}
            index={index}
            count={rows.length}
            remove={() => set(rows.filter((_, other) => other !== index))}
          />
        ))}
      </ul>
      <AddButton label={forms.addOrigin} onClick={() => set([...rows, 'https://'])} />
    </>
  );
}

interface OriginProps {
  at: At;
  index: number;
  count: number;
  remove(): void;
}

function Origin({ at: here, index, count, remove }: OriginProps) {
  const { draft } = useEditor();
  const { id, value, aria, ...frame } = useField<string>(here);
  const label = `${words.value.forms.origin} ${index + 1}`;
  return (
    <li class="flex items-start gap-2">
      <FieldFrame {...frame} id={id} label={label} class="max-w-md flex-1">
        <input
          {...aria}
          id={id}
          type="url"
          class={BOX}
          placeholder="https://shop.example"
          value={value ?? ''}
          onInput={(event) => draft.edit(here, event.currentTarget.value)}
        />
      </FieldFrame>
      <span class="pt-6">
        <RowButtons name={label} {...{ index, count, remove }} />
      </span>
    </li>
  );
}
