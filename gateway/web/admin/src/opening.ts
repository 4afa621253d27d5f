// The editor of whoever is signed in: opened with the account, closed with it.

import { asBatonError, type BatonError, type Http, platformWith } from '@baton/client';
import { effect, signal } from '@preact/signals';
import { type Account, account, ownToken, person } from '../../shared/src/account.ts';
import { type Editor, openEditor } from './model/editor.ts';

export type Opening =
  | { state: 'loading' }
  | { state: 'open'; editor: Editor }
  | { state: 'failed'; error: BatonError };

export const opening = signal<Opening>({ state: 'loading' });

let close = () => {};

export function open(): void {
  close();
  const who = account.peek();
  if (who) close = begin(who);
}

function begin(who: Account): () => void {
  let isWanted = true;
  let editor: Editor | null = null;
  opening.value = { state: 'loading' };
  const http: Http = {
    url: location.origin,
    token: ownToken(),
    platform: platformWith(),
  };
  openEditor(http, who, { tab: sessionStorage, browser: localStorage })
    .then((opened) => {
      if (!isWanted) return opened.close();
      editor = opened;
      opening.value = { state: 'open', editor };
    })
    .catch((error) => {
      if (isWanted) opening.value = { state: 'failed', error: asBatonError(error) };
    });
  return () => {
    isWanted = false;
    editor?.close();
  };
}

effect(() => {
  // Another person, or nobody; a fresh token of the same one changes nothing.
  person.value;
  open();
});
