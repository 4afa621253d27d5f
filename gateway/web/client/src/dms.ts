// Internal chat: what was said with each colleague, each line once, in the pair's own count.

import { asBatonError, type BatonError } from './errors.ts';
import type { Platform } from './platform.ts';
import type { Happening, Session } from './session.ts';
import type { Dm, Id } from './types.ts';
import { cell, type Readable } from './value.ts';

/** Lines of a page of history. */
const PAGE = 200;

/** A line of one's own that is not stored yet. */
export interface DmDraft {
  client_id: string;
  text: string;
  at: string;
  error: BatonError | null;
}

/** What was said with one colleague. */
export interface Thread {
  readonly peer: Id;
  /** In order; only the last one until the thread is opened. */
  readonly dms: readonly Dm[];
  readonly drafts: readonly DmDraft[];
  /** Whether what came before has been read from the server. */
  readonly isLoaded: boolean;
}

export interface Dms {
  readonly threads: Readable<ReadonlyMap<Id, Thread>>;
  send(peer: Id, text: string): void;
  /** Sends a failed line again, as the same line. */
  retry(peer: Id, clientId: string): void;
  /** Reads the newest lines of a thread. */
  load(peer: Id): Promise<void>;
  hear(happening: Happening): void;
}

export function dms(session: Session, { clock, key }: Platform): Dms {
  const threads = cell<ReadonlyMap<Id, Thread>>(new Map());

  const thread = (peer: Id): Thread =>
    threads.get().get(peer) ?? { peer, dms: [], drafts: [], isLoaded: false };
  const change = (peer: Id, fields: Partial<Thread>) =>
    threads.set(new Map(threads.get()).set(peer, { ...thread(peer), ...fields }));
  const put = (peer: Id, fresh: readonly Dm[], isLoaded = thread(peer).isLoaded) => {
    const bySeq = new Map([...thread(peer).dms, ...fresh].map((dm) => [dm.seq, dm]));
    const all = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
    const stored = new Set(fresh.map((dm) => dm.client_id));
    const drafts = thread(peer).drafts.filter((draft) => !stored.has(draft.client_id));
    change(peer, { dms: all, drafts, isLoaded });
  };
  const peerOf = (dm: Dm) => (dm.from === session.welcome.get()?.id ? dm.to : dm.from);
  const came = (dm: Dm) => {
    const { isLoaded, dms: known } = thread(peerOf(dm));
    const isGap = isLoaded && dm.seq > (known.at(-1)?.seq ?? 0) + 1;
    put(peerOf(dm), [dm]);
    if (isGap) void load(peerOf(dm));
  };
  const load = async (peer: Id) => {
    const page = await session.command('dm.history', { to: peer, limit: PAGE });
    put(peer, page.dms, true);
  };
  /** The last line with each: threads that are open and lack it are read. */
  const catchUp = async () => {
    const page = await session.command('dm.history', { limit: PAGE });
    page.dms.forEach(came);
  };
  const post = async (peer: Id, draft: DmDraft) => {
    const others = thread(peer).drafts.filter((one) => one.client_id !== draft.client_id);
    change(peer, { drafts: [...others, { ...draft, error: null }] });
    const { client_id, text } = draft;
    try {
      came((await session.command('dm.send', { to: peer, text, client_id })).dm);
    } catch (thrown) {
      const error = asBatonError(thrown);
      const mark = (one: DmDraft) => (one.client_id === client_id ? { ...one, error } : one);
      change(peer, { drafts: thread(peer).drafts.map(mark) });
    }
  };

  return {
    threads,
    send: (peer, text) =>
      void post(peer, {
        client_id: key(),
        text,
        at: new Date(clock.wall()).toISOString(),
        error: null,
      }),
    retry(peer, clientId) {
      const draft = thread(peer).drafts.find((one) => one.client_id === clientId);
      if (draft?.error) void post(peer, draft);
    },
    load,
    hear(happening) {
      if (happening.type === 'dm.message') came(happening.dm);
      // What was said meanwhile; if it fails, the next welcome tries again.
      if (happening.type === 'welcome') catchUp().catch(() => {});
    },
  };
}
