// Keyboard shortcuts. With Alt they work everywhere, also while one writes; the single characters
// only where nobody writes. On a Mac, whose Option makes letters, Control goes with it in a field. `event.code` is the place on the keyboard: Alt changes letters on some.

import type { Staff } from '@baton/client';
import { compose } from './compose.ts';
import { isContactOpen } from './contact/open.ts';
import { type DialogOpen, dialog } from './dialogs.ts';
import { aim, draftOf } from './drafts.ts';
import { isPresent } from './ending.ts';
import { isStatusOpen } from './head/status.tsx';
import { accept, decline } from './list/offers.tsx';
import { chatHref, go, place } from './place.ts';
import { isMuted, mute } from './sound.ts';
import type { Words } from './words/en.ts';

/** For the help: what one presses and what it does. */
export const SHORTCUTS: ReadonlyArray<readonly [string, keyof Words['keys']]> = [
  ['Alt A', 'accept'],
  ['Alt D', 'decline'],
  ['Alt ↓', 'next'],
  ['Alt ↑', 'previous'],
  ['Alt 1–9', 'nth'],
  ['Alt N', 'add'],
  ['Alt E', 'end'],
  ['Alt W', 'whisper'],
  ['Alt C', 'compose'],
  ['/', 'canned'],
  ['Alt I', 'contact'],
  ['Alt K', 'directory'],
  ['Alt S', 'status'],
  ['Alt M', 'sound'],
  ['Enter', 'send'],
  ['Shift Enter', 'newline'],
  ['Esc', 'close'],
  ['?', 'help'],
];

const OF_OFFERS = new Set(['KeyA', 'KeyD']);

/** Listens for as long as the desk is there; the answer ends it. */
export function listenToKeys(desk: Staff): () => void {
  const pressed = (event: KeyboardEvent) => {
    if (event.isComposing || event.metaKey || event.repeat || makesLetters(event)) return;
    // What is under a dialog waits until it is closed; offers are above it.
    if (dialog.value && !(event.altKey && OF_OFFERS.has(event.code))) return;
    const done = event.altKey ? withAlt(desk, event.code) : alone(event);
    if (done) event.preventDefault();
  };
  addEventListener('keydown', pressed);
  return () => removeEventListener('keydown', pressed);
}

/** Whether such chords make letters: AltGr is Control and Alt; on a Mac Option does, where one writes. */
function makesLetters(event: KeyboardEvent): boolean {
  if (!isMac()) return event.ctrlKey;
  const isWriting = (event.target as Partial<Element>).closest?.('input, textarea, select');
  return event.altKey && !event.ctrlKey && !!isWriting;
}

/** Where Alt is called Option, and Control goes with it while one writes. */
export const isMac = () => /^(Mac|iPhone|iPad)/.test(navigator.platform);

function alone(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  if (target.closest('input, textarea, select, dialog')) return false;
  if (event.key === '?') return open({ kind: 'help' });
  if (event.key === '/') return compose();
  return false;
}

function withAlt(desk: Staff, code: string): boolean {
  const [first] = desk.offers.all.get();
  switch (code) {
    case 'KeyA':
      if (first) void accept(desk, first);
      return true;
    case 'KeyD':
      if (first) void decline(desk, first);
      return true;
    case 'ArrowDown':
      return step(desk, 1);
    case 'ArrowUp':
      return step(desk, -1);
    case 'KeyN':
      return ofChat(desk, (chat) => open({ kind: 'add', chat }));
    case 'KeyE':
      return ofChat(desk, (chat) => open({ kind: 'end', chat })) || finish();
    case 'KeyW':
      return ofChat(desk, (chat) => {
        aim(chat, !draftOf(chat).whisper.value);
      });
    case 'KeyC':
      return compose();
    case 'KeyI':
      isContactOpen.value = !isContactOpen.value;
      return true;
    case 'KeyK':
      return open({ kind: 'directory' });
    case 'KeyS':
      isStatusOpen.value = !isStatusOpen.value;
      return true;
    case 'KeyM':
      mute(!isMuted.value);
      return true;
    default:
      return /^Digit[1-9]$/.test(code) && nth(desk, Number(code.slice(5)) - 1);
  }
}

function open(which: DialogOpen): boolean {
  dialog.value = which;
  return true;
}

/** Finishes the wrap-up that is shown. */
function finish(): boolean {
  const button = document.querySelector<HTMLElement>('[data-wrapup-done]');
  button?.click();
  return button !== null;
}

/** Does something with the chat that is shown, if the agent is in it. */
function ofChat(desk: Staff, what: (chat: string) => void): boolean {
  const { value } = place;
  if (value.at !== 'chat') return false;
  const chat = desk.chats.get(value.id)?.chat.get();
  if (!chat || !isPresent(chat, desk.session.welcome.get()?.id ?? '')) return false;
  what(value.id);
  return true;
}

/** The order of the list: chats first, then those in wrap-up. */
function listed(desk: Staff): string[] {
  const me = desk.session.welcome.get()?.id ?? '';
  const rank = (one: ReturnType<typeof desk.chats.all.get>[number]) => {
    const chat = one.chat.get();
    return chat && isPresent(chat, me) ? 0 : 1;
  };
  return [...desk.chats.all.get()].sort((a, b) => rank(a) - rank(b)).map(({ id }) => id);
}

function step(desk: Staff, by: number): boolean {
  const ids = listed(desk);
  const here = place.value.at === 'chat' ? ids.indexOf(place.value.id) : -1;
  const next = here < 0 ? ids.at(by > 0 ? 0 : -1) : ids[(here + by + ids.length) % ids.length];
  if (next) go(chatHref(next));
  return true;
}

function nth(desk: Staff, at: number): boolean {
  const id = listed(desk)[at];
  if (id) go(chatHref(id));
  return true;
}
