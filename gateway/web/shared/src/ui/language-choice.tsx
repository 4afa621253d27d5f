// The choice of a language, beside the theme's.

import { chooseLanguage, LANGUAGES, type Language, language } from '../language.ts';
import { words } from '../words.ts';
import { Choice } from './field.tsx';

const OPTIONS = Object.entries(LANGUAGES);

export function LanguageChoice() {
  return (
    <Choice
      label={words.value.language}
      value={language.value}
      options={OPTIONS}
      onChange={(event) => chooseLanguage(event.currentTarget.value as Language)}
    />
  );
}
