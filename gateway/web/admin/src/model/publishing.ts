// Making the draft what holds: published over the version that it was made from, and refused when
// there is a newer one.

import {
  asBatonError,
  type BatonError,
  type Finding,
  getConfig,
  type Http,
  type Manner,
  putConfig,
} from '@baton/client';
import { type ReadonlySignal, signal } from '@preact/signals';
import { findingsOf } from './check.ts';
import type { Base, Draft, Edits } from './draft.ts';

export type Publishing =
  | { state: 'idle' }
  | { state: 'busy' }
  | { state: 'published'; version: number; findings: readonly Finding[] }
  /** It has errors; nothing was published. */
  | { state: 'faulty'; findings: readonly Finding[] }
  /** Somebody else published meanwhile. */
  | { state: 'overtaken'; theirs: Base }
  | { state: 'failed'; error: BatonError };

export interface Publisher {
  readonly now: ReadonlySignal<Publishing>;
  /** Publishes the draft, unless errors are known of it. */
  publish(known: readonly Finding[]): Promise<void>;
  /** What was said is read. */
  settle(): void;
}

/** The largest configurations are checked once more, for seconds. */
const ANSWER_MS = 30_000;
/** Repeated for so long under the one key; then one is told. */
const PATIENCE_MS = 8_000;

export function publisher(http: Http, draft: Draft): Publisher {
  const now = signal<Publishing>({ state: 'idle' });
  // Whether a lost answer's request took effect is unknown: the same draft goes under the same key.
  let attempt = { revision: -1, key: '' };

  const publish = async (known: readonly Finding[]) => {
    if (now.value.state === 'busy') return;
    if (known.some((finding) => finding.severity === 'error')) {
      now.value = { state: 'faulty', findings: known };
      return;
    }
    const revision = draft.revision.peek();
    if (attempt.revision !== revision) attempt = { revision, key: http.platform.key() };
    now.value = { state: 'busy' };
    const { version } = draft.base.peek();
    const config = draft.whole();
    const sent = new Map(draft.edits());
    try {
      const manner = { key: attempt.key, answerMs: ANSWER_MS, patienceMs: PATIENCE_MS };
      const published = await putConfig(http, config, version, manner);
      await follow(published.version, sent);
      now.value = { state: 'published', ...published };
    } catch (thrown) {
      const error = asBatonError(thrown);
      // A definite answer is this key's for good; the next attempt is another question.
      if (!error.retry) attempt = { revision: -1, key: '' };
      now.value = await refused(http, error, version);
    }
  };
  /** What was published is the base from now on; what was edited meanwhile goes on. */
  const follow = async (version: number, sent: Edits) => {
    const over = draft.whole();
    const config = await getConfig(http, version, { patienceMs: 3_000 }).catch(() => over);
    draft.rebase({ version, config }, since(draft, sent));
  };
  return {
    now,
    publish,
    settle() {
      if (now.value.state !== 'busy') now.value = { state: 'idle' };
    },
  };
}

/** Edits made after those that were sent. */
function since(draft: Draft, sent: Edits): Edits {
  const now = draft.edits();
  const places = new Set([...sent.keys(), ...now.keys()]);
  const fresh = [...places].filter(
    (place) => sent.has(place) !== now.has(place) || sent.get(place) !== now.get(place),
  );
  return new Map(fresh.map((place) => [place, draft.get(place)]));
}

async function refused(http: Http, error: BatonError, version: number): Promise<Publishing> {
  if (error.code === 'invalid') return { state: 'faulty', findings: findingsOf(error) };
  if (error.code !== 'conflict') return { state: 'failed', error };
  const theirs = await newest(http).catch(() => null);
  // A conflict over the same version: what was dropped has open chats.
  if (!theirs || theirs.version === version) return { state: 'failed', error };
  return { state: 'overtaken', theirs };
}

/** What holds now; an empty document where nothing was ever published. */
export async function newest(http: Http, manner: Manner = {}): Promise<Base> {
  try {
    const config = await getConfig(http, undefined, manner);
    return { version: config.version ?? 0, config };
  } catch (thrown) {
    if (asBatonError(thrown).code !== 'not_found') throw thrown;
    return { version: 0, config: { queues: {}, agents: {} } };
  }
}
