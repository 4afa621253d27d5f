// Says aloud what is newly offered, each offer once: on the page, or in the dialog over it.

import type { Id, OpenOffer, Staff } from '@baton/client';
import { useSignal, useSignalEffect } from '@preact/signals';
import { toSignal } from '../../../shared/src/bind.ts';
import { customerName } from '../people.ts';
import { words } from '../words/words.ts';
import { titleOf } from './offers.tsx';

/** Those of the offers that were said: a dialog that opens or closes over them says none again. */
let said: readonly Id[] = [];

export function OfferNews({ desk }: { desk: Staff }) {
  const text = useSignal('');
  useSignalEffect(() => {
    const all = toSignal(desk.offers.all).value;
    const fresh = all.filter(({ offer_id }) => !said.includes(offer_id));
    said = all.map(({ offer_id }) => offer_id);
    if (fresh.length > 0) text.value = fresh.map(announced).join(' ');
    else if (all.length === 0) text.value = '';
  });
  return (
    <p class="sr-only" role="alert">
      {text}
    </p>
  );
}

const announced = (offer: OpenOffer) =>
  words.peek().offer.announced(titleOf(offer), customerName(offer.chat));
