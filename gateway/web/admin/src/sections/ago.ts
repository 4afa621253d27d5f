// Moments as people say them: how long ago, or on which day.

import { language } from '../../../shared/src/language.ts';
import { about } from '../../../shared/src/time.ts';
import { words } from '../words/words.ts';

const DAY_S = 86_400;

export function ago(at: string): string {
  const date = new Date(at);
  const seconds = (Date.now() - date.getTime()) / 1000;
  if (seconds < 59.5) return words.value.ago.now;
  return seconds < DAY_S ? words.value.ago.format(about(seconds)) : moment(at);
}

export function moment(at: string): string {
  return new Date(at).toLocaleString(language.value, { dateStyle: 'medium', timeStyle: 'short' });
}
