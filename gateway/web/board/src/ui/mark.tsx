// How it stands, by shape and colour and in words for those who see neither.

import { CircleCheck, CircleMinus, OctagonAlert, TriangleAlert } from 'lucide-preact';
import type { Level } from '../live/alerts.ts';
import { words } from '../words/words.ts';

export type Look = Level | 'off';

const MARKS = {
  good: [CircleCheck, 'text-good'],
  warn: [TriangleAlert, 'text-warn'],
  bad: [OctagonAlert, 'text-bad'],
  off: [CircleMinus, 'text-quiet'],
} as const;

export function Mark({ look, size = 18 }: { look: Look; size?: number }) {
  const [Icon, colour] = MARKS[look];
  return (
    <span class={`inline-flex shrink-0 ${colour}`} title={words.value.looks[look]}>
      <Icon size={size} strokeWidth={2.25} aria-hidden="true" />
      <span class="sr-only">{words.value.looks[look]}</span>
    </span>
  );
}

/** Grounds and text of something that stands so. */
export const TONES: Record<Look, string> = {
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  off: 'bg-sunken text-quiet',
};
/** Text alone. */
export const INKS: Record<Look, string> = {
  good: 'text-good',
  warn: 'text-warn',
  bad: 'text-bad',
  off: 'text-quiet',
};
