// One field of the customer's form.

import type { Text, WidgetField } from '@baton/client';
import { useEditor } from '../editing.ts';
import { BOX, FieldFrame } from '../forms/frame.tsx';
import { ChoiceField, SwitchField, TextField } from '../forms/inputs.tsx';
import { RowButtons } from '../forms/rows.tsx';
import { TextsField } from '../forms/texts.tsx';
import { useField } from '../forms/use-field.ts';
import { FindingLine } from '../frame/finding.tsx';
import { type At, into } from '../model/place.ts';
import { words } from '../words/words.ts';

interface WidgetFieldFormProps {
  at: At;
  row: WidgetField;
  index: number;
  count: number;
  move(to: number): void;
  remove(): void;
}

export function WidgetFieldForm({ at, row, ...buttons }: WidgetFieldFormProps) {
  const { id, findings } = useField<WidgetField>(at);
  const label = useField<Text>(into(at, 'label'));
  const { fields, values, widget } = words.value;
  const { text, ...others } = values.kind;
  return (
    <li data-path={id} class="flex flex-col gap-3 border-line not-first:border-t not-first:pt-5">
      <div class="grid grid-cols-2 items-start gap-3 sm:grid-cols-[minmax(0,1fr)_10rem_6rem_auto]">
        <TextField
          at={into(at, 'name')}
          label={fields.name.label}
          hint={widget.nameHint}
          maxLength={64}
        />
        <ChoiceField
          at={into(at, 'kind')}
          label={fields.kind.label}
          none={text}
          options={Object.entries(others)}
        />
        <SwitchField at={into(at, 'required')} label={fields.required.label} />
        <span class="pt-6">
          <RowButtons name={row.name} {...buttons} />
        </span>
      </div>
      {/* It must be there, even while it is empty. */}
      <TextsField
        at={into(at, 'label')}
        label={widget.label}
        set={(next) => label.set(next ?? '')}
      />
      {(row.kind === 'choice' || row.options) && <Choices at={into(at, 'options')} />}
      {findings.map((finding) => (
        <FindingLine key={finding.code} finding={finding} />
      ))}
    </li>
  );
}

function Choices({ at }: { at: At }) {
  const { draft } = useEditor();
  const { id, value = [], aria, ...frame } = useField<string[]>(at);
  return (
    <FieldFrame {...frame} id={id} label={words.value.widget.options} class="max-w-md">
      <textarea
        {...aria}
        id={id}
        rows={Math.max(2, value.length)}
        class={`${BOX} resize-y`}
        value={value.join('\n')}
        onInput={({ currentTarget }) => draft.edit(at, currentTarget.value.split('\n'))}
        onBlur={() => draft.edit(at, value.map((one) => one.trim()).filter(Boolean))}
      />
    </FieldFrame>
  );
}
