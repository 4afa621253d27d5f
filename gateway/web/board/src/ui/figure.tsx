// A figure with what it counts, and how bad that is.

import type { ComponentChildren } from 'preact';
import { INKS, type Look } from './mark.tsx';

export interface FigureProps {
  label: string;
  value: ComponentChildren;
  note?: ComponentChildren;
  /** Coloured only where it is worth a look. */
  look?: Look;
}

export function Figure({ label, value, note, look }: FigureProps) {
  return (
    <div class="flex min-w-0 flex-col gap-0.5 bg-raised px-4 py-3">
      <dt class="truncate text-sm text-quiet">{label}</dt>
      <dd class={`text-2xl font-semibold tabular-nums ${look ? INKS[look] : ''}`}>{value}</dd>
      {note !== undefined && <dd class="truncate text-sm text-quiet">{note}</dd>}
    </div>
  );
}

/** Several beside each other. */
export function Figures({ children, label }: { children: ComponentChildren; label: string }) {
  return (
    <dl
      aria-label={label}
      class="grid grid-cols-2 gap-px overflow-hidden rounded-xl border border-line bg-line sm:grid-cols-3 lg:grid-flow-col lg:auto-cols-fr lg:grid-cols-none"
    >
      {children}
    </dl>
  );
}
