// One routing rule: its condition, and what becomes of a chat for which it holds.

import type { Rule } from '@baton/client';
import { useEditor } from '../editing.ts';
import { BOX, FieldFrame, GRID } from '../forms/frame.tsx';
import { ChoiceField, NumberField } from '../forms/inputs.tsx';
import { optionsOf } from '../forms/names.ts';
import { SkillsField } from '../forms/skills.tsx';
import { UnknownFields } from '../forms/unknown.tsx';
import { useField } from '../forms/use-field.ts';
import { FindingLine } from '../frame/finding.tsx';
import { at, into } from '../model/place.ts';
import { words } from '../words/words.ts';

export function RuleForm({ index }: { index: number }) {
  const { draft } = useEditor();
  const here = at('rules', index);
  const { value, findings } = useField<Rule>(here);
  const { rules, fields } = words.value;
  return (
    <div class="@container flex flex-col gap-4 border-t border-line p-4">
      {findings.map((finding) => (
        <FindingLine key={finding.code} finding={finding} />
      ))}
      <Condition index={index} />
      <div class={GRID}>
        <ChoiceField
          at={into(here, 'queue')}
          label={rules.toQueue}
          none={rules.asAsked}
          options={optionsOf(draft, 'queues')}
        />
        <NumberField
          at={into(here, 'priority')}
          label={rules.withPriority}
          hint={fields.priority.hint}
          placeholder={rules.ofQueue}
          max={9}
        />
      </div>
      <div class="flex flex-col gap-2">
        <h4 class="text-sm font-medium">{rules.withSkills}</h4>
        <SkillsField at={into(here, 'skills')} none={words.value.rows.none} />
      </div>
      <UnknownFields value={value} known={KNOWN} at={(name) => into(here, name)} />
    </div>
  );
}

const KNOWN = ['if', 'queue', 'priority', 'skills'];
const EXAMPLES = [
  "attributes.plan == 'gold'",
  "attributes.language in ['fr', 'fr-CA']",
  "customer.email.endsWith('@example.org') && queue == 'billing'",
];

function Condition({ index }: { index: number }) {
  const { draft } = useEditor();
  const here = at('rules', index, 'if');
  const { id, value = '', aria, ...frame } = useField<string>(here);
  const { rules, fields } = words.value;
  // It must be there, even while it is empty.
  const write = (text: string) => draft.edit(here, text);
  return (
    <div class="flex flex-col gap-2">
      <FieldFrame {...frame} id={id} label={fields.if.label}>
        <textarea
          {...aria}
          id={id}
          rows={Math.min(8, Math.max(2, value.split('\n').length))}
          maxLength={1000}
          spellcheck={false}
          autocapitalize="off"
          class={`${BOX} resize-y font-mono text-sm`}
          value={value}
          onInput={(event) => write(event.currentTarget.value)}
        />
      </FieldFrame>
      <details class="text-sm text-quiet">
        <summary class="min-h-6 cursor-pointer max-sm:py-2">{rules.knows}</summary>
        <ul class="mt-1 flex flex-col gap-0.5 pl-4">
          <li>
            <code>attributes</code>: {rules.knowsAttributes}
          </li>
          <li>
            <code>customer</code>: {rules.knowsCustomer}
          </li>
          <li>
            <code>queue</code>: {rules.knowsQueue}
          </li>
        </ul>
        <p class="mt-2">{rules.examples}</p>
        <ul class="mt-1 flex flex-col gap-1">
          {EXAMPLES.map((example) => (
            <li key={example}>
              <button
                type="button"
                class="min-h-6 cursor-pointer rounded bg-sunken px-2 py-0.5 text-left font-mono break-all hover:text-accent max-sm:min-h-11"
                onClick={() => write(value.trim() ? `${value} && ${example}` : example)}
              >
                {example}
              </button>
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}
