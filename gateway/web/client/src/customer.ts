// A customer's visit: starts a chat once whatever happens meanwhile, keeps it across pages, and
// holds its one conversation.

import { endChat, getMessages, renewToken, startChat } from './api.ts';
import {
  type Conversation,
  conversation,
  copiesIn,
  type OpenConversation,
} from './conversation.ts';
import { asBatonError, type BatonError } from './errors.ts';
import type { Http } from './http.ts';
import { type KeyValue, type Platform, platformWith } from './platform.ts';
import { renewal } from './renewal.ts';
import { type Connection, openSession, type Session } from './session.ts';
import type { Message, StartBody } from './types.ts';
import { cell, type Readable } from './value.ts';
import { type Kept, type Starting, type Visit, visitStore } from './visit.ts';

/** A start is repeated under its key for so long; then the customer is told, and may go on. */
const START_MS = 20_000;
/** A later page goes on with a start that is no older: nobody waits longer for one. */
const FRESH_MS = 60_000;

export interface CustomerOptions {
  /** `https://…`, without `/v1`. */
  url: string;
  /** Where the visit is kept for the next page; it ends with this one unless given. */
  storage?: KeyValue | undefined;
  /** Tells visits of one storage apart. */
  name?: string;
  platform?: Partial<Platform>;
}

/** Where a visit stands. Whether an open chat is over, its copy says (`closed`). */
export type Stage =
  | { stage: 'none' }
  | { stage: 'starting' }
  | { stage: 'refused'; error: BatonError }
  | { stage: 'open'; conversation: Conversation };

export interface Customer {
  readonly stage: Readable<Stage>;
  readonly connection: Readable<Connection>;
  /** Lines of others that were not seen yet. */
  readonly unread: Readable<number>;
  /** Starts a chat; after one that is over, linked to it. */
  start(body: StartBody): Promise<void>;
  /** Ends the chat. */
  end(): Promise<void>;
  /** Everything there is was seen. */
  see(): void;
  /** Forgets a chat that is over, or a refusal. */
  leave(): void;
  /** The page woke up or the network is back. */
  wake(): void;
}

/** A chat as long as this page has it. */
interface Open {
  kept: Kept;
  conversation: OpenConversation;
  session: Session;
  http: Http;
  stop(): void;
}

