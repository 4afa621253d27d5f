// @vitest-environment happy-dom
// "+": whoever was meant stays meant, whatever happens meanwhile.

import { connectStaff } from '@baton/client';
import { cleanup, fireEvent, render } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import { chat, type FakeSocket, type Json, ok, settle, world } from '../../client/tests/world.ts';
import { AddDialog } from '../src/add/dialog.tsx';
import { dialog as opened } from '../src/dialogs.ts';

afterEach(cleanup);

const agent = (id: string, name: string, fields: Json = {}): Json => ({
  type: 'agent.state',
  agent: id,
  name,
  status: 'ready',
  activity: 'idle',
  connectivity: 'online',
  load: { offered: 0, handling: 0, wrapup: 0 },
  capacity: { used: 0, total: 1000 },
  skills: [],
  since: '2026-01-05T09:00:00.000Z',
  rev: 1,
  ...fields,
});

const queueRow = (queue: string, name: string): Json => ({
  ...{ type: 'queue.state', queue, name, waiting: 0, oldest_wait_s: 0, open: true, rev: 1 },
  ...{ eligible_agents: 1, available_agents: 1, service_level: { target_s: 20 } },
});

async function open(told: (socket: FakeSocket) => Promise<void> = async () => {}) {
  const at = world();
  const none = { status: 200, body: { messages: [], last: 0 } };
  at.reply('GET /chats/cht_1/messages?after=0&limit=500', none);
  const quote = { eligible: 1, available: 1, outcome: 'offered' };
  at.reply('POST /quotes', { status: 200, body: quote });
  at.reply('GET /queues?limit=200', ok({ queues: [queueRow('billing', 'Billing')] }));
  const desk = connectStaff({ url: 'http://baton.test', token: () => 't', platform: at.platform });
  await settle();
  await at.socket().welcome({ chats: [chat()] });
  await at.socket().deliver(agent('a2', 'Ben One'), agent('a3', 'Ben Two'));
  await told(at.socket());
  await at.clock.pass(100);
  opened.value = { kind: 'add', chat: 'cht_1' };
  const Desk = () => (
    <>
      <button type="button">Opener</button>
      <textarea data-composer aria-label="Message" />
      {opened.value && <AddDialog desk={desk} id="cht_1" />}
    </>
  );
  const dialog = render(<Desk />);
  fireEvent.input(dialog.getByRole('combobox'), { target: { value: 'ben' } });
  await settle();
  const names = () =>
    dialog.getAllByRole('option').map((one) => /Ben (One|Two)/.exec(one.textContent ?? '')?.[0]);
  return { at, dialog, names };
}

describe('the choice', () => {
  it('stays in its order while it is looked at', async () => {
    const { at, names } = await open();
    expect(names()).toEqual(['Ben One', 'Ben Two']);
    await at.socket().deliver(agent('a2', 'Ben One', { status: 'not_ready', rev: 2 }));
    await at.clock.pass(1_000);
    await settle();
    expect(names()).toEqual(['Ben One', 'Ben Two']);
  });

  it('stays with the one for whom a note is written', async () => {
    const { at, dialog } = await open();
    const note = dialog.getByLabelText(/^Note for/);
    fireEvent.focusIn(note);
    fireEvent.input(note, { target: { value: 'please' } });
    await at.socket().deliver(agent('a1', 'Ben Ahead'));
    await at.clock.pass(1_000);
    await settle();
    dialog.getByRole('heading', { name: 'What happens with Ben One' });
    expect((dialog.getByLabelText(/^Note for/) as HTMLTextAreaElement).value).toBe('please');
  });

  it('has no queue that is not configured any more', async () => {
    const { at, dialog } = await open(async (socket) => {
      await socket.deliver(queueRow('billing', 'Billing'), queueRow('returns', 'Returns'));
    });
    fireEvent.input(dialog.getByRole('combobox'), { target: { value: '' } });
    await settle();
    await at.clock.pass(100);
    await settle();
    const names = dialog.getAllByRole('option').map((one) => one.textContent);
    expect(names).toContainEqual(expect.stringContaining('Billing'));
    expect(names).not.toContainEqual(expect.stringContaining('Returns'));
  });

  it('says of nobody who is not signed in how much room there is', async () => {
    const { at, dialog } = await open();
    await at.socket().deliver(agent('a3', 'Ben Two', { status: 'logged_out', rev: 2 }));
    await at.clock.pass(1_000);
    await settle();
    const [ready, away] = dialog.getAllByRole('option').map((one) => one.textContent);
    expect(ready).toContain('100 % free');
    expect(away).toMatch(/^Ben TwoLogged out.*–$/);
  });

  it('of a queue does not count whoever is in the chat already', async () => {
    const { at, dialog } = await open();
    const quote = { eligible: 0, available: 0, outcome: 'held', policy: 'hold_with_initiator' };
    at.reply('POST /quotes', { status: 200, body: quote });
    await at.socket().deliver(queueRow('billing', 'Billing'));
    await at.clock.pass(1_000);
    fireEvent.input(dialog.getByRole('combobox'), { target: { value: 'bill' } });
    await settle();
    const option = () => dialog.getByRole('option').textContent;
    expect(option()).toContain('1 free of 1');
    await expect.poll(option).toContain('nobody ready');
  });

  it('can be added when it is known what happens, not before', async () => {
    const { at, dialog } = await open();
    const add = () => dialog.getByRole('button', { name: 'Add' }) as HTMLButtonElement;
    const note = dialog.getByLabelText(/^Note for/);
    expect(add().disabled).toBe(true);
    fireEvent.keyDown(note, { key: 'Enter' });
    await settle();
    expect(at.socket().commands('chat.add_agent')).toEqual([]);
    await expect.poll(() => add().disabled).toBe(false);
    fireEvent.click(add());
    await settle();
    dialog.getByRole('combobox').focus();
    await at.socket().answer('chat.add_agent', { invite_id: 'inv_1' });
    await expect.poll(() => dialog.queryByRole('dialog')).toBe(null);
    expect(document.activeElement).toBe(dialog.getByLabelText('Message'));
  });
});
