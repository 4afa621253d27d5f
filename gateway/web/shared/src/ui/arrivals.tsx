// Reads aloud what comes, and nothing that was there before: a log that draws older lines, or all of
// its lines anew, would read those as well.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

export interface ArrivalsProps<T> {
  /** In order of their numbers. */
  all: readonly T[];
  /** The number of the last that is no news; nothing while that is not known. */
  known: number | null;
  /** None of what is not stored yet. */
  seqOf(one: T): number | undefined;
  /** Nothing of what need not be said. */
  say(one: T): string | null;
}

export function Arrivals<T>({ all, known, seqOf, say }: ArrivalsProps<T>) {
  /** Told already, or known from the beginning. */
  const upto = useRef<number | null>(null);
  const said = useSignal({ count: 0, text: '' });
  useEffect(() => {
    upto.current ??= known;
    if (upto.current === null) return;
    const { fresh, last } = since(all, upto.current, seqOf);
    upto.current = last;
    const text = fresh.map(say).filter(Boolean).join(' ');
    // The same words again are other news.
    if (text) said.value = { count: said.peek().count + 1, text };
  }, [all, known]);
  return (
    <div aria-live="polite">
      <p key={said.value.count} class="sr-only">
        {said.value.text}
      </p>
    </div>
  );
}

/** What comes after a number, looking at nothing before it. */
function since<T>(all: readonly T[], upto: number, seqOf: ArrivalsProps<T>['seqOf']) {
  const fresh: T[] = [];
  let last = upto;
  for (let at = all.length - 1; at >= 0; at--) {
    const one = all[at] as T;
    const seq = seqOf(one);
    if (seq === undefined) continue;
    if (seq <= upto) break;
    last = Math.max(last, seq);
    fresh.unshift(one);
  }
  return { fresh, last };
}