export function customer(options: CustomerOptions): Customer {
  const platform = platformWith(options.platform);
  const store = visitStore(options.storage, options.name ?? 'visit');
  const stage = cell<Stage>({ stage: 'none' });
  const connection = cell<Connection>({ state: 'connecting' });
  const unread = cell(0);
  let now: Open | null = null;
  const visit = store.load();
  /** A chat that was left. */
  let { previous } = visit;
  /** A start of which it is not known whether it took effect. */
  let unknown: Starting | null = null;

  /** What the next one is linked to: none whose token has ended, it may be somebody else who comes. */
  const linked = () => {
    const end = Date.parse(previous?.expires_at ?? '');
    if (!(end > platform.clock.wall())) previous = undefined;
    return previous;
  };
  /** Keeps this, and beside it what the next chat is linked to. */
  const rest = (fields: Visit = {}) => store.save({ ...fields, previous: linked() });
  const keep = (fields: Partial<Kept>) => {
    if (!now) return;
    now.kept = { ...now.kept, ...fields };
    store.save({ chat: now.kept });
  };
  const count = () => {
    const lines = now?.conversation.lines.get() ?? [];
    const seen = now?.kept.seen ?? 0;
    unread.set(
      lines.filter(({ message }) => message && message.seq > seen && isOthers(message)).length,
    );
  };
  const open = (kept: Kept) => {
    // The server may not have this visit any more.
    now = openChat(options.url, platform, kept, { keep, lost: forget });
    const { conversation, session } = now;
    conversation.lines.subscribe(count);
    session.connection.subscribe((next) => connection.set(next));
    stage.set({ stage: 'open', conversation });
  };
  const forget = () => {
    now = null;
    rest();
    unread.set(0);
    stage.set({ stage: 'none' });
  };
  const begin = async (starting: Starting) => {
    rest({ start: starting });
    stage.set({ stage: 'starting' });
    try {
      const { chat_id, token, expires_at } = await started(starting);
      const chat: Kept = { chat_id, token, expires_at, seen: 0, unsent: [] };
      store.save({ chat });
      previous = undefined;
      open(chat);
    } catch (thrown) {
      const error = asBatonError(thrown);
      unknown = error.retry ? starting : null;
      rest();
      stage.set({ stage: 'refused', error });
    }
  };
  const started = ({ key, body }: Starting) => {
    const http: Http = { url: options.url, platform, token: () => linked()?.token };
    const start = () => startChat(http, body, key, START_MS);
    return start().catch((error) => {
      if (!previous || error.code !== 'unauthenticated') throw error;
      previous = undefined;
      return start();
    });
  };
  const leave = () => {
    if (now) previous = { ...now.kept, unsent: [] };
    now?.stop();
    forget();
  };

  const { chat, start } = visit;
  if (previous) rest(visit);
  if (chat) open(chat);
  else if (start && platform.clock.wall() - start.atMs < FRESH_MS) void begin(start);

  return {
    stage,
    connection,
    unread,
    async start(body) {
      // The same, asked again, is the same start.
      const isSame = JSON.stringify(unknown?.body) === JSON.stringify(body);
      const key = (isSame && unknown?.key) || platform.key();
      leave();
      await begin({ key, body, atMs: platform.clock.wall() });
    },
    async end() {
      if (!now) return;
      const { http, conversation } = now;
      conversation.mention(await endChat(http, conversation.id), true);
    },
    see() {
      if (!now) return;
      const { conversation, kept } = now;
      const last = conversation.lines.get().findLast((line) => line.message)?.message?.seq ?? 0;
      if (last <= kept.seen) return;
      keep({ seen: last });
      count();
    },
    leave,
    wake: () => now?.session.wake(),
  };
}

function isOthers({ from, kind }: Message): boolean {
  return from.role !== 'customer' && kind !== 'system';
}

/** The session, the conversation and the token of a chat that was started. */
function openChat(
  url: string,
  platform: Platform,
  kept: Kept,
  { keep, lost }: { keep(fields: Partial<Kept>): void; lost(): void },
): Open {
  let { token } = kept;
  const http: Http = { url, platform, token: () => token };
  const resume = () => ({ [kept.chat_id]: it.tail.upto });
  const session = openSession({ url, token: () => token, platform, resume });
  const it = conversation({
    id: kept.chat_id,
    session,
    clock: platform.clock,
    key: platform.key,
    fetch: (after) => getMessages(http, kept.chat_id, after),
    // All lines come by themselves: the customer resumes from nothing.
    present: true,
    unsent: (unsent) => keep({ unsent }),
  });
  const renew = renewal(platform.clock, async () => {
    try {
      const next = await renewToken(http, kept.chat_id);
      token = next.token;
      keep(next);
      renew.until(next.expires_at);
      session.command('token.renew', { token }).catch(() => {});
      return false;
    } catch (error) {
      return asBatonError(error).retry;
    }
  });
  session.listen((happening) => {
    it.hear(happening);
    for (const chat of copiesIn(happening)) it.mention(chat, true);
  });
  session.connection.subscribe((state) => {
    if (state.state !== 'ended') return;
    renew.stop();
    if (GONE.has(state.reason)) lost();
  });
  renew.until(kept.expires_at);
  queueMicrotask(() => it.restore(kept.unsent));
  const stop = () => {
    renew.stop();
    session.close();
  };
  return { kept, conversation: it, session, http, stop };
}

/** A visit cannot go on after these. */
const GONE = new Set(['token_expired', 'invalid']);
