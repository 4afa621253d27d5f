// Fields that this page does not know: a newer server may. Shown, and kept as they are.

import { words } from '../words/words.ts';
import { Group } from './frame.tsx';

export function UnknownFields({ value, known }: { value: unknown; known: readonly string[] }) {
  const all = Object.entries((value ?? {}) as Record<string, unknown>);
  const unknown = all.filter(([name]) => !known.includes(name));
  if (unknown.length === 0) return null;
  const { list } = words.value;
  return (
    <Group title={list.unknown} hint={list.unknownHint}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keys as well. */}
      <pre tabIndex={0} class="max-h-72 overflow-auto rounded-lg bg-sunken p-3 text-sm">
        {JSON.stringify(Object.fromEntries(unknown), null, 2)}
      </pre>
    </Group>
  );
}
