// @vitest-environment happy-dom
// The wrap-up: what is written in it stays until it is done.

import { connectStaff } from '@baton/client';
import { cleanup, fireEvent, render } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import { chat, settle, world } from '../../client/tests/world.ts';
import { EndDialog } from '../src/chat/end-dialog.tsx';
import { Gone } from '../src/chat/gone.tsx';
import { forgetWithChats, writeOutcome } from '../src/chat/outcomes.ts';
import { WrapUp } from '../src/chat/wrapup.tsx';
import { draftKeys, keepDrafts, write } from '../src/drafts.ts';
import { notices } from '../src/notices.ts';
import { chatHref, go, LIST_HREF, place } from '../src/place.ts';

afterEach(() => {
  cleanup();
  for (const key of draftKeys()) write(key, '');
  keepDrafts();
  notices.value = [];
});

const me = (state: string) => ({ id: 'agent1', role: 'agent', name: 'Agent One', state });

async function open() {
  const at = world();
  const ok = { status: 200, body: { messages: [], last: 0 } };
  at.reply('GET /chats/cht_1/messages?after=0&limit=500', ok);
  at.reply('GET /chats/cht_2/messages?after=0&limit=500', ok);
  const desk = connectStaff({ url: 'http://baton.test', token: () => 't', platform: at.platform });
  await settle();
  const wrapup = chat({ participants: [me('wrapup')] });
  const other = chat({ chat_id: 'cht_2', participants: [me('connected')] });
  await at.socket().welcome({ chats: [wrapup, other] });
  await settle();
  const conversation = desk.chats.get('cht_1')!;
  const show = () =>
    render(
      <WrapUp
        desk={desk}
        conversation={conversation}
        chat={conversation.chat.get()!}
        me="agent1"
      />,
    );
  return { at, desk, show };
}

describe('the wrap-up', () => {
  it('keeps outcome and note while another chat is looked at', async () => {
    const { show } = await open();
    const first = show();
    fireEvent.click(first.getByRole('button', { name: 'Another outcome' }));
    await settle();
    const other = first.getByRole('textbox', { name: 'Another outcome' });
    fireEvent.input(other, { target: { value: 'wrong_shop' } });
    fireEvent.input(first.getByLabelText('Note'), { target: { value: 'calls back' } });
    first.unmount();
    const again = show();
    const value = (name: string) =>
      (again.getByRole('textbox', { name }) as HTMLInputElement).value;
    expect([value('Another outcome'), value('Note')]).toEqual(['wrong_shop', 'calls back']);
  });

  it('that is done goes on to the chat that is open', async () => {
    const { at, show } = await open();
    go(chatHref('cht_1'));
    fireEvent.click(show().getByRole('button', { name: 'Done' }));
    await settle();
    await at.socket().answer('wrapup.complete', { chat: chat({ participants: [me('done')] }) });
    await settle();
    expect(place.value).toEqual({ at: 'chat', id: 'cht_2' });
  });

  it('that is done is home where no other chat is', async () => {
    const { at, show } = await open();
    const gone = chat({ chat_id: 'cht_2', rev: 11, participants: [me('done')] });
    await at.socket().deliver({ type: 'chat.state', ...gone });
    go(chatHref('cht_1'));
    fireEvent.click(show().getByRole('button', { name: 'Done' }));
    await settle();
    await at.socket().answer('wrapup.complete', { chat: chat({ participants: [me('done')] }) });
    await settle();
    expect(place.value).toEqual({ at: 'list' });
  });

  it('that was done with End Chat is home as well', async () => {
    const { at, desk } = await open();
    const back = chat({ chat_id: 'cht_2', rev: 11, participants: [me('connected')] });
    await at.socket().deliver({ type: 'chat.state', ...back });
    go(chatHref('cht_2'));
    writeOutcome('cht_2', { disposition: 'resolved', note: '' });
    const end = render(<EndDialog desk={desk} id="cht_2" />);
    fireEvent.click(end.getByRole('button', { name: 'End for the customer' }));
    await settle();
    const left = chat({ chat_id: 'cht_2', rev: 12, participants: [me('done')] });
    await at.socket().answer('chat.leave', { chat: left });
    await settle();
    expect(place.value).toEqual({ at: 'list' });
  });
});

describe('a chat that is gone', () => {
  it('takes what was noted on it along, whoever wrapped it up', async () => {
    const { at, desk } = await open();
    const end = forgetWithChats(desk);
    writeOutcome('cht_1', { disposition: 'resolved', note: 'calls back' });
    writeOutcome('cht_2', { disposition: '', note: 'waits' });
    keepDrafts();
    await at
      .socket()
      .deliver({ type: 'chat.state', ...chat({ participants: [me('done')], rev: 11 }) });
    await settle();
    keepDrafts();
    expect({ ...sessionStorage }).toEqual({ 'baton.draft.note cht_2': ' waits' });
    expect(notices.value.map(({ text }) => text)).toEqual([
      expect.stringContaining('was not kept: “Solved · calls back”'),
    ]);
    end();
  });

  it('takes along what a page before this one kept', async () => {
    sessionStorage.setItem('baton.draft.note cht_3', ' calls back');
    sessionStorage.setItem('baton.draft.cht_3', ' Half');
    const { at, desk } = await open();
    const end = forgetWithChats(desk);
    await at.socket().drop();
    await at.clock.pass(5_000);
    await at.socket().welcome({ chats: [] });
    keepDrafts();
    expect({ ...sessionStorage }).toEqual({ 'baton.draft.cht_3': ' Half' });
    expect(notices.value).toMatchObject([
      {
        text: 'What you wrote on an earlier chat was not kept: “calls back”',
        look: 'bad',
        stays: true,
      },
    ]);
    end();
  });

  it('leads back to the list and on to the next chat', async () => {
    const { desk } = await open();
    const { getByRole } = render(<Gone desk={desk} />);
    expect(getByRole('link', { name: 'Back to the list' }).getAttribute('href')).toBe(LIST_HREF);
    expect(getByRole('link', { name: 'Next chat' }).getAttribute('href')).toBe(chatHref('cht_2'));
  });
});
