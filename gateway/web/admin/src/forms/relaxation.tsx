// Steps of relaxation: after so long a wait, a skill is required at a lower level, or not at all.

import type { Relaxation, SkillAt } from '@baton/client';
import { useEditor } from '../editing.ts';
import { FindingLine } from '../frame/finding.tsx';
import { type At, into } from '../model/place.ts';
import { words } from '../words/words.ts';
import { BOX } from './frame.tsx';
import { NumberField, Options } from './inputs.tsx';
import { nameIn, optionsOf } from './names.ts';
import { AddButton, RowButtons } from './rows.tsx';
import { useField } from './use-field.ts';

export function RelaxationField({ at, required }: { at: At; required: readonly SkillAt[] }) {
  const { draft } = useEditor();
  const { value: steps = [], set, id, findings } = useField<Relaxation[]>(at);
  const skill = required[0]?.skill ?? draft.ids('skills')[0];
  const last = steps.at(-1)?.after_s ?? 0;
  return (
    <div data-path={id} class="flex flex-col gap-3">
      <ol class="flex flex-col gap-3">
        {steps.map((step, index) => (
          <Step
            key={index}
            at={into(at, index)}
            {...{ step, index }}
            count={steps.length}
            remove={() => set(steps.filter((_, other) => other !== index))}
          />
        ))}
      </ol>
      {skill !== undefined && (
        <AddButton
          label={words.value.rows.add}
          onClick={() => set([...steps, { after_s: last + 30, skill }])}
        />
      )}
      {findings.map((finding) => (
        <FindingLine key={finding.code} finding={finding} />
      ))}
    </div>
  );
}

interface StepProps {
  at: At;
  step: Relaxation;
  index: number;
  count: number;
  remove(): void;
}

function Step({ at, step, index, count, remove }: StepProps) {
  const { draft, check } = useEditor();
  const { id, findings } = useField<Relaxation>(at);
  const skill = useField<string>(into(at, 'skill'));
  const level = useField<number>(into(at, 'level'));
  const { forms, fields, say } = words.value;
  const all = [...findings, ...skill.findings, ...check.of(into(at, 'level'))];
  return (
    <li data-path={id} class="flex flex-col gap-1">
      <div class="grid grid-cols-[1fr_auto] items-start gap-2 sm:grid-cols-[8rem_1fr_12rem_auto]">
        <NumberField
          at={into(at, 'after_s')}
          label={fields.after_s.label}
          step="any"
          unit={forms.seconds}
        />
        <label class="col-span-2 flex flex-col gap-1 text-sm font-medium sm:col-span-1">
          {forms.skill}
          <select
            class={`${BOX} cursor-pointer text-base font-normal`}
            value={step.skill}
            onChange={(event) => skill.set(event.currentTarget.value)}
          >
            <Options options={optionsOf(draft, 'skills')} value={step.skill} />
          </select>
        </label>
        <label class="col-span-2 flex flex-col gap-1 text-sm font-medium sm:col-span-1">
          {forms.level}
          <select
            class={`${BOX} cursor-pointer text-base font-normal`}
            value={step.level === undefined ? '' : String(step.level)}
            onChange={({ currentTarget: { value } }) =>
              level.set(value === '' ? undefined : Number(value))
            }
          >
            <option value="">{forms.dropped}</option>
            {LEVELS.map((one) => (
              <option key={one} value={String(one)}>
                {say.atLeast('', one).trim()}
              </option>
            ))}
          </select>
        </label>
        <span class="col-start-2 row-start-1 pt-6 sm:col-start-4">
          <RowButtons
            name={`${index + 1}, ${nameIn(draft, 'skills', step.skill)}`}
            {...{ index, count, remove }}
          />
        </span>
      </div>
      {all.map((finding) => (
        <FindingLine key={finding.code + finding.path} finding={finding} />
      ))}
    </li>
  );
}

const LEVELS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
