// The catalogue: which language a visitor gets, and sentences with names and numbers in them. The
// script itself speaks English; every other language is a script of its own, so that nobody
// carries four.

import { PATIENCE_MS } from '../options.ts';
import { en, type Words } from './en.ts';

export type { Words } from './en.ts';

const LANGUAGES = ['en', 'de', 'fr', 'es'];

declare global {
  interface Window {
    /** Where the scripts of languages leave them. */
    batonWords?: Record<string, Words>;
  }
}

/** The first of the wished languages that there is; English if there is none. */
export function languageOf(wished: readonly string[]): string {
  const short = wished.map((tag) => tag.toLowerCase().split('-')[0] ?? '');
  return short.find((tag) => LANGUAGES.includes(tag)) ?? 'en';
}

/** The words of a language; English if they cannot be had. */
export function load(url: string, language: string): Promise<Words> {
  return new Promise((resolve) => {
    const done = () => resolve(window.batonWords?.[language] ?? en);
    if (language === 'en' || window.batonWords?.[language]) return done();
    const script = document.createElement('script');
    script.src = `${url}/widget.${language}.js`;
    script.onload = script.onerror = done;
    document.head.append(script);
    setTimeout(done, PATIENCE_MS);
  });
}

/** Puts a value where a sentence has its place. What a person wrote is never read as one. */
export function say(sentence: string, value: string | number): string {
  return sentence.replace(/\{\w+\}/, () => String(value));
}

/** "Anna, Ben and Chloé". */
export function names(words: Words, all: readonly string[]): string {
  if (all.length < 2) return all[0] ?? '';
  return all.slice(0, -1).join(', ') + words.and + all.at(-1);
}

/** How many lines were not seen. */
export function unreadOf(words: Words, count: number): string {
  return count > 1 ? say(words.unread, count) : words.unreadOne;
}

/** Who is typing. */
export function typingOf(words: Words, all: readonly string[]): string {
  if (!all.length) return '';
  return say(all.length > 1 ? words.typingMore : words.typing, names(words, all));
}
