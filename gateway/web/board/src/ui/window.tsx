// A long list of which only the rows in sight are drawn: thousands cost as much as a screenful.
// Rows have one height; those who read it aloud are told how many there are.

import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { useRowsInSight } from '../../../shared/src/use-window.ts';

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
  const { first, last } = useRowsInSight(ref, rows.length, rowHeight);
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
