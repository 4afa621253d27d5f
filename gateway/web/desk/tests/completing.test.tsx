// @vitest-environment happy-dom
// A wrap-up that ends by itself: how long is left, and that nothing written is lost with it.

import { fireEvent, render } from '@testing-library/preact';
import { describe, expect, it } from 'vitest';
import { line, settle } from '../../client/tests/world.ts';
import { writeOutcome } from '../src/chat/outcomes.ts';
import { draftKeys } from '../src/drafts.ts';
import { ChatRow } from '../src/list/chat-row.tsx';
import { notices } from '../src/notices.ts';
import { ends, inS, LOST, open, wrapup } from './wrapup-world.tsx';

describe('how long is left', () => {
  it('counts down beside the form and in the list', async () => {
    const { conversation, show, pass } = await open(wrapup(62));
    const form = show();
    expect(form.container.textContent).toContain('Wrap-up ends in 1:02.');
    form.getByText('What you have written is kept when the time is over.');
    const row = render(<ChatRow conversation={conversation} me="agent1" />);
    expect(row.container.textContent).toContain('ends in 1:02');
    await pass(20);
    expect(form.container.textContent).toContain('Wrap-up ends in 0:42.');
    expect(row.container.textContent).toContain('ends in 0:42');
    await pass(60);
    expect(row.container.textContent).toContain('ends in 0:00');
  });

  it('is not said where the server does not say it', async () => {
    const { conversation, show, pass, asked } = await open(wrapup());
    const form = show();
    await pass(20);
    expect(form.container.textContent).toContain('Wrap-up for 0:20.');
    expect(form.queryByText(/is kept when/)).toBeNull();
    const row = render(<ChatRow conversation={conversation} me="agent1" />);
    expect(row.container.textContent).not.toContain('ends in');
    writeOutcome('cht_1', { disposition: 'resolved', note: '' });
    await pass(600);
    expect(asked()).toEqual([]);
  });
});

describe('shortly before the end', () => {
  it('what was written is said, whatever is looked at', async () => {
    const { pass, asked } = await open(wrapup(60));
    writeOutcome('cht_1', { disposition: 'follow_up', note: 'calls back' });
    await pass(57.5);
    expect(asked()).toEqual([]);
    await pass(1);
    expect(asked()).toEqual([{ disposition: 'follow_up', note: 'calls back' }]);
  });

  it('what is begun only then is said as well', async () => {
    const { pass, asked } = await open(wrapup(60));
    await pass(58.6);
    writeOutcome('cht_1', { disposition: '', note: 'late' });
    await pass(0.7);
    expect(asked()).toEqual([{ disposition: undefined, note: 'late' }]);
  });

  it('what is being typed is waited for, until it rests', async () => {
    const { pass, asked } = await open(wrapup(60));
    await pass(57);
    for (const note of ['cal', 'calls', 'calls ba']) {
      writeOutcome('cht_1', { disposition: '', note });
      await pass(0.4);
    }
    expect(asked()).toEqual([]);
    await pass(0.9);
    expect(asked()).toEqual([{ disposition: undefined, note: 'calls ba' }]);
  });

  it('what does not rest is said just before the end, also where much is heard', async () => {
    const { at, pass, asked } = await open(wrapup(60));
    await pass(57);
    for (let tenth = 0; tenth < 22; tenth++) {
      writeOutcome('cht_1', { disposition: '', note: 'x'.repeat(tenth + 1) });
      await pass(0.1);
      // Whatever is heard makes the desk look.
      await at.socket().deliver({ type: 'agent.state', agent: 'agent2', rev: tenth });
    }
    expect(asked()).toEqual([]);
    await pass(0.1);
    expect(asked()).toEqual([{ disposition: undefined, note: 'x'.repeat(22) }]);
  });

  it('nothing is said of one that should have ended long ago by a wrong clock', async () => {
    writeOutcome('cht_1', { disposition: '', note: 'in the middle of it' });
    const { pass, asked } = await open(wrapup(-300));
    for (let second = 0; second < 5; second++) await pass(1);
    expect(asked()).toEqual([]);
  });

  it('nothing is said where nothing was written', async () => {
    const { pass, asked } = await open(wrapup(60));
    for (let second = 0; second < 62; second++) await pass(1);
    expect(asked()).toEqual([]);
  });

  it('of a wrap-up that began while the desk is open', async () => {
    const { at, copy, pass, asked } = await open({ state: 'connected' });
    writeOutcome('cht_1', { disposition: '', note: 'written in the chat' });
    await pass(30);
    await at.socket().deliver({ type: 'chat.state', ...copy(wrapup(90), 11) });
    await pass(58.5);
    expect(asked()).toEqual([{ disposition: undefined, note: 'written in the chat' }]);
  });
});

