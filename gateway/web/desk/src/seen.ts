// What the agent has seen: the last line of each chat and of each colleague. What came after it
// from others is unread. Kept for the tab, so that a reload does not make everything new.

import type { Id, Line, Thread } from '@baton/client';
import { effect, signal } from '@preact/signals';
import { account, ownName } from '../../shared/src/account.ts';

const KEY = 'baton.seen';

type Seen = Readonly<Record<string, number>>;

export const seen = signal<Seen>({});
effect(() => {
  seen.value = restore(ownName(KEY, account.value));
});

function restore(name: string): Seen {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? '{}') as Seen;
  } catch {
    return {};
  }
}

function mark(key: string, seq: number): void {
  if ((seen.value[key] ?? 0) >= seq) return;
  seen.value = { ...seen.value, [key]: seq };
  sessionStorage.setItem(ownName(KEY), JSON.stringify(seen.value));
}

/** Everything in a chat up to its last line was looked at. */
export function sawChat(id: Id, lines: readonly Line[]): void {
  const last = lines.findLast((line) => line.message)?.message;
  if (last) mark(id, last.seq);
}

export function sawThread({ peer, dms }: Thread): void {
  const last = dms.at(-1);
  if (last) mark(`dm ${peer}`, last.seq);
}

/** Whether one's own hand wrote it, in this tab or another. */
export const isMine = (line: Line, me: Id) => line.own || line.message?.from.id === me;

/** How many lines of people came since, or since one answered; looks at those alone. */
export function unreadIn(id: Id, lines: readonly Line[], me: Id): number {
  const upto = seen.value[id] ?? 0;
  let count = 0;
  for (let at = lines.length - 1; at >= 0; at--) {
    const message = lines[at]?.message;
    if (!message) continue;
    if (message.seq <= upto || message.from.id === me) break;
    if (message.kind === 'text') count++;
  }
  return count;
}

export function unreadOf({ peer, dms }: Thread): number {
  const upto = seen.value[`dm ${peer}`] ?? 0;
  let count = 0;
  for (let at = dms.length - 1; at >= 0 && (dms[at]?.seq ?? 0) > upto; at--) {
    if (dms[at]?.from === peer) count++;
  }
  return count;
}
