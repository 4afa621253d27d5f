// The words of the board in the language of now.

import { inLanguage } from '../../../shared/src/language.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { de as whyDe } from './why-de.ts';
import { en as whyEn } from './why-en.ts';

export const words = inLanguage({ en, de });
/** Why something went where it went. */
export const whyWords = inLanguage({ en: whyEn, de: whyDe });
