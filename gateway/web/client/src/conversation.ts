// One chat: its newest copy, its lines, who is typing, how far others have read, and what the
// person says in it. Fetches the lines that do not come by themselves.

import { asBatonError } from './errors.ts';
import { type Draft, type Line, lines } from './lines.ts';
import { type Outbox, outbox } from './outbox.ts';
import type { Clock } from './platform.ts';
import type { Happening, Session } from './session.ts';
import { type Tail, tail } from './tail.ts';
import type { Chat, Holdings, Id, Message, Messages, Sender, Visibility } from './types.ts';
import { cell, type Readable } from './value.ts';

/** Somebody who is typing says so at least this often. */
const TYPING_MS = 5_000;
/** A line is tried for so long: it may wait for the network, and keeps its id. */
const SEND_MS = 10 * 60_000;
/** One's own typing is told at most this often. */
const TELL_TYPING_MS = 3_000;

export interface ConversationOptions {
  id: Id;
  session: Session;
  clock: Clock;
  key(): string;
  /** A page of lines. */
  fetch(after: number): Promise<Messages>;
  /** Whether new lines come by themselves from the beginning. */
  present?: boolean;
  unsent?: ((drafts: readonly Draft[]) => void) | undefined;
}

/** What pages see of a chat. */
export interface Conversation {
  readonly id: Id;
  /** The newest copy; none before the first. */
  readonly chat: Readable<Chat | null>;
  readonly lines: Readable<readonly Line[]>;
  readonly typing: Readable<readonly Sender[]>;
  /** How far each of the others has read: their id → a `message_id`. */
  readonly read: Readable<Readonly<Record<string, string>>>;
  /** Says something; it is in `lines` at once. Answers the line's key. */
  send(text: string, visibility?: Visibility): string;
  /** Sends a failed line again, as the same line. */
  retry(key: string): void;
  /** Takes a failed line away. */
  discard(key: string): void;
  /** Tells that the person is typing, not too often. */
  typed(): void;
  /** Tells that everything up to the last line is read, once. */
  readAll(): void;
}

/** The same with what feeds it. */
export interface OpenConversation extends Conversation {
  readonly tail: Tail;
  /** A copy of the chat, older or newer; `isPresent` is whether the reader takes part. */
  mention(chat: Chat, isPresent: boolean): void;
  /** What happens in it, copies apart. */
  hear(happening: Happening): void;
  /** New lines do not come any more; those said meanwhile are fetched. */
  depart(): void;
  /** Sends what an earlier page left unsent. */
  restore(drafts: readonly Draft[]): void;
}

/** The copies of chats that a happening carries. */
export function copiesIn(happening: Happening): readonly Chat[] {
  if ('chats' in happening) return happening.chats;
  if (happening.type === 'chat.state') return [happening];
  const told = happening.type === 'answer' && happening.reply.chat;
  return told ? [told] : [];
}

