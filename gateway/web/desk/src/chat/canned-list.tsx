// The canned answers that what is typed may mean.

import type { Canned } from '../canned.ts';
import { words } from '../words/words.ts';

export interface CannedListProps {
  found: readonly Canned[];
  choice: number;
  onChoose(one: Canned): void;
}

export function CannedList({ found, choice, onChoose }: CannedListProps) {
  const said = words.value.composer;
  return (
    <div class="absolute inset-x-2 bottom-full z-10 mb-1 rounded-xl border border-line bg-raised p-1 shadow-xl md:inset-x-4">
      {found.length === 0 ? (
        <p class="px-2 py-1 text-quiet">{said.noMatch}</p>
      ) : (
        <div
          id="canned-list"
          role="listbox"
          aria-label={said.canned}
          class="max-h-64 overflow-y-auto"
        >
          {found.map((one, at) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field's arrow keys and Enter choose.
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field.
            <div
              key={one.name}
              id={`canned-${at}`}
              role="option"
              aria-selected={at === choice}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onChoose(one)}
              class={`flex cursor-pointer gap-3 rounded-lg px-2 py-1.5 max-md:min-h-11 ${at === choice ? 'bg-accent-soft' : 'hover:bg-sunken'}`}
            >
              <span class="shrink-0 font-medium text-accent">/{one.name}</span>
              <span class="truncate text-quiet">{one.text}</span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
