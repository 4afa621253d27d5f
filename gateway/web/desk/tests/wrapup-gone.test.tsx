// @vitest-environment happy-dom
// A wrap-up that is over: nothing written in it is lost silently, and the desk goes on.

import { cleanup, fireEvent, render } from '@testing-library/preact';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { chat, ok, settle } from '../../client/tests/world.ts';
import { EndDialog } from '../src/chat/end-dialog.tsx';
import { forgetWithChats, writeOutcome } from '../src/chat/outcomes.ts';
import { desk as signedIn } from '../src/desk.ts';
import { draftKeys } from '../src/drafts.ts';
import { notices } from '../src/notices.ts';
import { Page } from '../src/page.tsx';
import { chatHref, dmHref, go, LIST_HREF, place } from '../src/place.ts';
import { ends, LOST, me, open, START, wrapup } from './wrapup-world.tsx';

describe('a chat that leaves the desk', () => {
  const told = () => notices.value.map(({ text }) => text);
  const note = { disposition: '', note: 'calls back' };
  async function gone() {
    const at = await open(wrapup(60));
    ends.unshift(forgetWithChats(at.desk));
    const done = at.copy({ state: 'done' }, 11);
    const leave = () => at.at.socket().deliver({ type: 'chat.state', ...done });
    return { ...at, done, leave };
  }

  it('before the refusal shows what was written, once, until it is put away', async () => {
    const { at, leave, pass, asked } = await gone();
    writeOutcome('cht_1', note);
    await pass(59);
    expect(asked()).toHaveLength(1);
    await leave();
    expect(told()).toEqual([]);
    await at.socket().refuse('wrapup.complete', { code: 'conflict', detail: '' });
    await settle();
    expect(notices.value).toMatchObject([{ text: LOST, look: 'bad', stays: true }]);
    expect(draftKeys()).toEqual([]);
    await pass(600);
    expect(told()).toEqual([LOST]);
  });

  it('after the refusal does not show it again', async () => {
    const { at, leave, pass } = await gone();
    writeOutcome('cht_1', note);
    await pass(59);
    await at.socket().refuse('wrapup.complete', { code: 'conflict', detail: '' });
    await settle();
    await leave();
    expect(told()).toEqual([LOST]);
    expect(draftKeys()).toEqual([]);
  });

  it('shows nothing where it was kept, whichever comes first', async () => {
    for (const isEventFirst of [true, false]) {
      const { at, leave, done, pass } = await gone();
      writeOutcome('cht_1', note);
      await pass(59);
      if (isEventFirst) await leave();
      await at.socket().answer('wrapup.complete', { chat: done });
      if (!isEventFirst) await leave();
      await settle();
      expect(told()).toEqual([]);
      expect(draftKeys()).toEqual([]);
      for (const end of ends.splice(0)) end();
      vi.setSystemTime(START);
    }
  });

  it('shows what Done came too late for', async () => {
    const { at, leave, show, pass } = await gone();
    writeOutcome('cht_1', note);
    fireEvent.click(show().getByRole('button', { name: 'Done' }));
    await pass(1);
    await leave();
    await at.socket().refuse('wrapup.complete', { code: 'conflict', detail: '' });
    await settle();
    expect(told()).toContain(LOST);
  });

  it('shows what nobody sent', async () => {
    const { leave } = await gone();
    writeOutcome('cht_1', { disposition: 'follow_up', note: 'calls back' });
    await leave();
    expect(told()).toEqual([LOST.replace('calls', 'To follow up · calls')]);
  });

  it('with End Chat shows only what the server does not keep so', async () => {
    for (const disposition of ['resolved', '']) {
      const { at, desk, copy } = await open({ state: 'connected' });
      ends.unshift(forgetWithChats(desk));
      writeOutcome('cht_1', { disposition, note: 'calls back' });
      const end = render(<EndDialog desk={desk} id="cht_1" />);
      fireEvent.click(end.getByRole('button', { name: 'End for the customer' }));
      await settle();
      const done = copy({ state: 'done' }, 11);
      await at.socket().deliver({ type: 'chat.state', ...done });
      await at.socket().answer('chat.leave', { chat: done });
      await settle();
      expect(told()).toEqual(disposition ? [] : [LOST]);
      cleanup();
      for (const end of ends.splice(0)) end();
    }
  });
});

describe('where the desk goes by itself', () => {
  const bob = chat({ chat_id: 'cht_2', participants: [me({ state: 'connected' })] });
  afterEach(() => go(LIST_HREF));

  async function typing() {
    const at = await open(wrapup(60));
    signedIn.value = at.desk;
    ends.unshift(() => {
      signedIn.value = null;
    });
    go(chatHref('cht_1'));
    const page = render(<Page />);
    await settle();
    const field = page.getByLabelText('Note');
    field.focus();
    writeOutcome('cht_1', { disposition: '', note: 'calls back' });
    const complete = async () => {
      await at.pass(59);
      const done = at.copy({ state: 'done' }, 11);
      await at.at.socket().answer('wrapup.complete', { chat: done });
      // Fields take the focus once they are painted.
      await vi.advanceTimersByTimeAsync(100);
      await settle();
    };
    return { ...at, page, complete };
  }

  it('is where Done leads, and what is still typed is for nobody there', async () => {
    const { at, page, complete } = await typing();
    at.reply('GET /chats/cht_2/messages?after=0&limit=500', ok({ messages: [], last: 0 }));
    await at.socket().deliver({ type: 'chat.state', ...bob });
    await complete();
    expect(place.value).toEqual({ at: 'chat', id: 'cht_2' });
    const composer = page.getByRole('textbox', { name: 'Message' });
    expect(document.activeElement).not.toBe(composer);
    expect(document.activeElement?.hasAttribute('data-places')).toBe(true);
  });

  it('is home where no other chat is, with the focus on the page', async () => {
    const { complete } = await typing();
    await complete();
    expect(place.value).toEqual({ at: 'list' });
    expect(document.activeElement?.hasAttribute('data-places')).toBe(true);
  });

  it('is nowhere from another chat', async () => {
    const { at, complete } = await typing();
    at.reply('GET /chats/cht_2/messages?after=0&limit=500', ok({ messages: [], last: 0 }));
    await at.socket().deliver({ type: 'chat.state', ...bob });
    go(dmHref('agent2'));
    await complete();
    expect(place.value).toEqual({ at: 'dm', peer: 'agent2' });
  });
});
