// A word with a ground: a state, a mode, a count.

import type { ComponentChildren } from 'preact';
import { type Look, TONES } from './mark.tsx';

const ACCENT = 'bg-accent-soft text-accent';

export function Chip({ look, children }: { look: Look | 'accent'; children: ComponentChildren }) {
  const tone = look === 'accent' ? ACCENT : TONES[look];
  return (
    <span
      class={`inline-flex max-w-full items-center gap-1 rounded-full px-2 py-0.5 text-sm font-medium whitespace-nowrap ${tone}`}
    >
      {children}
    </span>
  );
}
