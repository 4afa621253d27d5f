// A real Baton for tests: `baton up` in a folder of its own on free ports, people who connect to
// it, and lines that can be cut.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Platform, platformWith, type Readable } from '@baton/client';
import { WebSocket } from 'ws';

const ROOT = new URL('../../../', import.meta.url).pathname;

/** So much of what it logs is told when it does not start. */
const LOG = 4_000;

/** The program: `BATON`, or what was built in this checkout. */
function program(): string {
  const built = ['release', 'debug'].map((kind) => join(ROOT, 'target', kind, 'baton'));
  const found = [process.env.BATON ?? '', ...built].find((path) => path && existsSync(path));
  if (!found) throw new Error('there is no baton: cargo build --release, or name one in BATON');
  return found;
}

type Ready = Record<'public' | 'admin' | 'nats', string> & {
  /** What it printed for browsers, with the key to sign in. */
  browsers: string;
};

const ANY = '127.0.0.1:0';

/** Starts a program of Baton's, and waits until it serves. */
async function start(args: string[]): Promise<[ChildProcess, Ready]> {
  const child = spawn(program(), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stderr?.on('data', (text) => {
    log = (log + text).slice(-LOG);
  });
  let browsers = '';
  for await (const line of createInterface({ input: child.stdout! })) {
    browsers ||= /\S+#sign-in=\S+/.exec(line)?.[0] ?? '';
    if (!line.startsWith('ready ')) continue;
    child.stdout?.resume();
    return [child, { ...JSON.parse(line.slice('ready '.length)), browsers }];
  }
  throw new Error(`baton ended before it was ready:\n${log}`);
}

/** Starts `baton up` in a folder, where it listened before if it did. */
function startAll(
  folder: string,
  before?: Ready,
  more: readonly string[] = [],
): Promise<[ChildProcess, Ready]> {
  const at = (url?: string) => (url ? new URL(url).host : ANY);
  const args = ['up', '--data-dir', folder, '--listen', at(before?.public)];
  args.push('--admin-listen', at(before?.admin), '--nats-listen', at(before?.nats));
  return start([...args, ...more]);
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM') {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}

export class Baton {
  private process: ChildProcess;
  private readonly folder: string;
  private readonly ready: Ready;
  /** Gateways beside it, by where they listen. */
  private readonly others = new Map<string, ChildProcess>();

  private constructor(process: ChildProcess, folder: string, ready: Ready) {
    this.process = process;
    this.folder = folder;
    this.ready = ready;
  }

  get url(): string {
    return this.ready.public;
  }
  get browsers(): string {
    return this.ready.browsers;
  }
  /** What lets a browser sign in by picking somebody. */
  get signInKey(): string {
    return this.ready.browsers.split('#sign-in=')[1] ?? '';
  }
  get admin(): string {
    return this.ready.admin;
  }

  static async up(more: readonly string[] = []): Promise<Baton> {
    const folder = mkdtempSync(join(tmpdir(), 'baton-pages-'));
    const [child, ready] = await startAll(folder, undefined, more);
    return new Baton(child, folder, ready);
  }

  /** Another gateway beside it, for when this one hangs or is killed. */
  async gateway(): Promise<string> {
    // As many as `baton up` makes.
    const shards = ['--shards', '1'];
    const args = ['gateway', '--data-dir', this.folder, '--nats-url', this.ready.nats, ...shards];
    const [child, ready] = await start([...args, '--listen', ANY, '--admin-listen', ANY]);
    this.others.set(ready.public, child);
    return ready.public;
  }

  /** The router and its gateway hang, the broker does not; or another gateway alone. */
  hang(gateway?: string) {
    this.one(gateway).kill('SIGSTOP');
  }

  /** Another gateway ends: told to, which drains it, or without a word. */
  async end(gateway: string, signal: 'SIGTERM' | 'SIGKILL') {
    await end(this.one(gateway), signal);
    this.others.delete(gateway);
  }

  private one(gateway?: string): ChildProcess {
    const found = gateway === undefined ? this.process : this.others.get(gateway);
    if (!found) throw new Error(`there is no gateway at ${gateway}`);
    return found;
  }

  goOn() {
    this.process.kill('SIGCONT');
  }

  /** Ends the whole server, in order or killed, and starts it again at the same places when this
   * was done without it. */
  async absent(signal: NodeJS.Signals, meanwhile: () => Promise<unknown>) {
    await end(this.process, signal);
    try {
      await meanwhile();
    } finally {
      [this.process] = await startAll(this.folder, this.ready);
    }
  }

  /** A token, good for as long as one works, or for so many seconds. */
  token(role: string, sub: string, ttlS = 43_200): string {
    const args = ['token', '--data-dir', this.folder, '--role', role, '--sub', sub];
    args.push('--ttl-s', String(ttlS));
    return execFileSync(program(), args, { encoding: 'utf8' }).trim();
  }

  async down() {
    for (const one of [...this.others.values(), this.process]) await end(one);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A person's surroundings, with a line that can be cut. */
export interface Wire {
  platform: Partial<Platform>;
  /** How often it was connected. */
  connections(): number;
  /** Cuts the line as a dead network does: no close frame. */
  cut(): void;
  /** Cuts it, and lets nothing through for so long. */
  outage(ms: number): void;
}

export function wire(origin: string): Wire {
  const sockets = new Set<WebSocket>();
  let deadUntil = 0;
  let connections = 0;
  const cut = () => {
    for (const socket of sockets) socket.terminate();
  };
  const isDead = () => Date.now() < deadUntil;
  return {
    connections: () => connections,
    cut,
    outage(ms) {
      deadUntil = Date.now() + ms;
      cut();
    },
    platform: {
      ...platformWith({
        fetch: (url, init) => (isDead() ? Promise.reject(new Error('outage')) : fetch(url, init)),
        connect(url) {
          const socket = new WebSocket(isDead() ? 'ws://127.0.0.1:1' : url, { origin });
          sockets.add(socket);
          socket.addEventListener('open', () => connections++);
          socket.addEventListener('close', () => sockets.delete(socket));
          return socket;
        },
      }),
    },
  };
}

/** Waits until a value is as it should be. */
export function until<T, S extends T>(
  value: Readable<T>,
  isSo: (value: T) => value is S,
  what: string,
  patienceMs?: number,
): Promise<S>;
export function until<T>(
  value: Readable<T>,
  isSo: (value: T) => boolean,
  what: string,
  patienceMs?: number,
): Promise<T>;
export function until<T>(
  value: Readable<T>,
  isSo: (value: T) => boolean,
  what: string,
  patienceMs = 20_000,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const look = (now: T) => {
      if (!isSo(now)) return;
      clearTimeout(timer);
      stop();
      resolve(now);
    };
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`never: ${what}; it is ${JSON.stringify(value.get())?.slice(0, 600)}`));
    }, patienceMs);
    const stop = value.subscribe(look);
    look(value.get());
  });
}
