// Fields with their labels; every one has one.

import type { ComponentChildren, InputHTMLAttributes, SelectHTMLAttributes } from 'preact';

const BOX = 'rounded-lg border border-edge bg-surface px-3 py-1.5 max-md:min-h-11';

function Labelled({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children.
    <label class="flex flex-col gap-1">
      <span class="text-sm text-quiet">{label}</span>
      {children}
    </label>
  );
}

export function Field({
  label,
  ...rest
}: { label: string } & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <Labelled label={label}>
      <input {...rest} class={`${BOX} w-full`} />
    </Labelled>
  );
}

export interface ChoiceProps extends Omit<SelectHTMLAttributes<HTMLSelectElement>, 'value'> {
  label: string;
  value: string;
  /** Value and words of each. */
  options: ReadonlyArray<readonly [string, string]>;
}

/** A choice whose label is for those who cannot see it: what is chosen says it to the others. */
export function Choice({ label, value, options, ...rest }: ChoiceProps) {
  return (
    <select {...rest} aria-label={label} value={value} class={`${BOX} cursor-pointer`}>
      {options.map(([one, words]) => (
        <option key={one} value={one}>
          {words}
        </option>
      ))}
    </select>
  );
}
