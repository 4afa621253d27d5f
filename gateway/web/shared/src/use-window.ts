// Which rows of a long list are in sight: thousands cost as much as a screenful. Rows have one
// height.

import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** So many rows beyond the edges, so that scrolling shows no gaps. */
const BEYOND = 8;
/** Until it is measured, and where nothing can be. */
const HEIGHT = 800;

/** From which row up to which, the last not included. */
export interface RowsInSight {
  first: number;
  last: number;
}

/** `box` is what scrolls; heights are in pixels. */
export function useRowsInSight(
  box: RefObject<HTMLElement>,
  count: number,
  rowHeight: number,
): RowsInSight {
  const seen = useSignal({ top: 0, height: HEIGHT });
  useLayoutEffect(() => {
    const it = box.current;
    if (!it) return;
    const look = () => {
      const next = { top: it.scrollTop, height: it.clientHeight || HEIGHT };
      const now = seen.peek();
      if (next.top !== now.top || next.height !== now.height) seen.value = next;
    };
    const sizes = new ResizeObserver(look);
    sizes.observe(it);
    it.addEventListener('scroll', look, { passive: true });
    look();
    return () => {
      sizes.disconnect();
      it.removeEventListener('scroll', look);
    };
  }, [box, seen]);
  const { top, height } = seen.value;
  return {
    first: Math.max(0, Math.floor(top / rowHeight) - BEYOND),
    last: Math.min(count, Math.ceil((top + height) / rowHeight) + BEYOND),
  };
}
