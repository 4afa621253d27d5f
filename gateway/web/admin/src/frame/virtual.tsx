// A list of very many rows of one height: only those in sight are drawn.

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useRowsInSight } from '../../../shared/src/use-window.ts';

export interface VirtualListProps {
  label: string;
  ids: readonly string[];
  rowHeight: number;
  /** Kept in sight. */
  selected: string | undefined;
  row(id: string, index: number): ComponentChildren;
  class?: string;
}

export function VirtualList({ label, ids, rowHeight, selected, row, ...rest }: VirtualListProps) {
  const box = useRef<HTMLDivElement>(null);
  const space = useRef<HTMLUListElement>(null);
  const { first: from, last: to } = useRowsInSight(box, ids.length, rowHeight);
  useLayoutEffect(() => {
    const at = selected === undefined ? -1 : ids.indexOf(selected);
    if (box.current && at >= 0) keepInSight(box.current, at * rowHeight, rowHeight);
  }, [selected, ids]);

  useLayoutEffect(() => {
    // By script: a style attribute is what the page's policy forbids.
    if (space.current) {
      space.current.style.height = `${(ids.length - from) * rowHeight}px`;
      space.current.style.marginTop = `${from * rowHeight}px`;
    }
  }, [ids.length, from, rowHeight]);
  return (
    <div ref={box} class={`overflow-y-auto ${rest.class ?? ''}`}>
      <ul ref={space} aria-label={label}>
        {ids.slice(from, to).map((id, index) => (
          <li key={id} aria-setsize={ids.length} aria-posinset={from + index + 1}>
            {row(id, from + index)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function keepInSight(box: HTMLElement, top: number, rowHeight: number) {
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + rowHeight > box.scrollTop + box.clientHeight) {
    box.scrollTop = top + rowHeight - box.clientHeight;
  }
}
