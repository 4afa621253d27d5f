// Where one goes from a chat that is done.

import type { Id, Staff } from '@baton/client';
import { isPresent } from './ending.ts';
import { unreadIn } from './seen.ts';

/** The chat to go on with: one that waits for an answer before the others. */
export function nextChat(desk: Staff): Id | null {
  const me = desk.session.welcome.get()?.id ?? '';
  const here = desk.chats.all.get().filter((one) => {
    const chat = one.chat.get();
    return chat && isPresent(chat, me);
  });
  const waiting = here.find(({ id, lines }) => unreadIn(id, lines.get(), me) > 0);
  return (waiting ?? here[0])?.id ?? null;
}
