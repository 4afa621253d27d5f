// One HTTP call: repeated with the same key while there is no answer or the answer is "not now",
// for as long as the caller has patience. Which calls there are is in api.ts.

import { backoff } from './backoff.ts';
import { asBatonError, BatonError, refusal } from './errors.ts';
import type { Platform } from './platform.ts';
import type { ErrorBody } from './types.ts';

/** A gateway answers within some seconds, or is asked again. */
const CALL_MS = 8_000;
const PATIENCE_MS = 30_000;

/** Where calls go, and as whom. */
export interface Http {
  url: string;
  platform: Platform;
  token?: () => string | Promise<string>;
}

export interface Call {
  method?: string;
  /** After `/v1`. */
  path: string;
  query?: Record<string, string | number | null | undefined>;
  body?: unknown;
  /** Idempotency key; a fresh one unless given. */
  key?: string;
  ifMatch?: number;
  /** Repeats for so long. */
  patienceMs?: number;
}

/** Calls until there is an answer. Throws `BatonError`. */
export async function request<T>(http: Http, call: Call): Promise<T> {
  const { clock, random } = http.platform;
  const until = clock.now() + (call.patienceMs ?? PATIENCE_MS);
  const pauses = backoff(random);
  const method = call.method ?? 'GET';
  const key = method === 'GET' ? undefined : (call.key ?? http.platform.key());
  for (;;) {
    try {
      return await once<T>(http, { ...call, method, key });
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
  const cancel = http.platform.clock.after(CALL_MS, () => abort.abort());
  try {
    const response = await http.platform.fetch(address(http.url, call), {
      method: call.method,
      headers: headers(call, token),
      body: call.body === undefined ? null : JSON.stringify(call.body),
      signal: abort.signal,
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    });
    const body = await response.json();
    if (response.ok) return body as T;
    throw refusal(body as ErrorBody);
  } catch (error) {
    if (error instanceof BatonError) throw error;
    throw new BatonError('network', String(error));
  } finally {
    cancel();
  }
}

function address(url: string, { path, query = {} }: Call): string {
  const known = Object.entries(query).filter(([, value]) => value != null);
  const search = new URLSearchParams(known.map(([name, value]) => [name, String(value)]));
  return `${url.replace(/\/$/, '')}/v1${path}${known.length ? `?${search}` : ''}`;
}

function headers(call: Call & { key: string | undefined }, token: string | undefined) {
  const all: Record<string, string> = {};
  if (token) all.authorization = `Bearer ${token}`;
  if (call.body !== undefined) all['content-type'] = 'application/json';
  if (call.key) all['idempotency-key'] = call.key;
  if (call.ifMatch !== undefined) all['if-match'] = String(call.ifMatch);
  return all;
}
