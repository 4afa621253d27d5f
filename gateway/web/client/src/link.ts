// One connection: opens, says `hello`, waits for `welcome`, hands on frames, notices when the
// other side is gone, and ends exactly once. What comes after an end is the session's business.

import { type Life, life } from './life.ts';
import type { Platform } from './platform.ts';
import type { AnswerFrame, Bye, Event, Hello, Welcome } from './types.ts';

/** From the first attempt to `welcome`; longer than the server's own time for `hello`. */
const WELCOME_MS = 10_000;

/** An answer or an event. */
export type Frame = AnswerFrame | Event;

export interface LinkOptions {
  platform: Platform;
  url: string;
  hello: Omit<Hello, 'type'>;
  /** Whether an answer is outstanding. */
  waits(): boolean;
  pingId(): string;
  welcomed(welcome: Welcome): void;
  frame(frame: Frame): void;
  /** It is over, with the server's last word if there was one. */
  ended(bye: Bye | null): void;
}

export interface Link {
  /** Sends, once it is welcomed; otherwise does nothing. */
  send(frame: string): void;
  /** An answer is waited for from now on. */
  asked(): void;
  /** Asks whether anybody is there, now. */
  probe(): void;
  /** Ends it from this side. */
  close(): void;
}

export function openLink(options: LinkOptions): Link {
  const { platform } = options;
  const socket = platform.connect(options.url);
  let welcomed = false;
  let over = false;
  let alive: Life | null = null;

  const end = (bye: Bye | null) => {
    if (over) return;
    over = true;
    cancelDeadline();
    alive?.stop();
    socket.close(1000);
    options.ended(bye);
  };
  const cancelDeadline = platform.clock.after(WELCOME_MS, () => end(null));
  const send = (frame: string) => {
    if (welcomed && !over) socket.send(frame);
  };
  const welcome = (frame: Welcome) => {
    welcomed = true;
    cancelDeadline();
    alive = life({
      clock: platform.clock,
      waits: options.waits,
      ping: () => send(JSON.stringify({ id: options.pingId(), type: 'ping' })),
      gone: () => end(null),
    });
    alive.beats(frame.heartbeat_s);
    options.welcomed(frame);
  };
  const heard = (frame: Frame) => {
    const type = 'type' in frame && frame.type;
    if (type === 'welcome') welcome(frame as Welcome);
    if (!over) options.frame(frame);
    if (type === 'bye') end(frame as Bye);
  };

  socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', ...options.hello }));
  socket.onclose = socket.onerror = () => end(null);
  socket.onmessage = ({ data }: { data: unknown }) => {
    if (over) return;
    alive?.heard();
    const frame = parse(data);
    if (frame) heard(frame);
  };
  return {
    send,
    asked: () => alive?.asked(),
    probe: () => alive?.probe(),
    close: () => end(null),
  };
}

/** A frame that cannot be read is none. */
function parse(data: unknown): Frame | null {
  try {
    const frame = JSON.parse(String(data));
    return typeof frame === 'object' ? frame : null;
  } catch {
    return null;
  }
}