export function conversation(options: ConversationOptions): OpenConversation {
  const { id, session, clock } = options;
  const chat = cell<Chat | null>(null);
  const typing = cell<readonly Sender[]>([]);
  const read = cell<Readonly<Record<string, string>>>({});
  const known = lines();
  const ends = tail(options.present);
  let toldTypingAt = Number.NEGATIVE_INFINITY;
  let toldRead = '';

  const out: Outbox = outbox({
    deliver: async ({ client_id, text, visibility }) => {
      const fields = { chat_id: id, text, client_id, visibility };
      const answer = await session.command('chat.send', fields, { timeoutMs: SEND_MS });
      store([answer.message]);
    },
    failed: (draft, error) => known.mark(draft.client_id, 'failed', error),
    changed: options.unsent,
  });
  const store = (messages: readonly Message[]) => {
    for (const { from, client_id } of messages) {
      if (client_id) out.remove(client_id);
      stopTyping((one) => one.id === from.id);
    }
    known.store(messages);
  };
  const stopTyping = (isIt: (one: Sender) => boolean) => {
    const now = typing.get();
    if (now.some(isIt)) typing.set(now.filter((one) => !isIt(one)));
  };
  const post = (draft: Draft) => {
    known.draft(draft);
    out.add(draft);
  };
  let fetching = false;
  const repair = async () => {
    if (fetching) return;
    fetching = true;
    for (let owed = ends.next(); owed; owed = ends.next()) {
      const left = await fetchLines(options.fetch, owed, store);
      if (!left) continue;
      // Not now: with the next welcome, or the next line.
      ends.giveBack(left);
      break;
    }
    fetching = false;
  };

  const line = (message: Message) => {
    ends.came(message.seq);
    store([message]);
    // A line may come before the answer or event that tells of its chat.
    if (ends.present) void repair();
  };
  const typedBy = (from: Sender) => {
    typing.set([...typing.get().filter((one) => one.id !== from.id), from]);
    // Who says so again is told of by another copy, which lasts longer.
    clock.after(TYPING_MS, () => stopTyping((one) => one === from));
  };
  const readBy = (from: Sender, upto: string | null | undefined) => {
    if (upto) read.set({ ...read.get(), [from.id]: upto });
  };
  const moved = ({ position, ewt }: Pick<Chat, 'position' | 'ewt'>) => {
    const now = chat.get();
    if (now) chat.set({ ...now, position, ewt });
  };
  const tellRead = () => session.notify('chat.read', { chat_id: id, upto: toldRead });
  /** The server lost continuity: its copy counts, and its lines are read. */
  const replaced = ({ chats }: Holdings) => {
    const next = chats.find((one) => one.chat_id === id);
    if (!next) return;
    chat.set(next);
    ends.resync(next.seq);
  };

  return {
    id,
    chat,
    lines: known.all,
    typing,
    read,
    tail: ends,
    restore: (drafts) => drafts.forEach(post),
    send(text, visibility = 'all') {
      const at = new Date(clock.wall()).toISOString();
      const key = options.key();
      post({ client_id: key, text, visibility, at });
      toldTypingAt = Number.NEGATIVE_INFINITY;
      return key;
    },
    retry(key) {
      const line = known.all.get().find((one) => one.key === key && one.state === 'failed');
      if (!line) return;
      known.mark(key, 'pending');
      out.add({ client_id: key, text: line.text, visibility: line.visibility, at: line.at });
    },
    discard(key) {
      out.remove(key);
      known.discard(key);
    },
    typed() {
      if (clock.now() - toldTypingAt < TELL_TYPING_MS) return;
      toldTypingAt = clock.now();
      session.notify('chat.typing', { chat_id: id });
    },
    readAll() {
      const last = known.all.get().findLast((line) => line.message && !line.own)?.message;
      if (!last || last.message_id === toldRead) return;
      toldRead = last.message_id;
      tellRead();
    },
    mention(next, isPresent) {
      // An older copy may come after a newer one: an answer and an event have no order.
      if (next.rev < (chat.get()?.rev ?? 0)) return;
      chat.set(next);
      ends.mention(next.seq, isPresent);
      void repair();
    },
    hear(happening) {
      if (happening.type === 'resync') return replaced(happening);
      // What was told to a broken connection may have reached nobody.
      if (happening.type === 'welcome' && toldRead) return tellRead();
      if (!('chat_id' in happening) || happening.chat_id !== id) return;
      switch (happening.type) {
        case 'chat.message':
          return line(happening.message);
        case 'chat.typing':
          return typedBy(happening.from);
        case 'chat.read':
          return readBy(happening.from, happening.upto);
        case 'chat.position':
          return moved(happening);
      }
    },
    depart() {
      ends.depart();
      void repair();
    },
  };
}

/** Reads pages until nothing is owed; what is still owed, if it cannot be had now. */
async function fetchLines(
  fetch: (after: number) => Promise<Messages>,
  owed: { after: number; upto: number | null },
  store: (messages: readonly Message[]) => void,
): Promise<{ after: number; upto: number | null } | null> {
  let { after, upto } = owed;
  for (;;) {
    let page: Messages;
    try {
      page = await fetch(after);
    } catch (error) {
      return asBatonError(error).retry ? { after, upto } : null;
    }
    upto ??= page.last;
    const end = upto;
    store(page.messages.filter((message) => message.seq > after && message.seq <= end));
    after = page.messages.at(-1)?.seq ?? end;
    if (after >= end) return null;
  }
}
