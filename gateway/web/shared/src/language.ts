// The language of the pages for staff: as the browser prefers, or as chosen; the choice stays in
// this browser. A page's words are one object a language, in its own `words/`.

import { computed, type ReadonlySignal, signal } from '@preact/signals';

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

const KEY = 'baton.language';

/** The choice; set it by `chooseLanguage`. */
export const language = signal<Language>('en');

export function chooseLanguage(next: Language, storage: Storage = localStorage): void {
  storage.setItem(KEY, next);
  use(next);
}

/** What was chosen before, else the first of the browser's that is there; before anything is drawn. */
export function restoreLanguage(
  storage: Storage = localStorage,
  preferred: readonly string[] = navigator.languages,
): void {
  const wishes = [storage.getItem(KEY), ...preferred].map((wish) => (wish ?? '').split('-')[0]);
  use(wishes.find((wish): wish is Language => wish !== undefined && wish in LANGUAGES) ?? 'en');
}

/** The words of a part of a page in the language of now: `words.value.send`. */
export function inLanguage<Words>(all: Record<Language, Words>): ReadonlySignal<Words> {
  return computed(() => all[language.value]);
}

function use(next: Language) {
  language.value = next;
  document.documentElement.lang = next;
}
