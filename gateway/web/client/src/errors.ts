// What can go wrong, as one type: the server's refusals with their codes, and the three ways in
// which there is no answer.

import type { Code, ErrorBody } from './types.ts';

/**
 * A code of the contract, or: `network` (no server could be reached), `timeout` (no answer in
 * time; whether it took effect is unknown), `ended` (the session is over).
 */
export type ErrorCode = Code | 'network' | 'timeout' | 'ended';

const RETRY = new Set<ErrorCode>(['rate_limited', 'unavailable', 'internal', 'network', 'timeout']);

/** A refusal, or no answer. */
export class BatonError extends Error {
  declare readonly code: ErrorCode;
  /** For people who build on this; pages have words of their own for each code. */
  declare readonly detail: string;
  /** Whether the same, asked again later, may work. */
  declare readonly retry: boolean;
  /** When, if the server said so. */
  declare readonly retryAfterS: number | null | undefined;
  /** The server's words: `path`, `why`, `by`, `findings`. */
  declare readonly body: Partial<ErrorBody>;

  constructor(code: ErrorCode, detail: string, body: Partial<ErrorBody> = {}) {
    super(`${code}: ${detail}`);
    this.name = 'BatonError';
    this.code = code;
    this.detail = detail;
    this.body = body;
    this.retry = RETRY.has(code);
    this.retryAfterS = body.retry_after_s;
  }
}

/** The error of an answer or of a problem document. */
export function refusal(body: Partial<ErrorBody> | null | undefined): BatonError {
  const { code = 'internal', detail = '' } = body ?? {};
  return new BatonError(code, detail, body ?? {});
}

/** Whatever was thrown, as this type. */
export function asBatonError(error: unknown): BatonError {
  return error instanceof BatonError ? error : new BatonError('network', String(error));
}
