// Policies, of the workspace or in place of them of a queue. What is left out is shown as what then
// holds: the workspace's, or the usual.

import {
  ON_NO_ANSWER,
  POLICY_DEFAULTS,
  type Policies,
  type PolicyName,
  SELECTIONS,
  START_FIELDS,
  ZERO_ELIGIBLE,
} from '@baton/client';
import { useEditor } from '../editing.ts';
import { type At, at as atPlace, into } from '../model/place.ts';
import { fieldWords, words } from '../words/words.ts';
import { GRID } from './frame.tsx';
import { ChoiceField, NumberField, SecondsField, TriField } from './inputs.tsx';
import { StartFields } from './start-fields.tsx';
import { FieldsAsTheyAre } from './unknown.tsx';

const TIMES = [
  'offer_s',
  'service_level_s',
  'wrapup_s',
  'customer_grace_s',
  'inactivity_s',
  'max_wait_s',
  'no_agent_wait_s',
  'unattended_s',
  'starvation_s',
  'preferred_s',
  'ramp_up_s',
  'short_abandon_s',
] as const;
const WORKSPACE_TIMES = ['agent_grace_s', 'reopen_s', 'pair_cooldown_s'] as const;
const CHOICES = {
  selection: SELECTIONS,
  zero_eligible: ZERO_ELIGIBLE,
  on_no_answer: ON_NO_ANSWER,
} as const;

/** For queues too: what comes from the workspace where the queue says nothing. */
export function PolicyFields({ at, ofQueue = false }: { at: At; ofQueue?: boolean }) {
  const usual = useUsual(ofQueue);
  const { fields, values, forms } = words.value;
  const common = (name: PolicyName) => ({ at: into(at, name), ...fieldWords(name) });
  return (
    <div class="flex flex-col gap-5">
      <div class={GRID}>
        {TIMES.map((name) => (
          <SecondsField key={name} {...common(name)} placeholder={usual.said(name)} />
        ))}
      </div>
      <div class="grid gap-x-5 gap-y-4 @md:grid-cols-2">
        {(['selection', 'zero_eligible', 'on_no_answer'] as const).map((name) => (
          <ChoiceField
            key={name}
            {...common(name)}
            none={usual.as(name)}
            options={CHOICES[name].map((one) => [
              one,
              (values[name] as Record<string, string>)[one] ?? one,
            ])}
          />
        ))}
        <TriField {...common('invite_over_capacity')} none={usual.as('invite_over_capacity')} />
      </div>
      {ofQueue && <Misplaced at={at} />}
      {!ofQueue && (
        <>
          <h4 class="border-t border-line pt-4 text-sm font-semibold">{forms.workspaceOnly}</h4>
          <div class={GRID}>
            {WORKSPACE_TIMES.map((name) => (
              <SecondsField key={name} {...common(name)} placeholder={usual.said(name)} />
            ))}
            <NumberField {...common('max_hops')} placeholder={usual.said('max_hops')} />
            <TriField {...common('single_connection')} none={usual.as('single_connection')} />
            <TriField {...common('assign_over_capacity')} none={usual.as('assign_over_capacity')} />
          </div>
          <StartFields
            at={into(at, 'start_fields')}
            label={fields.start_fields.label}
            all={START_FIELDS}
          />
        </>
      )}
    </div>
  );
}

/** What is set in a queue though no form offers it there: what only the workspace may set. */
function Misplaced({ at }: { at: At }) {
  const { draft } = useEditor();
  const all = Object.entries((draft.read(at) ?? {}) as Record<string, unknown>);
  const offered: readonly string[] = [...TIMES, ...Object.keys(CHOICES), 'invite_over_capacity'];
  const fields = all.filter(([name, it]) => it !== undefined && !offered.includes(name));
  if (fields.length === 0) return null;
  return <FieldsAsTheyAre fields={fields} at={(name) => into(at, name)} />;
}

/** What holds where nothing is said, in words. */
function useUsual(ofQueue: boolean) {
  const { draft } = useEditor();
  const { forms, values } = words.value;
  const workspace = (draft.read(atPlace('policies')) ?? {}) as Policies;
  const holding = (name: PolicyName) =>
    (ofQueue ? workspace[name as keyof Policies] : undefined) ?? POLICY_DEFAULTS[name];
  const said = (name: PolicyName) => {
    const value = holding(name);
    if (value === null) return forms.noSuchTime;
    if (typeof value === 'boolean') return value ? forms.yes : forms.no;
    const known = (values as Record<string, Record<string, string>>)[name];
    return known?.[String(value)] ?? String(value);
  };
  const as = ofQueue ? forms.asWorkspace : forms.asDefault;
  return { said, as: (name: PolicyName) => as(said(name)) };
}
