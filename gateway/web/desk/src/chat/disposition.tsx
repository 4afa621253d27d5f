// How a chat ended and a note: the fields of the wrap-up, wherever it is done.

import { useSignal } from '@preact/signals';
import { isOffered, outcomes } from '../../../shared/src/outcomes.ts';
import { words } from '../words/words.ts';

/** What `leave` and `wrapup.complete` take. */
export interface Outcome {
  disposition: string;
  note: string;
}

export const NO_OUTCOME: Outcome = { disposition: '', note: '' };

/** Without what was not said. */
export function said({ disposition, note }: Outcome): Partial<Outcome> {
  return {
    ...(disposition.trim() && { disposition: disposition.trim() }),
    ...(note.trim() && { note: note.trim() }),
  };
}

export interface OutcomeFieldsProps {
  outcome: Outcome;
  onChange(outcome: Outcome): void;
}

export function OutcomeFields({ outcome, onChange }: OutcomeFieldsProps) {
  const text = words.value.wrapup;
  const known = Object.entries(outcomes.value);
  const { disposition } = outcome;
  const isOther = useSignal(disposition !== '' && !isOffered(disposition));
  const choose = (disposition: string) => {
    isOther.value = false;
    onChange({ ...outcome, disposition: outcome.disposition === disposition ? '' : disposition });
  };
  return (
    <div class="flex flex-col gap-2">
      <fieldset aria-label={text.disposition} class="flex flex-wrap gap-1.5">
        <legend class="pb-1 text-sm text-quiet">{text.disposition}</legend>
        {known.map(([code, name]) => (
          <Chip
            key={code}
            isOn={!isOther.value && outcome.disposition === code}
            onChoose={() => choose(code)}
          >
            {name}
          </Chip>
        ))}
        <Chip
          isOn={isOther.value}
          onChoose={() => {
            isOther.value = !isOther.value;
            onChange({ ...outcome, disposition: '' });
          }}
        >
          {text.other}
        </Chip>
      </fieldset>
      {isOther.value && (
        <input
          ref={focusEmpty}
          aria-label={text.other}
          maxLength={64}
          value={outcome.disposition}
          onInput={(event) => onChange({ ...outcome, disposition: event.currentTarget.value })}
          class="rounded-lg border border-edge bg-surface px-3 py-1.5"
        />
      )}
      <textarea
        aria-label={text.note}
        placeholder={text.note}
        maxLength={2_000}
        rows={2}
        value={outcome.note}
        onInput={(event) => onChange({ ...outcome, note: event.currentTarget.value })}
        class="w-full resize-y rounded-lg border border-edge bg-surface px-3 py-1.5"
      />
    </div>
  );
}

interface ChipProps {
  isOn: boolean;
  onChoose(): void;
  children: string;
}

function Chip({ isOn, onChoose, children }: ChipProps) {
  const look = isOn ? 'border-accent bg-accent text-on-accent' : 'border-edge hover:bg-sunken';
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={onChoose}
      class={`min-h-8 cursor-pointer rounded-full border px-3 text-sm max-md:min-h-11 ${look}`}
    >
      {children}
    </button>
  );
}

/** What is to be filled in now has the focus. */
function focusEmpty(input: HTMLInputElement | null): void {
  if (input?.value === '') input.focus();
}
