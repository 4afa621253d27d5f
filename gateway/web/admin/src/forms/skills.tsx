// A list of skills with their levels: what agents have, what queues and rules require.

import type { SkillAt } from '@baton/client';
import { useEditor } from '../editing.ts';
import { FindingLine } from '../frame/finding.tsx';
import { type At, into } from '../model/place.ts';
import { words } from '../words/words.ts';
import { BOX } from './frame.tsx';
import { Options } from './inputs.tsx';
import { nameIn, optionsOf } from './names.ts';
import { RowButtons } from './rows.tsx';
import { useField } from './use-field.ts';

export function SkillsField({ at, none }: { at: At; none: string }) {
  const { value: rows = [], set, id, findings } = useField<SkillAt[]>(at);
  return (
    <div data-path={id} class="flex min-w-0 flex-col gap-2">
      {rows.length === 0 && <p class="text-sm text-quiet">{none}</p>}
      <ul class="flex flex-col gap-2">
        {rows.map((row, index) => (
          <SkillRow
            key={index}
            at={into(at, index)}
            row={row}
            index={index}
            count={rows.length}
            remove={() => set(rows.filter((_, other) => other !== index))}
          />
        ))}
      </ul>
      <AddSkill add={(skill) => set([...rows, { skill, level: 1 }])} rows={rows} />
      {findings.map((finding) => (
        <FindingLine key={finding.code} finding={finding} />
      ))}
    </div>
  );
}

interface SkillRowProps {
  at: At;
  row: SkillAt;
  index: number;
  count: number;
  remove(): void;
}

function SkillRow({ at, row, index, count, remove }: SkillRowProps) {
  const { draft, check } = useEditor();
  const { id, aria, findings } = useField<SkillAt>(at);
  const skill = useField<string>(into(at, 'skill'));
  const level = useField<number>(into(at, 'level'));
  const { forms } = words.value;
  const all = [...findings, ...check.of(into(at, 'skill')), ...check.of(into(at, 'level'))];
  return (
    <li data-path={id} class="flex flex-col gap-1">
      <span class="flex items-center gap-2">
        <select
          {...skill.aria}
          aria-describedby={aria['aria-describedby']}
          aria-label={forms.skill}
          class={`${BOX} cursor-pointer`}
          value={row.skill}
          onChange={(event) => skill.set(event.currentTarget.value)}
        >
          <Options options={optionsOf(draft, 'skills')} value={row.skill} />
        </select>
        <input
          {...level.aria}
          aria-describedby={aria['aria-describedby']}
          aria-label={forms.level}
          title={forms.level}
          class={`${BOX} w-20! shrink-0 tabular-nums`}
          type="number"
          min={1}
          max={10}
          value={row.level ?? 1}
          onInput={({ currentTarget: { valueAsNumber } }) =>
            level.set(Number.isNaN(valueAsNumber) ? undefined : valueAsNumber)
          }
        />
        <RowButtons name={nameIn(draft, 'skills', row.skill)} {...{ index, count, remove }} />
      </span>
      <span id={aria['aria-describedby']}>
        {all.map((finding) => (
          <FindingLine key={finding.code + finding.path} finding={finding} />
        ))}
      </span>
    </li>
  );
}

/** Choosing one adds it. */
function AddSkill({ add, rows }: { add(skill: string): void; rows: readonly SkillAt[] }) {
  const { draft } = useEditor();
  const label = words.value.forms.addSkill;
  const free = optionsOf(draft, 'skills').filter(([id]) => !rows.some((row) => row.skill === id));
  return (
    <select
      aria-label={label}
      class={`${BOX} cursor-pointer text-quiet sm:w-56`}
      value=""
      disabled={free.length === 0}
      onChange={({ currentTarget }) => {
        if (currentTarget.value) add(currentTarget.value);
        currentTarget.value = '';
      }}
    >
      <option value="">{label}</option>
      <Options options={free} />
    </select>
  );
}
