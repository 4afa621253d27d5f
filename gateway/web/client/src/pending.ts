// Commands that wait for their answers. Each keeps its id, which with the connection's
// `client_id` is its idempotency key: it is sent again under it after each reconnect, and while
// the answer is that it cannot be done now. Leaves the wire to the session.

import { type Backoff, backoff } from './backoff.ts';
import type { CommandType } from './commands.ts';
import { BatonError, refusal } from './errors.ts';
import type { Platform } from './platform.ts';
import type { AnswerFrame } from './types.ts';

/** A command under way. */
interface Waiting {
  type: CommandType;
  frame: string;
  pauses: Backoff;
  resolve(reply: AnswerFrame): void;
  reject(error: BatonError): void;
  cancelRetry(): void;
  cancelTimeout(): void;
}

export interface Pending {
  /** Sends a command until it is answered for good, or the time is over. */
  add(type: CommandType, fields: object, timeoutMs: number): Promise<AnswerFrame>;
  /** The connection is new: all of them once more, in the order in which they were asked. */
  sendAll(): void;
  /** An answer came. Tells which command it was the last word on. */
  answered(frame: AnswerFrame): CommandType | null;
  /** There will be no answers any more. */
  abandon(error: BatonError): void;
  isEmpty(): boolean;
  /** An id that no command has. */
  nextId(): string;
}

const LATER = new Set(['unavailable', 'rate_limited']);

export function pending(platform: Platform, send: (frame: string) => void): Pending {
  const waiting = new Map<string, Waiting>();
  let count = 0;
  const nextId = () => String(++count);

  const finish = (id: string) => {
    const one = waiting.get(id);
    one?.cancelRetry();
    one?.cancelTimeout();
    waiting.delete(id);
    return one;
  };
  const add = (type: CommandType, fields: object, timeoutMs: number) =>
    new Promise<AnswerFrame>((resolve, reject) => {
      const id = nextId();
      const frame = JSON.stringify({ id, type, ...fields });
      const timeout = () => finish(id)?.reject(new BatonError('timeout', type));
      waiting.set(id, {
        type,
        frame,
        resolve,
        reject,
        pauses: backoff(platform.random),
        cancelRetry: () => {},
        cancelTimeout: platform.clock.after(timeoutMs, timeout),
      });
      send(frame);
    });
  const again = (one: Waiting, askedS: number | null | undefined) => {
    one.cancelRetry();
    one.cancelRetry = platform.clock.after(one.pauses.pause(askedS), () => send(one.frame));
  };

  return {
    add,
    nextId,
    isEmpty: () => waiting.size === 0,
    sendAll() {
      for (const one of waiting.values()) {
        one.cancelRetry();
        send(one.frame);
      }
    },
    answered(frame) {
      const one = waiting.get(frame.re ?? '');
      if (!one) return null;
      if (!frame.ok && LATER.has(frame.error?.code ?? '')) {
        again(one, frame.error?.retry_after_s);
        return null;
      }
      finish(frame.re ?? '');
      if (frame.ok) one.resolve(frame);
      else one.reject(refusal(frame.error));
      return one.type;
    },
    abandon(error) {
      for (const id of [...waiting.keys()]) finish(id)?.reject(error);
    },
  };
}
