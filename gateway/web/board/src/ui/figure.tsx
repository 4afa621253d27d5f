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
    <div class="-mt-px -ml-px flex min-w-0 flex-col gap-0.5 border-t border-l border-line px-4 py-3">
      <dt class="text-sm wrap-anywhere hyphens-auto text-quiet">{label}</dt>
      <dd class={`text-2xl font-semibold tabular-nums ${look ? INKS[look] : ''}`}>{value}</dd>
      {note !== undefined && <dd class="text-sm wrap-anywhere hyphens-auto text-quiet">{note}</dd>}
    </div>
  );
}

/** Several beside each other. */
export function Figures({ children, label }: { children: ComponentChildren; label: string }) {
  return (
    <dl
      aria-label={label}
      class="grid grid-cols-2 overflow-hidden rounded-xl border border-line bg-raised sm:grid-cols-3 lg:grid-flow-col lg:auto-cols-fr lg:grid-cols-none"
    >
      {children}
    </dl>
  );
}
