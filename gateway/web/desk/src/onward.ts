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
  if (isAt(chat)) goTo(nextChat(desk));
}

const isAt = (chat: Id) => {
  const { value } = place;
  return value.at === 'chat' && value.id === chat;
};

const goTo = (next: Id | null) => go(next ? chatHref(next) : LIST_HREF);

/** The chat to which the desk went by itself. */
let unasked: Id | null = null;

/**
 * The same where nobody asked for it: what is still being typed is for nobody in the next chat, so
 * that its field does not take the focus; what has it in the chat that is left is about to go.
 */
export function goOnUnasked(desk: Staff, chat: Id): void {
  if (!isAt(chat)) return;
  const { activeElement, body } = document;
  const isHere = !activeElement || activeElement === body || activeElement.closest('main, aside');
  unasked = nextChat(desk);
  goTo(unasked);
  if (isHere) document.querySelector<HTMLElement>('[data-places]')?.focus();
}

/** Whether the chat that is shown now may take the focus. */
export function isAskedFor(chat: Id): boolean {
  const before = unasked;
  unasked = null;
  return before !== chat;
}
