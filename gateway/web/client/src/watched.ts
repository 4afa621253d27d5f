// A chat that a supervisor looks at without being in it: its newest copy as it is watched, and its
// lines, which do not come by themselves and are read again and again. Once joined, the chat is
// among the staff's own chats and its lines come live.

import { getChat, getMessages } from './api.ts';
import { copiesIn } from './conversation.ts';
import { asBatonError, type BatonError } from './errors.ts';
import { type Line, lines } from './lines.ts';
import type { Staff } from './staff.ts';
import type { Chat, Id } from './types.ts';
import { cell, type Readable } from './value.ts';

/** Lines are read again after so long. */
const AGAIN_MS = 3_000;

export interface WatchedChat {
  readonly id: Id;
  /** None before the first. */
  readonly chat: Readable<Chat | null>;
  /** Those that were read so far. */
  readonly lines: Readable<readonly Line[]>;
  /** What the matter was with the last reading; it is tried again where that may help. */
  readonly error: Readable<BatonError | null>;
  /** Reads at once. */
  refresh(): void;
  close(): void;
}

export function watchChat(staff: Staff, id: Id): WatchedChat {
  const { clock } = staff.http.platform;
  const chat = cell<Chat | null>(null);
  const error = cell<BatonError | null>(null);
  const known = lines();
  let last = 0;
  let isReading = false;
  let isClosed = false;
  let cancel = () => {};

  const mention = (copy: Chat) => {
    if (copy.chat_id === id && copy.rev >= (chat.get()?.rev ?? 0)) chat.set(copy);
  };
  const readLines = async () => {
    for (let more = true; more; ) {
      const page = await getMessages(staff.http, id, last);
      known.store(page.messages);
      last = page.messages.at(-1)?.seq ?? last;
      more = page.messages.length > 0 && last < page.last;
    }
  };
  const read = async () => {
    cancel();
    if (isReading || isClosed) return;
    isReading = true;
    try {
      mention(await getChat(staff.http, id));
      // In it, lines come by themselves.
      if (!staff.chats.get(id)) await readLines();
      error.set(null);
    } catch (thrown) {
      error.set(asBatonError(thrown));
    }
    isReading = false;
    const isWorthwhile = error.get()?.retry !== false && chat.get()?.state !== 'closed';
    if (!isClosed && isWorthwhile) cancel = clock.after(AGAIN_MS, read);
  };

  const unwatch = staff.watch(`chat:${id}`);
  const endListening = staff.session.listen((happening) => {
    copiesIn(happening).forEach(mention);
    if (happening.type === 'chat.state' && happening.chat_id === id) void read();
  });
  void read();
  return {
    id,
    chat,
    lines: known.all,
    error,
    refresh: () => void read(),
    close() {
      isClosed = true;
      cancel();
      unwatch();
      endListening();
    },
  };
}
