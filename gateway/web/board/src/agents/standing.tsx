// Where an agent stands, by shape, colour and words.

import {
  CircleCheck,
  CircleOff,
  Coffee,
  MessageCircleMore,
  PencilLine,
  Unplug,
} from 'lucide-preact';
import type { Standing } from '../live/figures.ts';

const LOOKS = {
  free: [CircleCheck, 'text-good'],
  busy: [MessageCircleMore, 'text-accent'],
  wrapup: [PencilLine, 'text-accent'],
  away: [Coffee, 'text-warn'],
  lost: [Unplug, 'text-bad'],
  out: [CircleOff, 'text-quiet'],
} as const;

/** The colour that the bar of all agents has for it. */
export const BARS: Record<Standing, string> = {
  free: 'bg-good',
  busy: 'bg-accent',
  wrapup: 'bg-accent/50',
  away: 'bg-warn',
  lost: 'bg-bad',
  out: 'bg-line',
};

export function StandingMark({ standing, size = 16 }: { standing: Standing; size?: number }) {
  const [Icon, colour] = LOOKS[standing];
  return <Icon size={size} strokeWidth={2.25} aria-hidden="true" class={`shrink-0 ${colour}`} />;
}
