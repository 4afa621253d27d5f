// A world for tests: time that moves when told to, a wire whose other end is the test, keys that
// count, and HTTP answered from a list.

import type { Clock, KeyValue, Platform, Socket } from '../src/platform.ts';
import { memoryStorage } from '../src/platform.ts';

export type Json = Record<string, unknown>;

/** Lets everything happen that waits for nothing but its turn. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

export class FakeClock implements Clock {
  private time = 1_000;
  private timers: Array<{ at: number; call: () => void }> = [];
  /** How far this machine's calendar is off. */
  skewMs = 0;

  now = () => this.time;
  wall = () => Date.parse('2026-01-05T09:00:00.000Z') + this.time + this.skewMs;
  after = (ms: number, call: () => void) => {
    const timer = { at: this.time + ms, call };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((one) => one !== timer);
    };
  };

  /** Time goes by; what is due happens in order. */
  async pass(ms: number) {
    const end = this.time + ms;
    await settle();
    for (;;) {
      const next = this.timers.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.time = Math.max(this.time, next.at);
      this.timers = this.timers.filter((one) => one !== next);
      next.call();
      await settle();
    }
    this.time = end;
  }

  /** The machine sleeps: time goes by, and nothing happens in it. */
  sleep(ms: number) {
    this.time += ms;
  }
}

/** One connection, seen from the server's end. */
export class FakeSocket implements Socket {
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  onerror: Socket['onerror'] = null;
  readonly sent: Json[] = [];
  isClosed = false;

  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  send(text: string) {
    if (this.isClosed) throw new Error('sent on a closed socket');
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.isClosed = true;
  }

  /** The server accepts the connection. */
  async open() {
    this.onopen?.({} as never);
    await settle();
  }
  /** Something comes, whatever it is. */
  hear(data: string) {
    this.onmessage?.({ data } as never);
  }
  async deliver(...frames: Json[]) {
    for (const frame of frames) this.hear(JSON.stringify(frame));
    await settle();
  }
  /** The line breaks. */
  async drop() {
    this.isClosed = true;
    this.onclose?.({} as never);
    await settle();
  }
  /** Opens and welcomes. */
  async welcome(fields: Json = {}) {
    await this.open();
    await this.deliver(welcome(fields));
  }

  get hello() {
    return this.sent[0] as Json;
  }
  /** Commands of this type that arrived, in order. */
  commands(type: string) {
    return this.sent.filter((frame) => frame.type === type);
  }
  /** Answers the newest command of this type. */
  async answer(type: string, fields: Json = {}) {
    await this.deliver({ re: this.commands(type).at(-1)?.id, ok: true, ...fields });
  }
  async refuse(type: string, error: Json) {
    await this.deliver({ re: this.commands(type).at(-1)?.id, ok: false, error });
  }
}

export interface Asked {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
}
export type Answer = { status: number; body: unknown } | 'network';

export interface World {
  clock: FakeClock;
  platform: Platform;
  storage: KeyValue;
  sockets: FakeSocket[];
  /** The newest connection. */
  socket(): FakeSocket;
  asked: Asked[];
  /** How a call, `METHOD /path`, is answered: each in turn, the last one for ever. */
  reply(call: string, ...answers: Answer[]): void;
}

export function world(): World {
  const clock = new FakeClock();
  const sockets: FakeSocket[] = [];
  const asked: Asked[] = [];
  const answers = new Map<string, Answer[]>();
  let keys = 0;

  const fetch = async (url: string, init: RequestInit) => {
    const { pathname, search } = new URL(url);
    const method = init.method ?? 'GET';
    const path = pathname.replace('/v1', '') + search;
    const headers = init.headers as Record<string, string>;
    asked.push({ method, path, headers, body: JSON.parse((init.body as string) ?? 'null') });
    const list = answers.get(`${method} ${path}`) ?? [];
    const answer = list.length > 1 ? list.shift() : list[0];
    if (!answer || answer === 'network') throw new TypeError('fetch failed');
    return new Response(JSON.stringify(answer.body), { status: answer.status });
  };
  const platform: Platform = {
    clock,
    fetch,
    random: () => 0.5,
    key: () => `key-${String(++keys).padStart(18, '0')}`,
    connect(url) {
      const socket = new FakeSocket(url);
      sockets.push(socket);
      return socket;
    },
  };
  return {
    clock,
    platform,
    storage: memoryStorage(),
    sockets,
    socket: () => sockets.at(-1) as FakeSocket,
    asked,
    reply: (call, ...list) => void answers.set(call, list),
  };
}

export const ok = (body: unknown, status = 200): Answer => ({ status, body });
export const problem = (status: number, body: Json): Answer => ({ status, body });

export function welcome(fields: Json = {}): Json {
  return {
    type: 'welcome',
    role: 'agent',
    id: 'agent1',
    workspace: 'default',
    heartbeat_s: 15,
    expires_at: '2026-01-05T20:00:00.000Z',
    chats: [],
    ...fields,
  };
}

/** A chat in which `agent1` is connected. */
export function chat(fields: Json = {}): Json {
  return {
    chat_id: 'cht_1',
    state: 'active',
    participants: [{ id: 'agent1', role: 'agent', name: 'Agent One', state: 'connected' }],
    opened_at: '2026-01-05T09:00:00.000Z',
    seq: 0,
    rev: 10,
    ...fields,
  };
}

export function message(seq: number, fields: Json = {}): Json {
  return {
    message_id: `msg_${seq}`,
    chat_id: 'cht_1',
    seq,
    from: { id: 'cus_1', role: 'customer', name: '' },
    kind: 'text',
    text: `line ${seq}`,
    visibility: 'all',
    at: '2026-01-05T09:00:01.000Z',
    ...fields,
  };
}

export function line(seq: number, fields: Json = {}): Json {
  return { type: 'chat.message', chat_id: 'cht_1', seq, message: message(seq, fields) };
}
