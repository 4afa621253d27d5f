// A long list of which only the rows in sight are drawn: thousands cost as much as a screenful.
// Rows have one height; those who read it aloud are told how many there are.

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** So many rows beyond the edges, so that scrolling shows no gaps. */
const BEYOND = 8;

export interface WindowProps<T> {
  rows: readonly T[];
  /** In pixels. */
  rowHeight: number;
  label: string;
  /** Above the rows, staying in sight; a row of the table too. */
  head?: ComponentChildren;
  row(row: T, at: number): ComponentChildren;
  class?: string;
}

export function Window<T>({ rows, rowHeight, label, head, row, class: more = '' }: WindowProps<T>) {
  const ref = useRef<HTMLDivElement>(null);
  const seen = useSignal({ top: 0, height: 800 });
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    const look = () => {
      const next = { top: box.scrollTop, height: box.clientHeight || 800 };
      const now = seen.peek();
      if (next.top !== now.top || next.height !== now.height) seen.value = next;
    };
    const sizes = new ResizeObserver(look);
    sizes.observe(box);
    box.addEventListener('scroll', look, { passive: true });
    look();
    return () => {
      sizes.disconnect();
      box.removeEventListener('scroll', look);
    };
  }, [seen]);
  const { top, height } = seen.value;
  const first = Math.max(0, Math.floor(top / rowHeight) - BEYOND);
  const last = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + BEYOND);
  return (
    <div ref={ref} class={`relative min-h-0 overflow-auto overscroll-contain ${more}`}>
      <table class="block w-full" aria-label={label} aria-rowcount={rows.length}>
        {head}
        <tbody
          class="box-border block"
          style={{ height: `${rows.length * rowHeight}px`, paddingTop: `${first * rowHeight}px` }}
        >
          {rows.slice(first, last).map((one, at) => row(one, first + at))}
        </tbody>
      </table>
    </div>
  );
}
