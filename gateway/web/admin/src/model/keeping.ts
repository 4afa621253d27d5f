// The draft outlives a reload: its edits are kept in this tab, and beside it in this browser for
// when the tab is closed. Only edits are kept, and the version that they were made over.

import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Draft, Edits } from './draft.ts';
import type { Place } from './place.ts';
import type { Json } from './value.ts';

export interface Kept {
  version: number;
  at: string;
  /** `null` takes a place out. */
  edits: Array<[Place, Json]>;
}

export interface Storages {
  tab: Storage;
  browser: Storage;
}

export interface Keeping {
  /** Whether the draft fits; if not, only an export saves it. */
  readonly fits: ReadonlySignal<boolean>;
  close(): void;
}

const PAUSE_MS = 250;
const keyOf = (owner: string) => `baton.draft.${owner}`;

/** Keeps the draft of `owner` (workspace and person) from now on. */
export function keep(draft: Draft, owner: string, { tab, browser }: Storages): Keeping {
  const fits = signal(true);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = () => {
    timer = undefined;
    const text = textOf(draft);
    fits.value = text === null ? clear(owner, { tab, browser }) : store(owner, text, tab, browser);
  };
  const flush = () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    write();
  };
  let isFirst = true;
  const stop = effect(() => {
    draft.revision.value;
    clearTimeout(timer);
    if (!isFirst) timer = setTimeout(write, PAUSE_MS);
    isFirst = false;
  });
  addEventListener('pagehide', flush);
  return {
    fits,
    close() {
      flush();
      stop();
      removeEventListener('pagehide', flush);
    },
  };
}

/** What this tab was at before it was loaded again. */
export const restored = (owner: string, { tab }: Storages): Kept | null =>
  parse(tab.getItem(keyOf(owner)));

/** What a closed tab of this browser left. */
export const leftBehind = (owner: string, { browser }: Storages): Kept | null =>
  parse(browser.getItem(keyOf(owner)));

export function clear(owner: string, { tab, browser }: Storages): true {
  const mine = tab.getItem(keyOf(owner));
  tab.removeItem(keyOf(owner));
  // Another tab's draft is not this one's to throw away.
  if (mine !== null && browser.getItem(keyOf(owner)) === mine) browser.removeItem(keyOf(owner));
  return true;
}

export function throwAway(owner: string, { browser }: Storages): void {
  browser.removeItem(keyOf(owner));
}

export function editsOf(kept: Kept): Edits {
  return new Map(kept.edits.map(([place, value]) => [place, value ?? undefined]));
}

function textOf(draft: Draft): string | null {
  const edits = [...draft.edits()].map(([place, value]) => [place, value ?? null]);
  if (edits.length === 0) return null;
  const version = draft.base.value.version;
  return JSON.stringify({ version, at: new Date().toISOString(), edits });
}

function store(owner: string, text: string, tab: Storage, browser: Storage): boolean {
  try {
    tab.setItem(keyOf(owner), text);
    browser.setItem(keyOf(owner), text);
    return true;
  } catch {
    tab.removeItem(keyOf(owner));
    return false;
  }
}

function parse(text: string | null): Kept | null {
  try {
    const kept = JSON.parse(text ?? 'null') as Kept | null;
    return kept && Array.isArray(kept.edits) && Number.isInteger(kept.version) ? kept : null;
  } catch {
    return null;
  }
}
