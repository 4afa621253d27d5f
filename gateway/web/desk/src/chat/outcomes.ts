// How chats ended and the notes on them while they are being written, kept as drafts are: until
// they are done, wherever they were begun.

import type { Id } from '@baton/client';
import { draftOf, write } from '../drafts.ts';
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
