// What stands in a place where there is nothing to show: nothing yet, nothing at all, or no answer.

import type { BatonError } from '@baton/client';
import type { ComponentChildren } from 'preact';
import { refusalWords } from '../../../shared/src/refusals.ts';
import { Button } from '../../../shared/src/ui/button.tsx';
import { words } from '../words/words.ts';

/** Nothing is there, and that is fine. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="px-4 py-8 text-center text-quiet">{children}</p>;
}

/** It is on its way: the shape of what comes. */
export function Loading({ rows = 3 }: { rows?: number }) {
  return (
    <div role="status" class="flex flex-col gap-3 p-4">
      <span class="sr-only">{words.value.loading}</span>
      {Array.from({ length: rows }, (_, at) => (
        <div key={at} class="h-5 animate-pulse rounded-md bg-sunken" />
      ))}
    </div>
  );
}

/** It could not be had, or done. */
export function Failed({ error, retry }: { error: BatonError; retry?: () => void }) {
  return (
    <div role="alert" class="flex flex-wrap items-center gap-3 px-4 py-3 text-bad">
      <p class="min-w-0 flex-1">{refusalWords(error)}</p>
      {retry && <Button onClick={retry}>{words.value.tryAgain}</Button>}
    </div>
  );
}
