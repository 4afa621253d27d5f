// How chats ended and the notes on them while they are being written, kept as drafts are: until
// they are done, wherever they were begun, or until the chat is not the agent's any more.

import type { Id, Staff } from '@baton/client';
import { draftKeys, draftOf, write } from '../drafts.ts';
import { NO_OUTCOME, type Outcome } from './disposition.tsx';

const dispositionKey = (chat: Id) => `disposition ${chat}`;
const noteKey = (chat: Id) => `note ${chat}`;

export function outcomeOf(chat: Id): Outcome {
  return {
    disposition: draftOf(dispositionKey(chat)).text.value,
    note: draftOf(noteKey(chat)).text.value,
  };
}

export function writeOutcome(chat: Id, { disposition, note }: Outcome): void {
  write(dispositionKey(chat), disposition);
  write(noteKey(chat), note);
}

/** It was said to the server. */
export function forgetOutcome(chat: Id): void {
  writeOutcome(chat, NO_OUTCOME);
}

/** Forgets those of chats that are gone, whoever ended them; the answer ends it. */
export function forgetWithChats({ session, chats }: Staff): () => void {
  const forget = () => {
    for (const key of draftKeys()) {
      const [, chat] = /^(?:disposition|note) (.+)$/.exec(key) ?? [];
      if (chat && !chats.get(chat)) forgetOutcome(chat);
    }
  };
  const ends = [
    chats.all.subscribe(forget),
    // Also what a page before this one kept.
    session.listen(({ type }) => type === 'welcome' && forget()),
  ];
  return () => {
    for (const end of ends) end();
  };
}
