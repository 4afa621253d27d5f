// All chats that one of the staff has: which there are, as copies of them come and go. What
// happens inside one is the conversation's.

import {
  type Conversation,
  conversation,
  copiesIn,
  type OpenConversation,
} from './conversation.ts';
import type { Platform } from './platform.ts';
import type { Happening, Session } from './session.ts';
import type { Chat, Id, Messages } from './types.ts';
import type { Unsent } from './unsent.ts';
import { cell, type Readable } from './value.ts';

/** So many chats that were left are remembered, so that an older copy does not bring them back. */
const DEPARTED = 64;

export interface ChatsOptions {
  session: Session;
  platform: Platform;
  fetch(chat: Id, after: number): Promise<Messages>;
  /** Keeps lines of one's own until they are stored. */
  unsent?: Unsent | undefined;
}

export interface Chats {
  /** Those that the person takes part in or wraps up, in the order in which they came. */
  readonly all: Readable<readonly Conversation[]>;
  /** One that the person has. */
  get(id: Id): Conversation | undefined;
  /** What `hello` says of those that go on. */
  resume(): Record<string, number>;
  hear(happening: Happening): void;
}

export function chats({ session, platform, fetch, unsent }: ChatsOptions): Chats {
  const open = new Map<Id, OpenConversation>();
  /** Chat → the `rev` at which the person was not in it any more. */
  const departed = new Map<Id, number>();
  const all = cell<readonly Conversation[]>([]);

  const publish = () => {
    const listed = [...open.values()].filter((one) => one.chat.get() !== null);
    const before = all.get();
    if (listed.length !== before.length || listed.some((one, at) => one !== before[at])) {
      all.set(listed);
    }
  };
  const held = (id: Id) => {
    let one = open.get(id);
    if (!one) {
      const { clock, key } = platform;
      one = conversation({
        id,
        session,
        clock,
        key,
        fetch: (after) => fetch(id, after),
        ...(unsent && { unsent: (drafts) => unsent.keep(id, drafts) }),
      });
      open.set(id, one);
      one.restore(unsent?.of(id) ?? []);
    }
    return one;
  };
  const mention = (chat: Chat) => {
    const id = chat.chat_id;
    if (chat.rev < (open.get(id)?.chat.get()?.rev ?? departed.get(id) ?? 0)) return;
    const me = session.welcome.get()?.id;
    const state = chat.participants.find((row) => row.id === me)?.state;
    const isPresent = state === 'connected' || state === 'disconnected';
    const isHeld = isPresent || state === 'wrapup';
    // Supervisors are told of chats that they only watch.
    if (!isHeld && !open.has(id)) return;
    held(id).mention(chat, isPresent);
    if (!isHeld) forget(id, chat.rev);
  };
  const forget = (id: Id, rev: number) => {
    open.delete(id);
    departed.set(id, rev);
    if (departed.size > DEPARTED) departed.delete(departed.keys().next().value ?? '');
  };
  /** Those that are not told of any more are over, or no longer the person's. */
  const dropOthers = (told: readonly Chat[]) => {
    const ids = new Set(told.map((chat) => chat.chat_id));
    for (const [id, one] of open) {
      if (ids.has(id)) continue;
      one.depart();
      forget(id, one.chat.get()?.rev ?? 0);
    }
  };

  return {
    all,
    get: (id) => open.get(id),
    resume() {
      const present = [...open.values()].filter((one) => one.tail.present);
      return Object.fromEntries(present.map((one) => [one.id, one.tail.upto]));
    },
    hear(happening) {
      const { type } = happening;
      if (type === 'welcome' || type === 'resync') dropOthers(happening.chats);
      // What the server tells now counts, whatever was told before.
      if (type === 'resync') departed.clear();
      // The first line may come before the answer or event that tells of its chat.
      if (type === 'chat.message') held(happening.chat_id);
      for (const one of open.values()) one.hear(happening);
      for (const chat of copiesIn(happening)) mention(chat);
      publish();
    },
  };
}
