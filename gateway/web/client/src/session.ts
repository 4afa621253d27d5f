// A person's presence that outlives connections: attempts at the next one, the commands that are
// under way across them, and what happens, told to whoever listens. What chats, lines and offers
// are is left to the rooms above it.

import { backoff } from './backoff.ts';
import type { CommandType, Fields, ReplyTo } from './commands.ts';
import { asBatonError, BatonError } from './errors.ts';
import { type Frame, type Link, openLink } from './link.ts';
import { pending } from './pending.ts';
import { type Platform, platformWith } from './platform.ts';
import type { AnswerFrame, Bye, Event, Welcome } from './types.ts';
import { cell, type Readable, tellAll } from './value.ts';

/** Nobody is waited for longer: a failover takes seconds. */
const TIMEOUT_MS = 60_000;
/** Who was welcome for so long is not turned away at once: attempts begin anew. */
const STEADY_MS = 5_000;

/** Where the connection stands. Times are of the platform's clock. */
export type Connection =
  | { state: 'connecting' }
  | { state: 'online' }
  | { state: 'waiting'; retryAt: number }
  | { state: 'ended'; reason: string; code?: string | null | undefined };

/** What listeners are told: events of the server, and answers that carry news. */
export type Happening = Event | { type: 'answer'; to: CommandType; reply: AnswerFrame };

export interface SessionOptions {
  /** `https://…`, without `/v1`. */
  url: string;
  /** Asked before each connection. */
  token(): string | Promise<string>;
  /** Last line of each chat that goes on. */
  resume?: () => Record<string, number>;
  platform?: Partial<Platform>;
}

export interface Session {
  readonly connection: Readable<Connection>;
  /** The newest welcome. */
  readonly welcome: Readable<Welcome | null>;
  listen(listener: (happening: Happening) => void): () => void;
  /** Asks for something; answered once, whatever happens to connections meanwhile. */
  command<T extends CommandType>(
    type: T,
    fields: Fields<T>,
    options?: { timeoutMs?: number },
  ): Promise<ReplyTo<T>>;
  /** Says something that needs no answer, if connected. */
  notify<T extends CommandType>(type: T, fields: Fields<T>): void;
  /** The page woke up or the network is back: looks at once. */
  wake(): void;
  close(): void;
}

export function openSession(options: SessionOptions): Session {
  const platform = platformWith(options.platform);
  const { clock } = platform;
  const connection = cell<Connection>({ state: 'connecting' });
  const welcome = cell<Welcome | null>(null);
  const listeners = new Set<(happening: Happening) => void>();
  // Frame ids are counted from the beginning, so the id that they belong to is new as well.
  const clientId = platform.key();
  const attempts = backoff(platform.random);
  const commands = pending(platform, (frame) => link?.send(frame));
  const socketUrl = `${options.url.replace(/^http/, 'ws').replace(/\/$/, '')}/v1/ws`;
  let link: Link | null = null;
  let token = '';
  let welcomedAt: number | null = null;
  let cancelAttempt = () => {};

  const isOver = () => connection.get().state === 'ended';
  const happened = (happening: Happening) => tellAll(listeners, happening);

  const attempt = async () => {
    cancelAttempt();
    connection.set({ state: 'connecting' });
    try {
      token = await options.token();
    } catch (error) {
      return refused(error);
    }
    if (isOver()) return;
    link = openLink({
      platform,
      url: socketUrl,
      hello: { token, client_id: clientId, resume: options.resume?.() },
      waits: () => !commands.isEmpty(),
      pingId: commands.nextId,
      welcomed,
      frame: received,
      ended: lost,
    });
  };
  const welcomed = (frame: Welcome) => {
    welcomedAt = clock.now();
    welcome.set(frame);
    connection.set({ state: 'online' });
    commands.sendAll();
  };
  const received = (frame: Frame) => {
    if (!('re' in frame)) return happened(frame as Event);
    // Rooms hear of an answer before whoever asked does.
    const known = commands.answered(frame);
    if (known && frame.ok) happened({ type: 'answer', to: known, reply: frame });
  };
  const lost = (bye: Bye | null) => {
    link = null;
    if (welcomedAt !== null && clock.now() - welcomedAt > STEADY_MS) attempts.reset();
    welcomedAt = null;
    if (bye?.reason === 'token_expired') return renewed(bye);
    if (bye && bye.reconnect_in_s == null) return over(bye.reason, bye.code);
    rest(bye?.reconnect_in_s);
  };
  /** Another token may be had where this one came from. */
  const renewed = async (bye: Bye) => {
    connection.set({ state: 'connecting' });
    const old = token;
    const next = await Promise.resolve(options.token()).catch(() => old);
    if (next === old) over(bye.reason, bye.code);
    else rest(bye.reconnect_in_s);
  };
  const refused = (error: unknown) => {
    const { code, detail, retry, retryAfterS } = asBatonError(error);
    if (retry) rest(retryAfterS);
    else over(detail || code, code);
  };
  const rest = (askedS?: number | null) => {
    if (isOver()) return;
    const pause = attempts.pause(askedS);
    connection.set({ state: 'waiting', retryAt: clock.now() + pause });
    cancelAttempt = clock.after(pause, attempt);
  };
  const over = (reason: string, code?: string | null) => {
    if (isOver()) return;
    cancelAttempt();
    connection.set({ state: 'ended', reason, code });
    link?.close();
    commands.abandon(new BatonError('ended', reason));
  };

  void attempt();
  return {
    connection,
    welcome,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    command(type, fields, { timeoutMs = TIMEOUT_MS } = {}) {
      const state = connection.get();
      if (state.state === 'ended') return Promise.reject(new BatonError('ended', state.reason));
      const isFirst = commands.isEmpty();
      const answer = commands.add(type, fields, timeoutMs);
      if (isFirst) link?.asked();
      return answer as Promise<never>;
    },
    notify(type, fields) {
      link?.send(JSON.stringify({ type, ...fields }));
    },
    wake() {
      if (connection.get().state === 'waiting') void attempt();
      else link?.probe();
    },
    close: () => over('closed'),
  };
}
