// The desk's words in the language of now.

import { inLanguage } from '../../../shared/src/language.ts';
import { de } from './de.ts';
import { en } from './en.ts';

export const words = inLanguage({ en, de });
