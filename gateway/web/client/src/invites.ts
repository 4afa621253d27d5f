// Invitations of the chats that an agent is in: those that wait, and how the others ended, until
// the page has shown it.

import { copiesIn } from './conversation.ts';
import type { Happening } from './session.ts';
import type { Chat, Id, Invite } from './types.ts';
import { cell, type Readable } from './value.ts';

export interface Invites {
  /** By chat, oldest first; settled ones stay until they are put away. */
  readonly all: Readable<ReadonlyMap<Id, readonly Invite[]>>;
  /** The page has shown how it ended. */
  putAway(chat: Id, invite: Id): void;
  hear(happening: Happening): void;
}

const LIVE = new Set(['pending', 'queued']);

export function invites(): Invites {
  const all = cell<ReadonlyMap<Id, readonly Invite[]>>(new Map());
  const revs = new Map<Id, number>();

  const change = (chat: Id, how: (list: readonly Invite[]) => readonly Invite[]) => {
    const before = all.get().get(chat) ?? [];
    const list = how(before);
    if (list.length === 0 && before.length === 0) return;
    const next = new Map(all.get());
    if (list.length > 0) next.set(chat, list);
    else next.delete(chat);
    all.set(next);
  };
  const put = (list: readonly Invite[], invite: Invite) => {
    const at = list.findIndex((one) => one.invite_id === invite.invite_id);
    // What is settled stays so: a copy of the chat may be older than its event.
    const settled = at >= 0 && !LIVE.has(list[at]?.state ?? '');
    if (settled && LIVE.has(invite.state)) return list;
    return at < 0 ? [...list, invite] : list.with(at, { ...list[at], ...invite });
  };
  const told = (chat: Chat) => {
    if (chat.rev < (revs.get(chat.chat_id) ?? 0)) return;
    revs.set(chat.chat_id, chat.rev);
    const live = chat.transfer?.invites ?? [];
    const isLive = (one: Invite) => live.some((other) => other.invite_id === one.invite_id);
    change(chat.chat_id, (list) =>
      // One that waited and is not told any more ended while nobody listened.
      live.reduce(
        put,
        list.filter((one) => isLive(one) || !LIVE.has(one.state)),
      ),
    );
    if (chat.closed) revs.delete(chat.chat_id);
  };

  return {
    all,
    putAway: (chat, invite) =>
      change(chat, (list) => list.filter((one) => one.invite_id !== invite)),
    hear(happening) {
      copiesIn(happening).forEach(told);
      if (happening.type !== 'chat.invite') return;
      const { type: _, chat_id, seq: __, ...invite } = happening;
      change(chat_id, (list) => put(list, invite));
    },
  };
}
