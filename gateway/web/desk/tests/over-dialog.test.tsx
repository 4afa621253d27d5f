// @vitest-environment happy-dom
// An open dialog takes neither offers nor what was asked for out of sight.

import { connectStaff } from '@baton/client';
import { cleanup, fireEvent, render, within } from '@testing-library/preact';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { chat, settle, world } from '../../client/tests/world.ts';
import { desk as signedIn } from '../src/desk.ts';
import { Dialogs } from '../src/dialog-list.tsx';
import { closeDialog, dialog } from '../src/dialogs.ts';
import { listenToKeys } from '../src/keys.ts';
import { notices } from '../src/notices.ts';
import { Page } from '../src/page.tsx';

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
  signedIn.value = null;
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
/** The whole page over such a desk. */
async function openPage() {
  const { at, desk } = await open();
  signedIn.value = desk;
  return { at, page: render(<Page />) };
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

describe('news while a dialog is open', () => {
  it('is told in it: why an offer that was taken is gone', async () => {
    const { at, page } = await openPage();
    dialog.value = { kind: 'help' };
    await at.socket().deliver({ type: 'offer.new', offer });
    await settle();
    const inside = within(page.getByRole('dialog'));
    fireEvent.click(inside.getByRole('button', { name: /^Accept/ }));
    await settle();
    await at.socket().refuse('offer.accept', { code: 'conflict', detail: '', why: 'expired' });
    await settle();
    inside.getByText('The offer was not answered in time.', { exact: false });
    closeDialog();
    await settle();
    expect(page.getAllByText('The offer was not answered in time.', { exact: false })).toHaveLength(
      1,
    );
  });

  it('is told once: a dialog says nothing again of what is offered', async () => {
    const { at, page } = await openPage();
    const said = () => page.getAllByRole('alert').map(({ textContent }) => textContent);
    await at.socket().deliver({ type: 'offer.new', offer });
    await settle();
    const [first] = said();
    expect(first).toMatch(/^New offer: /);
    dialog.value = { kind: 'help' };
    await settle();
    expect(said()).toEqual(['']);
    const other = { ...offer, offer_id: 'off_2', chat: chat({ chat_id: 'cht_3' }) };
    await at.socket().deliver({ type: 'offer.new', offer: other });
    await settle();
    expect(said()).toEqual([first]);
    expect(page.getByRole('alert').closest('dialog')).not.toBeNull();
    closeDialog();
    await settle();
    expect(said()).toEqual(['']);
    await at.socket().deliver({ type: 'offer.gone', offer_id: 'off_2', why: 'revoked' });
    await settle();
    expect(said()).toEqual(['']);
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
