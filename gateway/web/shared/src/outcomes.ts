// How chats end, as agents put it: the outcomes that the desk offers, called the same wherever they
// are shown.

import { inLanguage } from './language.ts';

const en = {
  resolved: 'Solved',
  follow_up: 'To follow up',
  handed_over: 'Handed over',
  no_reply: 'No reply',
  unfit: 'Not for us',
};

const de: typeof en = {
  resolved: 'Gelöst',
  follow_up: 'Nachfassen',
  handed_over: 'Übergeben',
  no_reply: 'Keine Antwort',
  unfit: 'Nicht für uns',
};

/** Those that are offered, by their codes, in order. */
export const outcomes = inLanguage<Record<string, string>>({ en, de });

export const isOffered = (code: string): boolean => Object.hasOwn(en, code);

/** What is none of the offered ones stands as it was written. */
export const outcomeName = (code: string): string =>
  (isOffered(code) && outcomes.value[code]) || code;
