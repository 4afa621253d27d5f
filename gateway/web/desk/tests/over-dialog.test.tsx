// @vitest-environment happy-dom
// An open dialog takes neither offers nor what was asked for out of sight.

import { connectStaff } from '@baton/client';
import { cleanup, fireEvent, render, within } from '@testing-library/preact';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { chat, settle, world } from '../../client/tests/world.ts';
import { Dialogs } from '../src/dialog-list.tsx';
import { closeDialog, dialog } from '../src/dialogs.ts';
import { listenToKeys } from '../src/keys.ts';
import { notices } from '../src/notices.ts';

// This browser of tests has no sound.
vi.stubGlobal(
  'AudioContext',
  class {
    resume() {}
  },
);
afterEach(() => {
  closeDialog();
  cleanup();
  notices.value = [];
});

async function open() {
  const at = world();
  const none = { status: 200, body: { messages: [], last: 0 } };
  at.reply('GET /chats/cht_1/messages?after=0&limit=500', none);
  const desk = connectStaff({ url: 'http://baton.test', token: () => 't', platform: at.platform });
  await settle();
  await at.socket().welcome({ chats: [chat()] });
  return { at, desk };
}
const offer = {
  offer_id: 'off_1',
  kind: 'queue',
  queue: 'billing',
  chat: chat({ chat_id: 'cht_2' }),
  skills: [],
  wait_s: 3,
  expires_in_s: 20,
};

describe('an offer while a dialog is open', () => {
  it('is shown in it, and taken by the shortcut', async () => {
    const { at, desk } = await open();
    const end = listenToKeys(desk);
    dialog.value = { kind: 'help' };
    const { getByRole } = render(<Dialogs desk={desk} />);
    await at.socket().deliver({ type: 'offer.new', offer });
    await settle();
    expect(getByRole('dialog').querySelector('[data-offer="off_1"]')).not.toBeNull();
    fireEvent.keyDown(window, { altKey: true, code: 'KeyA' });
    await settle();
    expect(at.socket().commands('offer.accept')).toMatchObject([{ offer_id: 'off_1' }]);
    end();
  });
});

describe('a sign-in that ends while a dialog is open', () => {
  it('is said in it, where it can be renewed', async () => {
    const { at, desk } = await open();
    dialog.value = { kind: 'help' };
    const { getByRole } = render(<Dialogs desk={desk} />);
    await at.socket().deliver({ type: 'bye', reason: 'token_expired' });
    await settle();
    within(getByRole('dialog')).getByRole('button', { name: 'Sign in again' });
  });
});

describe('leaving without a connection', () => {
  it('says that it will be done, and what came of it when the dialog is closed', async () => {
    const { at, desk } = await open();
    dialog.value = { kind: 'end', chat: 'cht_1' };
    const { getByRole, findByText } = render(<Dialogs desk={desk} />);
    await at.socket().drop();
    await settle();
    fireEvent.click(getByRole('button', { name: 'End for the customer' }));
    await findByText('This will be done as soon as the connection is back.');
    expect((getByRole('button', { name: 'Stay' }) as HTMLButtonElement).disabled).toBe(true);
    closeDialog();
    await settle();
    await at.clock.pass(5_000);
    await at.socket().welcome({ chats: [chat()] });
    await at.socket().refuse('chat.leave', { code: 'forbidden', detail: '' });
    await settle();
    expect(notices.value.map(({ text }) => text)).toEqual(['You may not do that.']);
  });
});
