// Leaving the desk: without chats one is logged out at once; with chats it is asked, since they go
// back to their queues.

import type { Staff } from '@baton/client';
import { signOut } from '../../shared/src/account.ts';
import { dialog } from './dialogs.ts';
import { isPresent } from './ending.ts';

/** Logging out is told for so long; the server notices the absence anyway. */
const TOLD_MS = 1_000;

export function leaveDesk(desk: Staff): void {
  const me = desk.session.welcome.get()?.id ?? '';
  const open = desk.chats.all.get().filter((one) => {
    const chat = one.chat.get();
    return chat && isPresent(chat, me);
  });
  if (open.length > 0) dialog.value = { kind: 'sign-out', chats: open.length };
  else void goAway(desk);
}

export async function goAway(desk: Staff): Promise<void> {
  dialog.value = null;
  if (desk.connection.get().state === 'online') {
    const told = desk.status({ status: 'logged_out' }).catch(() => {});
    await Promise.race([told, new Promise((resolve) => setTimeout(resolve, TOLD_MS))]);
  }
  signOut();
}
