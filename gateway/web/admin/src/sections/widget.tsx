// The form that customers fill in before a chat: which queues they choose from, and what is asked.

import type { WidgetConfig } from '@baton/client';
import { useEditor } from '../editing.ts';
import { BOX, Group } from '../forms/frame.tsx';
import { Options } from '../forms/inputs.tsx';
import { nameIn, optionsOf } from '../forms/names.ts';
import { AddButton, moved, RowButtons } from '../forms/rows.tsx';
import { UnknownFields } from '../forms/unknown.tsx';
import { useField } from '../forms/use-field.ts';
import { FindingLine } from '../frame/finding.tsx';
import { COLUMN, Heading } from '../frame/heading.tsx';
import { useJumps } from '../jump.ts';
import { type At, at, into } from '../model/place.ts';
import { words } from '../words/words.ts';
import { WidgetFieldForm } from './widget-field.tsx';
import { WidgetPicture } from './widget-picture.tsx';

export function WidgetSection() {
  const { draft, canEdit, check } = useEditor();
  useJumps();
  const here = at('widget');
  const config = (draft.get('widget') ?? {}) as WidgetConfig;
  const fields = useField<NonNullable<WidgetConfig['fields']>>(into(here, 'fields'));
  const rows = fields.value ?? [];
  const { sections, intro, widget } = words.value;
  return (
    <div class={COLUMN}>
      <Heading title={sections.widget} lead={intro.widget} />
      {check.of(here).map((finding) => (
        <FindingLine key={finding.code} finding={finding} />
      ))}
      <div class="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_20rem]" data-path="widget">
        <fieldset disabled={!canEdit} class="flex min-w-0 flex-col gap-4">
          <Group title={widget.queues} hint={widget.queuesHint}>
            <QueueChoice at={into(here, 'queues')} />
          </Group>
          <Group title={widget.fields} hint={widget.fieldsHint}>
            {rows.length === 0 && <p class="text-sm text-quiet">{widget.none}</p>}
            <ol class="flex flex-col gap-5">
              {rows.map((row, index) => (
                <WidgetFieldForm
                  key={index}
                  at={into(here, 'fields', index)}
                  {...{ row, index }}
                  count={rows.length}
                  move={(to) => fields.set(moved(rows, index, to))}
                  remove={() => fields.set(rows.filter((_, other) => other !== index))}
                />
              ))}
            </ol>
            {fields.findings.map((finding) => (
              <FindingLine key={finding.code} finding={finding} />
            ))}
            <AddButton
              label={widget.add}
              onClick={() => fields.set([...rows, { name: `field_${rows.length + 1}`, label: '' }])}
            />
          </Group>
          <UnknownFields
            value={config}
            known={['queues', 'fields']}
            at={(name) => into(here, name)}
          />
        </fieldset>
        <WidgetPicture config={config} />
      </div>
    </div>
  );
}

function QueueChoice({ at: here }: { at: At }) {
  const { draft } = useEditor();
  const { value: rows = [], set, id, findings } = useField<string[]>(here);
  const { forms } = words.value;
  const free = optionsOf(draft, 'queues').filter(([one]) => !rows.includes(one));
  return (
    <div data-path={id} class="flex flex-col gap-2">
      <ol class="flex flex-col gap-1">
        {rows.map((queue, index) => (
          <QueueRow
            key={queue}
            at={into(here, index)}
            name={nameIn(draft, 'queues', queue)}
            index={index}
            count={rows.length}
            move={(to) => set(moved(rows, index, to))}
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
          if (queue) set([...rows, queue]);
        }}
      >
        <option value="">{forms.addQueue}</option>
        <Options options={free} />
      </select>
      {findings.map((finding) => (
        <FindingLine key={finding.code} finding={finding} />
      ))}
    </div>
  );
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
  const { id, findings } = useField<string>(here);
  return (
    <li data-path={id} class="flex flex-col gap-1">
      <span class="flex items-center gap-2">
        <span class="min-w-0 flex-1 truncate rounded-lg bg-sunken px-3 py-1.5">
          <bdi>{name}</bdi>
        </span>
        <RowButtons name={name} {...buttons} />
      </span>
      {findings.map((finding) => (
        <FindingLine key={finding.code} finding={finding} />
      ))}
    </li>
  );
}
