// Who is signed in: a token in this tab alone, gone with it. What the token says of its person is
// read for showing only; the server judges it.

import type { KeyValue } from '@baton/client';
import { signal } from '@preact/signals';

const KEY = 'baton.token';

export interface Account {
  token: string;
  sub: string;
  role: string;
  workspace: string;
}

export const account = signal<Account | null>(null);

/** Signs in with a token; whether it is one. */
export function signIn(token: string, storage: Storage = sessionStorage): boolean {
  const found = read(token.trim());
  if (!found) return false;
  storage.setItem(KEY, found.token);
  account.value = found;
  return true;
}

export function signOut(storage: Storage = sessionStorage): void {
  storage.removeItem(KEY);
  account.value = null;
}

/** The account of this tab before it was loaded again. */
export function restoreAccount(storage: Storage = sessionStorage): void {
  const token = storage.getItem(KEY);
  if (token) signIn(token, storage);
}

/** The name under which the tab keeps something for one person, and for nobody after them. */
export function ownName(key: string, of: Account | null = account.peek()): string {
  return of ? `${key} ${of.workspace}/${of.sub}` : key;
}

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
    const { sub, role, workspace } = JSON.parse(new TextDecoder().decode(bytes));
    return typeof sub === 'string' ? { token, sub, role, workspace } : null;
  } catch {
    return null;
  }
}
