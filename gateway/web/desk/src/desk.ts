// The desk of whoever is signed in: one connection to Baton, made and closed with the account, and
// what listens to it for as long as it is there.

import { connectStaff, type OfferGone, type Staff } from '@baton/client';
import { effect, signal, untracked } from '@preact/signals';
import { account, ownStorage, ownToken, person } from '../../shared/src/account.ts';
import { keepAges } from './ages.ts';
import { callAttention } from './attention.ts';
import { completeInTime } from './chat/completing.ts';
import { forgetWithChats } from './chat/outcomes.ts';
import { notices, tell } from './notices.ts';
import { hearTime } from './now.ts';
import { readNames } from './people.ts';
import { hearSupervisors } from './supervised.ts';
import { words } from './words/words.ts';

export const desk = signal<Staff | null>(null);

/** Who was last here: what was told is theirs alone. */
let last = '';

// A fresh token of the same person changes nothing of it.
effect(() => {
  if (!person.value) return;
  if (last !== person.value) notices.value = [];
  last = person.value;
  return untracked(open);
});

function open(): () => void {
  const staff = connectStaff({
    url: location.origin,
    token: ownToken(),
    storage: ownStorage(sessionStorage, account.peek()),
  });
  const wake = () => {
    if (document.visibilityState === 'visible') staff.session.wake();
  };
  document.addEventListener('visibilitychange', wake);
  addEventListener('online', wake);
  const ends = [
    staff.session.listen(hearTime),
    keepAges(staff),
    staff.offers.gone.subscribe((gone) => gone && offerGone(staff, gone)),
    staff.connection.subscribe(({ state }) => {
      // Names are looked up again after each absence; ids stand in for them meanwhile.
      if (state === 'online') readNames(staff).catch(() => {});
    }),
    staff.watch('queues'),
    callAttention(staff),
    hearSupervisors(staff),
    forgetWithChats(staff),
    completeInTime(staff),
  ];
  desk.value = staff;
  return () => {
    document.removeEventListener('visibilitychange', wake);
    removeEventListener('online', wake);
    for (const end of ends) end();
    staff.close();
    desk.value = null;
  };
}

/** Says why an offer is not there any more, unless the agent settled it. */
function offerGone(staff: Staff, { why, detail }: OfferGone): void {
  const said = words.value;
  if (why === 'expired') {
    tell(said.offer.gone.expired, {
      action: {
        words: said.status.getReady,
        run: () => void staff.status({ status: 'ready' }).catch(() => {}),
      },
    });
  }
  if (why === 'revoked' && detail) tell(said.offer.gone[detail]);
}
