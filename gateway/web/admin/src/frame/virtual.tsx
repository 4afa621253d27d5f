// A list of very many rows of one height: only those in sight are drawn.

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

export interface VirtualListProps {
  label: string;
  ids: readonly string[];
  rowHeight: number;
  /** Kept in sight. */
  selected: string | undefined;
  row(id: string, index: number): ComponentChildren;
  class?: string;
}

/** Drawn above and below what is in sight. */
const MORE = 8;

export function VirtualList({ label, ids, rowHeight, selected, row, ...rest }: VirtualListProps) {
  const box = useRef<HTMLDivElement>(null);
  const space = useRef<HTMLUListElement>(null);
  const top = useSignal(0);
  const height = useSignal(600);
  useEffect(() => watchHeight(box.current, (now) => (height.value = now)), []);
  useLayoutEffect(() => {
    const at = selected === undefined ? -1 : ids.indexOf(selected);
    if (box.current && at >= 0) keepInSight(box.current, at * rowHeight, rowHeight);
  }, [selected, ids]);

  const from = Math.max(0, Math.floor(top.value / rowHeight) - MORE);
  const to = Math.min(ids.length, Math.ceil((top.value + height.value) / rowHeight) + MORE);
  useLayoutEffect(() => {
    // By script: a style attribute is what the page's policy forbids.
    if (space.current) {
      space.current.style.height = `${(ids.length - from) * rowHeight}px`;
      space.current.style.marginTop = `${from * rowHeight}px`;
    }
  }, [ids.length, from, rowHeight]);
  return (
    <div
      ref={box}
      class={`overflow-y-auto ${rest.class ?? ''}`}
      onScroll={(event) => (top.value = event.currentTarget.scrollTop)}
    >
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

function watchHeight(box: HTMLElement | null, tell: (height: number) => void) {
  if (!box) return;
  const observer = new ResizeObserver(() => tell(box.clientHeight));
  observer.observe(box);
  return () => observer.disconnect();
}

function keepInSight(box: HTMLElement, top: number, rowHeight: number) {
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + rowHeight > box.scrollTop + box.clientHeight) {
    box.scrollTop = top + rowHeight - box.clientHeight;
  }
}
