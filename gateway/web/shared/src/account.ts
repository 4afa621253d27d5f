// Who is signed in: a token in this tab alone, gone with it. What the token says of its person is
// read for showing only; the server judges it.

import type { KeyValue } from '@baton/client';
import { computed, signal } from '@preact/signals';

const KEY = 'baton.token';

export interface Account {
  token: string;
  sub: string;
  role: string;
  workspace: string;
  /** When the token ends, if it does. */
  expiresAt?: string | null;
}

export const account = signal<Account | null>(null);

/** Who is signed in, in a word: the same one with a fresh token. */
export const person = computed(() => account.value && personOf(account.value));

/** The tokens of whoever is signed in now, fresh ones too: what they began and is still under way
 * does not go on as somebody else. */
export function ownToken(): () => string {
  const who = person.peek();
  return () => (person.peek() === who ? account.peek()?.token : undefined) ?? '';
}

/** Signs in with a token; whether it is one. */
export function signIn(token: string, storage: Storage = sessionStorage): boolean {
  const found = read(token.trim());
  if (!found) return false;
  storage.setItem(KEY, found.token);
  account.value = found;
  return true;
}

/** Goes on with a fresh token; whether it is one of the same person. */
export function renewAccount(token: string, storage: Storage = sessionStorage): boolean {
  return isOwnToken(token) && signIn(token, storage);
}

/** Whether a token is the signed-in person's. */
export function isOwnToken(token: string): boolean {
  const found = read(token.trim());
  return found !== null && personOf(found) === person.peek();
}

export function signOut(storage: Storage = sessionStorage): void {
  storage.removeItem(KEY);
  account.value = null;
}

/** The account of this tab before it was loaded again, or of the tab that opened it. */
export function restoreAccount(storage: Storage = sessionStorage): void {
  beginAnew(storage);
  const token = storage.getItem(KEY);
  if (token) signIn(token, storage);
}

/** A tab that another one opens begins with a copy of all that the other keeps, down to notes on
 * customers and lines on their way. The sign-in alone is meant; from then on it keeps its own. */
function beginAnew(storage: Storage): void {
  if (!window.opener) return;
  for (const name of Object.keys(storage)) {
    if (name.startsWith('baton.') && name !== KEY) storage.removeItem(name);
  }
  window.opener = null;
}

/** The name under which the tab keeps something for one person, and for nobody after them. */
export function ownName(key: string, of: Account | null = account.peek()): string {
  return of ? `${key} ${of.workspace}/${of.sub}` : key;
}

const personOf = ({ workspace, role, sub }: Account) => `${workspace}/${role}/${sub}`;

/** A storage in which only the same person finds again what was put in. */
export function ownStorage(storage: KeyValue, of: Account | null): KeyValue {
  return {
    getItem: (key) => storage.getItem(ownName(key, of)),
    setItem: (key, value) => storage.setItem(ownName(key, of), value),
    removeItem: (key) => storage.removeItem(ownName(key, of)),
  };
}

/** The claims of a JWT, unproven. */
function read(token: string): Account | null {
  try {
    const part = token.split('.')[1] ?? '';
    const text = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const { sub, role, workspace, exp } = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof sub !== 'string') return null;
    const expiresAt = typeof exp === 'number' ? new Date(exp * 1000).toISOString() : null;
    return { token, sub, role, workspace, expiresAt };
  } catch {
    return null;
  }
}
