// Asks before signing out with open chats.

import type { Staff } from '@baton/client';
import { Button } from '../../shared/src/ui/button.tsx';
import { Dialog } from '../../shared/src/ui/dialog.tsx';
import { closeDialog } from './dialogs.ts';
import { goAway } from './sign-out.ts';
import { words } from './words/words.ts';

export function SignOutDialog({ desk, chats }: { desk: Staff; chats: number }) {
  const said = words.value.head;
  return (
    <Dialog title={said.signOut} onClose={closeDialog}>
      <div class="flex flex-col gap-4 p-4">
        <p>{said.signOutAsk(chats)}</p>
        <div class="flex flex-wrap gap-2">
          <Button look="primary" onClick={closeDialog}>
            {said.stay}
          </Button>
          <Button look="bad" onClick={() => goAway(desk)}>
            {said.signOut}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
