// What an agent is being offered, with deadlines on this machine's clock: the server says how
// many seconds are left, so no two clocks have to agree.

import type { Clock } from './platform.ts';
import type { Happening } from './session.ts';
import type { Event, Id, Offer } from './types.ts';
import { cell, type Readable } from './value.ts';

/** An offer that waits for an answer. */
export interface OpenOffer extends Offer {
  /** When it expires, on the platform's clock. */
  deadline: number;
}

/** How an offer ended. */
export type OfferGone = Extract<Event, { type: 'offer.gone' }>;

export interface Offers {
  readonly all: Readable<readonly OpenOffer[]>;
  /** The newest that went without this page's doing, or with it. */
  readonly gone: Readable<OfferGone | null>;
  /** Seconds that are left for one; never less than none. */
  leftS(offer: OpenOffer): number;
  hear(happening: Happening): void;
}

export function offers(clock: Clock): Offers {
  const all = cell<readonly OpenOffer[]>([]);
  const gone = cell<OfferGone | null>(null);
  const opened = (offer: Offer): OpenOffer => ({
    ...offer,
    deadline: clock.now() + offer.expires_in_s * 1000,
  });
  const without = (id: Id) => all.get().filter((one) => one.offer_id !== id);

  return {
    all,
    gone,
    leftS: ({ deadline }) => Math.max(0, (deadline - clock.now()) / 1000),
    hear(happening) {
      switch (happening.type) {
        case 'welcome':
        case 'resync':
          return all.set((happening.offers ?? []).map(opened));
        case 'offer.new':
          return all.set([...without(happening.offer.offer_id), opened(happening.offer)]);
        case 'offer.gone':
          all.set(without(happening.offer_id));
          return gone.set(happening);
      }
    },
  };
}
