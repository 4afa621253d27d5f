// What is being written, by chat or colleague: it stays while others are looked at, and through a
// reload of the tab. Apart from everything else, so that a key changes nothing but the field.

import { type Signal, signal } from '@preact/signals';
import { ownName } from '../../shared/src/account.ts';

const KEY = 'baton.draft.';
/** Written down when the hands rest. */
const REST_MS = 400;

export interface Draft {
  text: Signal<string>;
  /** Whether it is for colleagues alone. */
  whisper: Signal<boolean>;
}

/** By the name under which the tab keeps them: each person's are their own. */
const drafts = new Map<string, Draft>();
const unwritten = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

export function draftOf(key: string): Draft {
  return draftNamed(ownName(KEY + key));
}

function draftNamed(name: string): Draft {
  let draft = drafts.get(name);
  if (!draft) {
    const kept = sessionStorage.getItem(name) ?? '';
    draft = { text: signal(kept.slice(1)), whisper: signal(kept.startsWith('w')) };
    drafts.set(name, draft);
  }
  return draft;
}

/** What the person has drafts of, in this page or kept from the one before. */
export function draftKeys(): readonly string[] {
  const suffix = ownName('');
  return [...new Set([...drafts.keys(), ...Object.keys(sessionStorage)])]
    .filter((name) => name.startsWith(KEY) && name.endsWith(suffix))
    .filter((name) => draftNamed(name).text.peek() !== '')
    .map((name) => name.slice(KEY.length, name.length - suffix.length));
}

/** The text changed. */
export function write(key: string, text: string): void {
  draftOf(key).text.value = text;
  unwritten.add(ownName(KEY + key));
  clearTimeout(timer);
  timer = setTimeout(keepDrafts, REST_MS);
}

/** Whom it is for changed; known at once, so that no reload shows a whisper to the customer. */
export function aim(key: string, isWhisper: boolean): void {
  draftOf(key).whisper.value = isWhisper;
  unwritten.add(ownName(KEY + key));
  keepDrafts();
}

/** Writes down what is not yet. */
export function keepDrafts(): void {
  for (const name of unwritten) {
    const { text, whisper } = draftNamed(name);
    if (text.value || whisper.value)
      sessionStorage.setItem(name, (whisper.value ? 'w' : ' ') + text.value);
    else sessionStorage.removeItem(name);
  }
  unwritten.clear();
}

addEventListener('pagehide', keepDrafts);
