// A time of the day as `08:30`; `24:00` is the end of the day, which is why it is no browser's own
// field. What is written shorter is completed when one leaves it.

import type { At } from '../model/place.ts';
import { BOX, FieldFrame } from './frame.tsx';
import { useField } from './use-field.ts';

export function TimeField({ at, label }: { at: At; label: string }) {
  const { id, value, set, aria, ...frame } = useField<string>(at);
  return (
    <FieldFrame {...frame} id={id} label={label} class="w-28">
      <input
        {...aria}
        id={id}
        class={`${BOX} tabular-nums`}
        inputMode="numeric"
        autocomplete="off"
        placeholder="08:30"
        maxLength={5}
        value={value ?? ''}
        onInput={(event) => set(event.currentTarget.value)}
        onBlur={(event) => {
          const full = completed(event.currentTarget.value);
          if (full !== value) set(full);
        }}
      />
    </FieldFrame>
  );
}

/** `8` → `08:00`, `830` → `08:30`, `8.30` → `08:30`; whatever else stays for the check to name. */
export function completed(text: string): string {
  const parts = /^\s*(\d{1,2})(?:[:.\s]?(\d{2}))?\s*$/.exec(text);
  if (!parts) return text;
  return `${(parts[1] ?? '').padStart(2, '0')}:${parts[2] ?? '00'}`;
}
