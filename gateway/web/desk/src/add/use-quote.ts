// Asks what would happen, for whoever is chosen: when the choice has rested a moment, and again
// when what is known of it has changed.

import {
  asBatonError,
  type BatonError,
  getQuote,
  type Id,
  type Quote,
  type Staff,
} from '@baton/client';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Option } from './options.ts';

const REST_MS = 150;

export type Answer =
  | { is: 'asking' }
  | { is: 'quote'; quote: Quote }
  | { is: 'failed'; error: BatonError };

export function useQuote(desk: Staff, chat: Id | null, option: Option | null): Answer {
  const answer = useSignal<Answer & { for?: string }>({ is: 'asking' });
  const key = option?.key ?? '';
  useEffect(() => {
    if (!chat || !option) return;
    let isOld = false;
    const ask = async () => {
      let next: Answer;
      try {
        next = { is: 'quote', quote: await getQuote(desk.http, chat, option.to) };
      } catch (thrown) {
        next = { is: 'failed', error: asBatonError(thrown) };
      }
      if (!isOld) answer.value = { ...next, for: key };
    };
    const timer = setTimeout(ask, REST_MS);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [chat, key, option?.row.rev]);
  // What was said of another is not said of this one; what was said of this one stays meanwhile.
  return answer.value.for === key ? answer.value : { is: 'asking' };
}
