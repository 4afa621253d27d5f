// The words of this page in the language of now.

import { inLanguage } from '../../../shared/src/language.ts';
import { de } from './de.ts';
import { en } from './en.ts';

export const words = inLanguage({ en, de });

/** A field's words; what is not known is called by its name. */
export function fieldWords(name: string): { label: string; hint?: string } {
  const known = words.value.fields as Record<string, { label: string; hint?: string }>;
  return known[name] ?? { label: name };
}
