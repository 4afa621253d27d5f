// Fields with one plain value each: texts, numbers, times, choices, yes and no.

import { about } from '../../../shared/src/time.ts';
import type { At } from '../model/place.ts';
import { words } from '../words/words.ts';
import { BOX, FieldFrame } from './frame.tsx';
import { useField } from './use-field.ts';

interface Common {
  at: At;
  label: string;
  hint?: string | undefined;
  placeholder?: string | undefined;
  class?: string;
}

export function TextField({
  at,
  label,
  hint,
  placeholder,
  list,
  ...rest
}: Common & { list?: string; maxLength?: number }) {
  const { id, value, set, aria, ...frame } = useField<string>(at);
  return (
    <FieldFrame {...frame} id={id} label={label} hint={hint} class={rest.class ?? ''}>
      <input
        {...aria}
        id={id}
        class={BOX}
        value={value ?? ''}
        placeholder={placeholder}
        maxLength={rest.maxLength}
        list={list}
        autocomplete="off"
        onInput={(event) => set(event.currentTarget.value || undefined)}
      />
    </FieldFrame>
  );
}

interface NumberProps extends Common {
  min?: number;
  max?: number;
  step?: number | 'any';
  unit?: string;
}

export function NumberField({ at, label, hint, placeholder, unit, ...rest }: NumberProps) {
  const { id, value, set, aria, ...frame } = useField<number>(at);
  const { class: more = '', min = 0, max, step = 1 } = rest;
  return (
    <FieldFrame {...frame} id={id} label={label} hint={hint} class={more}>
      <span class="relative flex items-center">
        <input
          {...aria}
          id={id}
          class={`${BOX} tabular-nums ${unit ? 'pr-8' : ''}`}
          type="number"
          inputMode="decimal"
          {...{ min, max, step, placeholder }}
          value={value ?? ''}
          onInput={(event) => set(numberOf(event.currentTarget))}
        />
        {unit && (
          <span aria-hidden="true" class="pointer-events-none absolute right-3 text-sm text-quiet">
            {unit}
          </span>
        )}
      </span>
    </FieldFrame>
  );
}

/** Nothing, or what is half written, leaves the field out. */
function numberOf({ value, valueAsNumber }: HTMLInputElement): number | undefined {
  return value === '' || Number.isNaN(valueAsNumber) ? undefined : valueAsNumber;
}

/** A time in seconds, said in minutes beside where that is easier to grasp. */
export function SecondsField({ hint, ...rest }: Common) {
  const { value } = useField<number>(rest.at);
  const easier = typeof value === 'number' && value >= 120;
  const said = easier ? words.value.forms.isAbout(about(value)) : '';
  const both = [hint, said].filter(Boolean).join(' ');
  return <NumberField {...rest} step="any" unit={words.value.forms.seconds} hint={both} />;
}

export type Option = readonly [value: string, said: string];

interface ChoiceProps extends Common {
  options: readonly Option[];
  /** What leaving it out means. */
  none?: string;
}

/** One of several. What is set but not among them is shown as missing. */
export function ChoiceField({ at, label, hint, options, none, ...rest }: ChoiceProps) {
  const { id, value, set, aria, ...frame } = useField<string>(at);
  return (
    <FieldFrame {...frame} id={id} label={label} hint={hint} class={rest.class ?? ''}>
      <select
        {...aria}
        id={id}
        class={`${BOX} cursor-pointer`}
        value={value ?? ''}
        onChange={(event) => set(event.currentTarget.value || undefined)}
      >
        {none !== undefined && <option value="">{none}</option>}
        <Options options={options} value={value} />
      </select>
    </FieldFrame>
  );
}

export function Options({
  options,
  value,
}: {
  options: readonly Option[];
  value?: string | undefined;
}) {
  const isMissing = value !== undefined && !options.some(([one]) => one === value);
  return (
    <>
      {isMissing && <option value={value}>{words.value.forms.missing(value)}</option>}
      {options.map(([one, said]) => (
        <option key={one} value={one}>
          {said}
        </option>
      ))}
    </>
  );
}

/** Yes or no, where leaving it out means no. */
export function SwitchField({ at, label, hint, ...rest }: Common) {
  const { id, value, set, aria, ...frame } = useField<boolean>(at);
  return (
    <FieldFrame {...frame} id={id} label={label} hint={hint} class={rest.class ?? ''}>
      <span class="flex min-h-9 items-center max-sm:min-h-11">
        <input
          {...aria}
          id={id}
          type="checkbox"
          class="size-6 cursor-pointer accent-accent"
          checked={value === true}
          onChange={(event) => set(event.currentTarget.checked || undefined)}
        />
      </span>
    </FieldFrame>
  );
}

/** Yes, no, or as elsewhere. */
export function TriField({ at, label, hint, none }: Common & { none: string }) {
  const { id, value, set, aria, ...frame } = useField<boolean>(at);
  const { yes, no } = words.value.forms;
  const said = value === undefined ? '' : String(value);
  return (
    <FieldFrame {...frame} id={id} label={label} hint={hint}>
      <select
        {...aria}
        id={id}
        class={`${BOX} cursor-pointer`}
        value={said}
        onChange={({ currentTarget }) =>
          set(currentTarget.value === '' ? undefined : currentTarget.value === 'true')
        }
      >
        <option value="">{none}</option>
        <option value="true">{yes}</option>
        <option value="false">{no}</option>
      </select>
    </FieldFrame>
  );
}
