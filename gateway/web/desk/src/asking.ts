// Commands that are under way: whether one of a component's is, how it failed, and whether the
// whole desk has waited for an answer for so long that it should be said.

import { asBatonError, type BatonError } from '@baton/client';
import { signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { refusalWords } from '../../shared/src/refusals.ts';
import { tell } from './notices.ts';

/** Somebody who waits longer wonders. */
const SLOW_MS = 3_000;

let slow = 0;
/** Whether an answer is waited for, for long. */
export const isSlow = signal(false);

async function patiently<T>(answer: Promise<T>): Promise<T> {
  let counted = false;
  const timer = setTimeout(() => {
    counted = true;
    isSlow.value = ++slow > 0;
  }, SLOW_MS);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
    if (counted) isSlow.value = --slow > 0;
  }
}

export interface Asking {
  isBusy: boolean;
  error: BatonError | null;
  /** Does one thing at a time; whether it was done. */
  ask(what: () => Promise<unknown>): Promise<boolean>;
  forget(): void;
}

export function useAsking(): Asking {
  const isBusy = useSignal(false);
  const error = useSignal<BatonError | null>(null);
  const isGone = useRef(false);
  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
    };
  }, []);
  return {
    get isBusy() {
      return isBusy.value;
    },
    get error() {
      return error.value;
    },
    async ask(what) {
      if (isBusy.peek()) return false;
      isBusy.value = true;
      error.value = null;
      try {
        await patiently(what());
        return true;
      } catch (thrown) {
        error.value = asBatonError(thrown);
        // Where it was asked is not there any more to show it.
        if (isGone.current) tell(refusalWords(error.value), { look: 'bad' });
        return false;
      } finally {
        isBusy.value = false;
      }
    },
    forget() {
      error.value = null;
    },
  };
}

/** Does something from where nothing can be shown: a refusal is news. */
export async function attempt(what: () => Promise<unknown>): Promise<boolean> {
  try {
    await patiently(what());
    return true;
  } catch (thrown) {
    tell(refusalWords(asBatonError(thrown)), { look: 'bad' });
    return false;
  }
}
