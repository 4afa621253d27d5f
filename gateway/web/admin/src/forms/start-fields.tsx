// What anyone may ask for when starting a chat: all of it unless some are chosen, and none of it is
// a choice as well.

import type { At } from '../model/place.ts';
import { words } from '../words/words.ts';
import { Changed } from './frame.tsx';
import { useField } from './use-field.ts';

interface StartFieldsProps {
  at: At;
  label: string;
  all: readonly string[];
}

export function StartFields({ at, label, all }: StartFieldsProps) {
  const { value, set, id, isChanged } = useField<string[]>(at);
  const said = words.value.values.start_fields as Record<string, string>;
  const chosen = value ?? all;
  const turn = (name: string, isOn: boolean) => {
    const next = all.filter((one) => (one === name ? isOn : chosen.includes(one)));
    set(next.length === all.length ? undefined : next);
  };
  return (
    <fieldset data-path={id} class="flex min-w-0 flex-col gap-2">
      <legend class="mb-1 flex items-center gap-1.5 text-sm font-medium">
        {label}
        {isChanged && <Changed />}
      </legend>
      {all.map((name) => (
        <label key={name} class="flex min-h-8 cursor-pointer items-center gap-2 max-sm:min-h-11">
          <input
            type="checkbox"
            class="size-5 accent-accent"
            checked={chosen.includes(name)}
            onChange={(event) => turn(name, event.currentTarget.checked)}
          />
          {said[name] ?? name}
        </label>
      ))}
    </fieldset>
  );
}
