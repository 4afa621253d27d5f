// Where one goes from a chat that is done.

import type { Id, Staff } from '@baton/client';
import { isPresent } from './ending.ts';
import { chatHref, go, LIST_HREF, place } from './place.ts';
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

/** From a chat that one has done with, if it is still shown: to the next one, else home. */
export function goOnFrom(desk: Staff, chat: Id): void {
  const { value } = place;
  if (value.at !== 'chat' || value.id !== chat) return;
  const next = nextChat(desk);
  go(next ? chatHref(next) : LIST_HREF);
}
