// The list of keyboard shortcuts.

import { Dialog } from '../../shared/src/ui/dialog.tsx';
import { closeDialog } from './dialogs.ts';
import { isMac, SHORTCUTS } from './keys.ts';
import { words } from './words/words.ts';

export function Help() {
  const said = words.value.keys;
  return (
    <Dialog title={said.title} onClose={closeDialog}>
      <dl
        // It scrolls, by the keyboard too.
        tabIndex={0}
        class="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 overflow-y-auto p-4"
      >
        {SHORTCUTS.map(([keys, name]) => (
          <div key={keys} class="contents">
            <dt class="flex gap-1">
              {spelled(keys).map((key) => (
                <kbd
                  key={key}
                  class="rounded border border-edge bg-sunken px-1.5 font-sans text-sm"
                >
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{said[name]}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

/** The keys as this keyboard has them. */
function spelled(keys: string): string[] {
  return (isMac() ? keys.replace('Alt', 'Control Option') : keys).split(' ');
}
