// The beginning of each page's head: which page it is, and the way to the others that are for the
// one who is signed in.

import { ChevronDown } from 'lucide-preact';
import { account } from '../account.ts';
import { words } from '../words.ts';
import { Mark } from './mark.tsx';
import { Popover } from './popover.tsx';

export type Place = 'desk' | 'board' | 'admin';

/** Whose page is whose. */
const PLACES: Record<string, readonly Place[]> = {
  agent: ['desk', 'board'],
  supervisor: ['board', 'admin'],
  admin: ['board', 'admin'],
};

export interface PlacesProps {
  here: Place;
  /** Whether the page goes on beside the others: chats are not left for a look at the board. */
  stays?: boolean;
}

export function Places({ here, stays = false }: PlacesProps) {
  const said = words.value;
  const places = PLACES[account.value?.role ?? ''] ?? [];
  const others = places.filter((place) => place !== here);
  const face = (
    <span class="flex items-center gap-2 font-semibold">
      <Mark />
      <span class="max-md:sr-only">{said.places[here]}</span>
    </span>
  );
  if (others.length === 0) return face;
  return (
    <Popover
      label={said.otherPages}
      isNamed
      side="left"
      faceClass="-ml-1 flex items-center px-1"
      face={
        <span class="flex items-center gap-1">
          {face}
          <span class="sr-only">: {said.otherPages}</span>
          <ChevronDown size={16} aria-hidden="true" class="shrink-0 text-quiet" />
        </span>
      }
    >
      {(close) => (
        <ul class="flex flex-col gap-0.5">
          {others.map((place) => (
            <li key={place}>
              <a
                href={`/${place}`}
                onClick={close}
                // The other tab is this one's child: it has the same sign-in, and nothing else of it.
                {...(stays ? { target: '_blank', rel: 'opener' } : {})}
                class="flex min-h-11 flex-col justify-center rounded-lg px-3 py-1.5 hover:bg-sunken"
              >
                <span class="font-medium">{said.places[place]}</span>
                <span class="text-sm text-quiet">{said.placesAbout[place]}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </Popover>
  );
}
