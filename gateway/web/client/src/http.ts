// One HTTP call: repeated with the same key while there is no answer or the answer is "not now",
// for as long as the caller has patience. Which calls there are is in api.ts.

import { backoff } from './backoff.ts';
import { asBatonError, refusal } from './errors.ts';
import type { Platform } from './platform.ts';
import type { ErrorBody } from './types.ts';

/** A gateway answers within some seconds, or is asked again. */
const ANSWER_MS = 8_000;
const PATIENCE_MS = 30_000;

/** Where calls go, and as whom. */
export interface Http {
  url: string;
  platform: Platform;
  /** None: as nobody in particular. */
  token?: () => string | undefined | Promise<string | undefined>;
}

export interface Call {
  /** `GET` unless given, which has no idempotency key. */
  method?: string;
  /** After `/v1`. */
  path: string;
  body?: unknown;
  /** Idempotency key; a fresh one unless given. */
  key?: string | undefined;
  headers?: Record<string, string>;
  /** Repeats for so long. */
  patienceMs?: number | undefined;
  /** Waits so long for one answer. */
  answerMs?: number;
}

/** Calls until there is an answer. Throws `BatonError`. */
export async function request<T>(http: Http, call: Call): Promise<T> {
  const { clock, random } = http.platform;
  const until = clock.now() + (call.patienceMs ?? PATIENCE_MS);
  const pauses = backoff(random);
  const key = call.method ? (call.key ?? http.platform.key()) : undefined;
  for (;;) {
    try {
      return await once<T>(http, { ...call, key });
    } catch (thrown) {
      const error = asBatonError(thrown);
      const pause = pauses.pause(error.retryAfterS);
      if (!error.retry || error.code === 'internal' || clock.now() + pause > until) throw error;
      await new Promise<void>((resolve) => clock.after(pause, resolve));
    }
  }
}

async function once<T>(http: Http, call: Call & { key: string | undefined }): Promise<T> {
  const token = await http.token?.();
  const abort = new AbortController();
  const cancel = http.platform.clock.after(call.answerMs ?? ANSWER_MS, () => abort.abort());
  try {
    const response = await http.platform.fetch(`${http.url.replace(/\/$/, '')}/v1${call.path}`, {
      method: call.method,
      headers: headersOf(call, token),
      body: JSON.stringify(call.body),
      signal: abort.signal,
      credentials: 'omit',
    });
    const body = await response.json();
    if (response.ok) return body as T;
    throw refusal(body as ErrorBody);
  } catch (error) {
    throw asBatonError(error);
  } finally {
    cancel();
  }
}

function headersOf(call: Call & { key: string | undefined }, token: string | undefined) {
  return {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(call.body !== undefined && { 'content-type': 'application/json' }),
    ...(call.key && { 'idempotency-key': call.key }),
    ...call.headers,
  };
}
