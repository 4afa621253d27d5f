// All chats that a person has: which there are, and what happens in each. Used by customers, who
// have one, and by staff.

import { type Conversation, conversation, type OpenConversation } from './conversation.ts';
import type { Draft } from './lines.ts';
import type { Platform } from './platform.ts';
import type { Happening, Session } from './session.ts';
import type { Chat, Holdings, Id, Messages } from './types.ts';
import { cell, type Readable } from './value.ts';

/** So many chats that were left are remembered, so that an older copy does not bring them back. */
const DEPARTED = 64;

export interface ChatsOptions {
  session: Session;
  platform: Platform;
  fetch(chat: Id, after: number): Promise<Messages>;
  /** A customer's one chat, whose lines all come by resuming from nothing. */
  only?: Id;
  unsent?(drafts: readonly Draft[]): void;
}

export interface Chats {
  /** Those that the person takes part in or wraps up, in the order in which they came. */
  readonly all: Readable<readonly Conversation[]>;
  /** One that the person has, or had. */
  get(id: Id): Conversation | undefined;
  /** What `hello` says of those that go on. */
  resume(): Record<string, number>;
  hear(happening: Happening): void;
  restore(id: Id, drafts: readonly Draft[]): void;
}

/** Until the session knows who the person is, nobody is. */
const NOBODY = '';

export function chats(options: ChatsOptions): Chats {
  const { session, platform, only } = options;
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
      const fetch = (after: number) => options.fetch(id, after);
      const unsent = options.unsent ? { unsent: options.unsent } : {};
      one = conversation({ id, session, clock, key, fetch, present: id === only, ...unsent });
      open.set(id, one);
    }
    return one;
  };
  const place = (chat: Chat) => {
    if (only) return 'connected';
    const me = session.welcome.get()?.id ?? NOBODY;
    return chat.participants.find((row) => row.id === me)?.state;
  };
  const mention = (chat: Chat) => {
    const id = chat.chat_id;
    // An older copy may come after a newer one: an answer and an event have no order.
    if (chat.rev < (open.get(id)?.chat.get()?.rev ?? departed.get(id) ?? 0)) return;
    const state = place(chat);
    const isPresent = state === 'connected' || state === 'disconnected';
    const isHeld = isPresent || state === 'wrapup';
    // Supervisors are told of chats that they only watch.
    if (!isHeld && !open.has(id)) return;
    const one = held(id);
    one.copy(chat);
    one.tail.mention(chat.seq, isPresent);
    void one.repair();
    if (!isHeld) forget(id, chat.rev);
  };
  const forget = (id: Id, rev: number) => {
    open.delete(id);
    departed.set(id, rev);
    if (departed.size > DEPARTED) departed.delete(departed.keys().next().value ?? '');
  };
  const hold = ({ chats: told }: Holdings, isNew: boolean) => {
    for (const [id, one] of open) {
      if (told.some((chat) => chat.chat_id === id)) continue;
      one.tail.depart();
      void one.repair();
      forget(id, one.chat.get()?.rev ?? 0);
    }
    for (const chat of told) {
      if (isNew) {
        held(chat.chat_id).copy(chat);
        held(chat.chat_id).tail.resync(chat.seq);
      }
      mention(chat);
      void open.get(chat.chat_id)?.repair();
    }
  };
  const hear = (happening: Happening) => {
    switch (happening.type) {
      case 'welcome':
        return hold(happening, false);
      case 'resync':
        return hold(happening, true);
      case 'chat.state':
        return mention(happening);
      case 'answer':
        return happening.reply.chat ? mention(happening.reply.chat) : undefined;
      case 'chat.message':
        return held(happening.chat_id).line(happening.message);
      case 'chat.typing':
        return open.get(happening.chat_id)?.typedBy(happening);
      case 'chat.read':
        return open.get(happening.chat_id)?.readBy(happening);
      case 'chat.position':
        return open.get(happening.chat_id)?.moved(happening);
    }
  };

  if (only) held(only);
  return {
    all,
    get: (id) => open.get(id),
    resume() {
      const present = [...open.values()].filter((one) => one.tail.present);
      return Object.fromEntries(present.map((one) => [one.id, one.tail.upto]));
    },
    restore: (id, drafts) => held(id).restore(drafts),
    hear(happening) {
      hear(happening);
      publish();
    },
  };
}
