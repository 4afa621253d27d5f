// How chats ended and the notes on them while they are being written, kept as drafts are: until
// the server has them, wherever they were begun. Where it cannot get them any more, they are shown.

import { asBatonError, type Chat, type Conversation, type Id, type Staff } from '@baton/client';
import { signal } from '@preact/signals';
import { draftKeys, draftOf, write } from '../drafts.ts';
import { NO_OUTCOME, type Outcome, said } from './disposition.tsx';
import { forgetLost, tellLost } from './lost.ts';

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

const forgetOutcome = (chat: Id) => writeOutcome(chat, NO_OUTCOME);

/** What is on its way to the server, by chat. */
const underWay = signal<ReadonlyMap<Id, Promise<unknown>>>(new Map());

export const handedOver = (chat: Id) => underWay.value.get(chat);

export interface HandOver {
  desk: Staff;
  chat: Id;
  outcome: Partial<Outcome>;
  send(): Promise<unknown>;
  /** Whether the server keeps what it gets so. */
  isKept: boolean;
}

/** Sends what was written. Its chat may go before the answer comes, which tells what became of it. */
export function handOver({ desk, chat, outcome, send, isKept }: HandOver): Promise<unknown> {
  const copy = desk.chats.get(chat)?.chat.get() ?? null;
  const isGone = () => !desk.chats.get(chat);
  const settle = (isLost: boolean) => {
    underWay.value = new Map([...underWay.peek()].filter(([id]) => id !== chat));
    if (isLost && isGone()) lose(chat, copy, outcome);
  };
  const it = send().then(
    (answer) => {
      if (isKept) {
        forgetOutcome(chat);
        forgetLost(chat);
      }
      settle(!isKept);
      return answer;
    },
    (thrown) => {
      // The page's end loses nothing: it stays in the tab for who wrote it.
      settle(asBatonError(thrown).code !== 'ended');
      throw thrown;
    },
  );
  underWay.value = new Map([...underWay.peek(), [chat, it]]);
  return it;
}

/** The form is gone: what was written in it is nowhere else. */
function lose(chat: Id, copy: Chat | null, outcome: Partial<Outcome>): void {
  tellLost(chat, copy, outcome);
  forgetLost(chat);
  forgetOutcome(chat);
}

/** Forgets those of chats that are gone, and shows what nobody has got; the answer ends it. */
export function forgetWithChats({ session, chats }: Staff): () => void {
  const listed = () => new Map<Id, Conversation>(chats.all.get().map((one) => [one.id, one]));
  let before = listed();
  const forget = () => {
    for (const key of draftKeys()) {
      const [, chat] = /^(?:disposition|note) (.+)$/.exec(key) ?? [];
      if (!chat || chats.get(chat) || underWay.peek().has(chat)) continue;
      lose(chat, before.get(chat)?.chat.get() ?? null, said(outcomeOf(chat)));
    }
    before = listed();
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
