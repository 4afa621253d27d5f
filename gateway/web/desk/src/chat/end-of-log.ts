// Keeps a box that scrolls at its end when something beside it takes room or gives it back, unless
// one has gone up to read.

import type { Signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Nearer than this to the end is at the end. */
const NEAR_PX = 48;

export function toEnd(box: HTMLElement | null): void {
  if (box) box.scrollTop = box.scrollHeight;
}

/** Answers what to do when it scrolls: it tells `isAtEnd`. */
export function useEnd(box: RefObject<HTMLElement>, isAtEnd: Signal<boolean>): () => void {
  const height = useRef(0);
  const look = () => {
    const at = box.current;
    if (!at || at.clientHeight === height.current) return;
    height.current = at.clientHeight;
    if (isAtEnd.peek()) toEnd(at);
  };
  useLayoutEffect(() => {
    const sizes = new ResizeObserver(look);
    if (box.current) sizes.observe(box.current);
    return () => sizes.disconnect();
  }, [box, isAtEnd]);
  return () => {
    // With another height it is not the reader who has moved.
    look();
    const at = box.current;
    if (at) isAtEnd.value = at.scrollHeight - at.scrollTop - at.clientHeight < NEAR_PX;
  };
}
