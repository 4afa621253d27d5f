// Everything that one signed-in person edits with: the draft, its check, its keeping, publishing,
// and the watch for others.

import {
  asBatonError,
  type BatonError,
  type Configuration,
  getConfig,
  type Http,
} from '@baton/client';
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { type Check, check } from './check.ts';
import { type Base, type Draft, draft, type Edits, editsBetween, published } from './draft.ts';
import { editHere, isEditedElsewhere } from './elsewhere.ts';
import {
  editsOf,
  type Keeping,
  type Kept,
  keep,
  leftBehind,
  restored,
  type Storages,
  throwAway,
} from './keeping.ts';
import { type Clash, merge, yieldAt } from './merge.ts';
import { type Newer, newer } from './newer.ts';
import type { Place } from './place.ts';
import { newest, type Publisher, publisher } from './publishing.ts';

export interface Editor {
  readonly http: Http;
  readonly draft: Draft;
  readonly check: Check;
  readonly publisher: Publisher;
  readonly keeping: Keeping;
  readonly newer: Newer;
  /** Supervisors read. */
  readonly canEdit: boolean;
  /** What a closed tab left here. */
  readonly left: ReadonlySignal<Kept | null>;
  /** Takes it up, or throws it away. */
  settleLeft(isWanted: boolean): Promise<void>;
  /** Makes the draft say the same as this document. */
  replace(config: Configuration): void;
  /** Takes all edits back. */
  discard(): void;
  /** Continues over somebody else's version, with theirs at these clashes. */
  continueOver(theirs: Base, yielded: readonly Clash[]): void;
  close(): void;
}

export interface Who {
  workspace: string;
  sub: string;
  role: string;
}

/** One looks at an empty page meanwhile. */
const PATIENCE_MS = 6_000;

/** Reads what holds, and what was being made of it. Throws `BatonError`. */
export async function openEditor(http: Http, who: Who, storages: Storages): Promise<Editor> {
  const owner = `${who.workspace}.${who.sub}`;
  const base = await newest(http, { patienceMs: PATIENCE_MS });
  const mine = restored(owner, storages);
  const it = draft(base);
  if (mine) await takeUp(http, it, mine);
  const isElsewhere = await isEditedElsewhere(owner);
  const leave = editHere(owner);
  const left = signal(mine || isElsewhere ? null : leftBehind(owner, storages));
  const checks = check(http, it);
  const keeping = keep(it, owner, storages);
  const watch = newer(http, it);
  const publishes = publisher(http, it);
  const stop = effect(() => {
    const now = publishes.now.value;
    if (now.state === 'faulty') checks.found(now.findings);
  });
  return {
    http,
    draft: it,
    check: checks,
    publisher: publishes,
    keeping,
    newer: watch,
    canEdit: who.role === 'admin',
    left,
    async settleLeft(isWanted) {
      const kept = left.value;
      left.value = null;
      throwAway(owner, storages);
      if (kept && isWanted) await takeUp(http, it, kept);
    },
    replace: (config) => it.put(replacing(it, config)),
    discard: () => it.put([...it.edits().keys()].map((place) => [place, undoneAt(it, place)])),
    continueOver(theirs, yielded) {
      const { edits } = merge(it.base.value.config, theirs.config, it.edits());
      it.rebase(theirs, yieldAt(edits, yielded));
      void watch.look();
    },
    close() {
      leave();
      stop();
      checks.close();
      keeping.close();
      watch.close();
    },
  };
}

/** What another tab or an earlier load of the page had edited, over the version it was made of. */
async function takeUp(http: Http, it: Draft, kept: Kept): Promise<void> {
  const edits = editsOf(kept);
  const base = it.base.peek();
  if (kept.version === base.version) return it.rebase(base, edits);
  const older = kept.version === 0 ? null : await earlier(http, kept.version);
  // Versions that are not kept any more cannot be held against: what was edited stands.
  it.rebase(older ?? base, edits);
}

async function earlier(http: Http, version: number): Promise<Base | null> {
  try {
    return { version, config: await getConfig(http, version) };
  } catch (thrown) {
    const error: BatonError = asBatonError(thrown);
    if (error.code === 'not_found') return null;
    throw error;
  }
}

/** Edits over the draft's base that make it the document; what it says already stays untouched. */
function replacing(it: Draft, config: Configuration): Edits {
  const values = new Map(editsBetween(it.base.value.config, config));
  for (const place of it.edits().keys()) {
    if (!values.has(place)) values.set(place, undoneAt(it, place));
  }
  return values;
}

/** What is published at a place. */
function undoneAt(it: Draft, place: Place) {
  return published(it.base.value.config, place);
}