describe('a wrap-up is completed once', () => {
  it('where Done was pressed shortly before', async () => {
    const { at, copy, show, pass, asked } = await open(wrapup(60));
    writeOutcome('cht_1', { disposition: '', note: 'calls back' });
    const { getByRole } = show();
    await pass(57);
    fireEvent.click(getByRole('button', { name: 'Done' }));
    await pass(2.5);
    expect(asked()).toHaveLength(1);
    await at.socket().answer('wrapup.complete', { chat: copy({ state: 'done' }, 11) });
    await pass(5);
    expect(asked()).toHaveLength(1);
    expect(draftKeys()).toEqual([]);
  });

  it('and what Done was refused is told at the form alone', async () => {
    const { at, show, pass } = await open(wrapup(60));
    writeOutcome('cht_1', { disposition: '', note: 'calls back' });
    const { getByRole } = show();
    await pass(57);
    fireEvent.click(getByRole('button', { name: 'Done' }));
    await pass(2.5);
    await at.socket().refuse('wrapup.complete', { code: 'conflict', detail: '' });
    await settle();
    getByRole('alert');
    expect(notices.value).toEqual([]);
  });

  it('where Done is pressed at the same moment, and nothing can be written any more', async () => {
    const { show, pass, asked } = await open(wrapup(60));
    writeOutcome('cht_1', { disposition: '', note: 'calls back' });
    const { getByRole, getByLabelText } = show();
    await pass(58);
    expect(asked()).toHaveLength(1);
    fireEvent.submit(getByRole('form'));
    await settle();
    expect(asked()).toHaveLength(1);
    expect(getByLabelText('Note').closest('fieldset:disabled')).not.toBeNull();
    expect((getByRole('button', { name: 'Done' }) as HTMLButtonElement).disabled).toBe(true);
  });

  it('and what waits for a fresh sign-in is not told as lost', async () => {
    const { pass, asked } = await open(wrapup(60));
    writeOutcome('cht_1', { disposition: '', note: 'calls back' });
    await pass(58);
    expect(asked()).toHaveLength(1);
    for (const end of ends.splice(0)) end();
    await settle();
    expect(notices.value).toEqual([]);
    expect(draftKeys()).toEqual(['note cht_1']);
  });

  it('and what came too late is told, and left to the agent', async () => {
    const { at, show, pass, asked } = await open(wrapup(60));
    writeOutcome('cht_1', { disposition: '', note: 'calls back' });
    const { getByRole } = show();
    await pass(58);
    await at.socket().refuse('wrapup.complete', { code: 'conflict', detail: '' });
    await settle();
    expect(notices.value).toMatchObject([{ text: LOST, look: 'bad', stays: true }]);
    await pass(1);
    expect(asked()).toHaveLength(1);
    fireEvent.click(getByRole('button', { name: 'Done' }));
    await settle();
    expect(asked()).toHaveLength(2);
  });
});

it('the end is by the server’s clock, not by this machine’s', async () => {
  const { at, pass, asked } = await open(wrapup(60));
  writeOutcome('cht_1', { disposition: '', note: 'calls back' });
  // This machine is half a minute behind.
  await at.socket().deliver(line(1, { at: inS(30) }));
  await pass(27);
  expect(asked()).toEqual([]);
  await pass(1.5);
  expect(asked()).toHaveLength(1);
});
