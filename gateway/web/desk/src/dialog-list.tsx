// The dialog that is open, if one is.

import type { Staff } from '@baton/client';
import { toSignal } from '../../shared/src/bind.ts';
import { AboveDialog } from '../../shared/src/ui/dialog.tsx';
import { SignInBanner } from '../../shared/src/ui/staff-banners.tsx';
import { AddDialog } from './add/dialog.tsx';
import { CannedDialog } from './canned-dialog.tsx';
import { EndDialog } from './chat/end-dialog.tsx';
import { dialog } from './dialogs.ts';
import { Help } from './help.tsx';
import { OfferNews } from './list/offer-news.tsx';
import { Offers } from './list/offers.tsx';
import { Notices } from './notice-list.tsx';
import { SignOutDialog } from './sign-out-dialog.tsx';

export function Dialogs({ desk }: { desk: Staff }) {
  return (
    <AboveDialog.Provider value={<Pressing desk={desk} />}>
      <Open desk={desk} />
    </AboveDialog.Provider>
  );
}

/** What does not wait until a dialog is closed. */
function Pressing({ desk }: { desk: Staff }) {
  const has = toSignal(desk.offers.all).value.length > 0;
  return (
    <>
      <SignInBanner staff={desk} />
      <Notices isInDialog />
      <OfferNews desk={desk} />
      <div class={has ? 'max-h-[45dvh] shrink-0 overflow-y-auto border-b border-line p-2' : ''}>
        <Offers desk={desk} />
      </div>
    </>
  );
}

function Open({ desk }: { desk: Staff }) {
  const open = dialog.value;
  switch (open?.kind) {
    case 'add':
      return <AddDialog desk={desk} id={open.chat} />;
    case 'directory':
      return <AddDialog desk={desk} id={null} />;
    case 'end':
      return <EndDialog desk={desk} id={open.chat} />;
    case 'canned':
      return <CannedDialog />;
    case 'help':
      return <Help />;
    case 'sign-out':
      return <SignOutDialog desk={desk} chats={open.chats} />;
    case undefined:
      return null;
  }
}
