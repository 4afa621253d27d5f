// An agent's desk: offers, invitations, one's own row, what is watched, and internal chat.

import { describe, expect, it } from 'vitest';
import { memoryStorage } from '../src/platform.ts';
import { connectStaff } from '../src/staff.ts';
import { chat, type Json, message, ok, problem, settle, world } from './world.ts';

async function desk(fields: Json = {}) {
  const at = world();
  const it = connectStaff({ url: 'http://baton.test', token: () => 't', platform: at.platform });
  await settle();
  await at.socket().welcome(fields);
  const reconnect = async (again: Json = {}) => {
    await at.socket().drop();
    await at.clock.pass(1_000);
    await at.socket().welcome(again);
  };
  return { ...at, it, reconnect };
}

const offer = (id: string, fields: Json = {}) => ({
  offer_id: id,
  kind: 'queue',
  chat: chat({ chat_id: `cht_${id}` }),
  skills: [],
  wait_s: 1,
  expires_at: '2026-01-05T09:01:00.000Z',
  expires_in_s: 20,
  ...fields,
});
const agent = (fields: Json = {}) => ({ agent: 'agent1', status: 'ready', rev: 5, ...fields });

describe('offers', () => {
  it('count down by the seconds that the server gives, whatever the calendar says', async () => {
    const { it, socket, clock } = await desk();
    clock.skewMs = 3_600_000;
    await socket().deliver({ type: 'offer.new', offer: offer('off_1') });
    await clock.pass(5_000);
    const [one] = it.offers.all.get();
    expect(one && it.offers.leftS(one)).toBe(15);
    await clock.pass(60_000);
    expect(one && it.offers.leftS(one)).toBe(0);
  });

  it('go when they are gone, and say why', async () => {
    const { it, socket } = await desk({ offers: [offer('off_1'), offer('off_2')] });
    const gone = { type: 'offer.gone', offer_id: 'off_1', why: 'revoked', detail: 'customer_left' };
    await socket().deliver(gone);
    expect(it.offers.all.get().map((one) => one.offer_id)).toEqual(['off_2']);
    expect(it.offers.gone.get()).toMatchObject({ why: 'revoked', detail: 'customer_left' });
  });

  it('are those of the newest welcome or resync', async () => {
    const { it, socket, reconnect } = await desk({ offers: [offer('off_1')] });
    await reconnect({ offers: [offer('off_2')] });
    expect(it.offers.all.get().map((one) => one.offer_id)).toEqual(['off_2']);
    await socket().deliver({ type: 'resync', chats: [] });
    expect(it.offers.all.get()).toEqual([]);
  });
});

describe('invitations', () => {
  const pending = { invite_id: 'inv_1', to: { agent: 'agent2' }, by: 'agent1', state: 'pending' };
  const event = (fields: Json) => ({
    type: 'chat.invite',
    chat_id: 'cht_1',
    seq: 0,
    ...pending,
    ...fields,
  });

  it('are told until the page has shown how they ended', async () => {
    const { it, socket } = await desk({ chats: [chat()] });
    const transfer = { invites: [pending] };
    await socket().deliver({ type: 'chat.state', ...chat({ rev: 11, transfer }) });
    expect(it.invites.all.get().get('cht_1')).toMatchObject([{ state: 'pending' }]);
    await socket().deliver(event({ state: 'declined' }));
    await socket().deliver({ type: 'chat.state', ...chat({ rev: 12 }) });
    expect(it.invites.all.get().get('cht_1')).toMatchObject([{ state: 'declined' }]);
    it.invites.putAway('cht_1', 'inv_1');
    expect(it.invites.all.get().size).toBe(0);
  });

  it('that are settled are not revived by an older copy of the chat', async () => {
    const { it, socket } = await desk({ chats: [chat()] });
    await socket().deliver(event({ state: 'accepted' }));
    const transfer = { invites: [pending] };
    await socket().deliver({ type: 'chat.state', ...chat({ rev: 11, transfer }) });
    expect(it.invites.all.get().get('cht_1')).toMatchObject([{ state: 'accepted' }]);
  });

  it('that ended while nobody listened are not shown as waiting', async () => {
    const { it, reconnect } = await desk({ chats: [chat({ transfer: { invites: [pending] } })] });
    expect(it.invites.all.get().get('cht_1')).toHaveLength(1);
    await reconnect({ chats: [chat({ rev: 12 })] });
    expect(it.invites.all.get().get('cht_1')).toBeUndefined();
  });
});

describe('one’s own row', () => {
  it('is the newest of welcome, events and answers', async () => {
    const { it, socket } = await desk({ agent: agent() });
    const asked = it.status({ status: 'not_ready', reason: 'lunch' });
    await socket().answer('agent.status', { agent: agent({ status: 'not_ready', rev: 7 }) });
    await asked;
    await socket().deliver({ type: 'agent.state', ...agent({ rev: 6 }) });
    await socket().deliver({ type: 'agent.state', ...agent({ agent: 'agent2', rev: 9 }) });
    expect(it.self.get()).toMatchObject({ status: 'not_ready', rev: 7 });
  });
});

describe('what is watched', () => {
  it('comes as rows, the newer ones winning', async () => {
    const { it, socket } = await desk();
    it.watch('queues');
    const row = { type: 'queue.state', queue: 'billing', waiting: 3, rev: 8 };
    await socket().deliver(row, { ...row, waiting: 1, rev: 7 });
    expect(it.queues.get().get('billing')).toMatchObject({ waiting: 3 });
  });

  it('is watched again after a reconnect, until nobody wants it', async () => {
    const { it, socket, reconnect } = await desk();
    const end = it.watch('queues');
    const endOther = it.watch('queues');
    await socket().answer('watch');
    await reconnect();
    expect(socket().commands('watch')).toMatchObject([{ topics: ['queues'] }]);
    await socket().answer('watch');
    end();
    expect(socket().commands('unwatch')).toEqual([]);
    endOther();
    expect(socket().commands('unwatch')).toMatchObject([{ topics: ['queues'] }]);
    await socket().answer('unwatch');
    await reconnect();
    expect(socket().commands('watch')).toEqual([]);
  });

  it('forgets what is not configured any more, when it is read whole', async () => {
    const { it, socket, reply } = await desk();
    const row = (queue: string) => ({ queue, waiting: 0, rev: 8 });
    const told = (queue: string) => ({ type: 'queue.state', ...row(queue) });
    await socket().deliver(told('billing'), told('old'));
    reply('GET /queues?limit=200', ok({ queues: [row('billing'), row('sales')] }));
    await it.refresh('queues');
    expect([...it.queues.get().keys()]).toEqual(['billing', 'sales']);
  });

  it('says at once that nobody answers, when it is read whole', async () => {
    const { it, reply } = await desk();
    reply('GET /agents?limit=200', problem(503, { code: 'unavailable', detail: 'no router' }));
    await expect(it.refresh('agents')).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('internal chat', () => {
  const dm = (seq: number, fields: Json = {}) => ({
    dm_id: `dm_${seq}`,
    seq,
    from: 'agent2',
    to: 'agent1',
    text: `line ${seq}`,
    at: '2026-01-05T09:00:00.000Z',
    client_id: `c-${seq}`,
    ...fields,
  });

  it('has each line once, one’s own at once', async () => {
    const { it, socket } = await desk();
    await socket().answer('dm.history', { dms: [], last: 0 });
    it.dms.send('agent2', 'can you take this?');
    const thread = () => it.dms.threads.get().get('agent2');
    expect(thread()).toMatchObject({ dms: [], drafts: [{ text: 'can you take this?' }] });
    const { client_id } = socket().commands('dm.send')[0] as Json;
    const stored = dm(1, { from: 'agent1', to: 'agent2', client_id });
    await socket().deliver({ type: 'dm.message', dm: stored });
    await socket().answer('dm.send', { dm: stored });
    expect(thread()).toMatchObject({ dms: [{ seq: 1 }], drafts: [] });
  });

  it('reads what was said while the line was broken', async () => {
    const { it, socket, reconnect } = await desk();
    await socket().answer('dm.history', { dms: [dm(1)], last: 1 });
    const loaded = it.dms.load('agent2');
    await socket().answer('dm.history', { dms: [dm(1)], last: 1 });
    await loaded;
    await reconnect();
    await socket().answer('dm.history', { dms: [dm(3)], last: 1 });
    expect(socket().commands('dm.history').at(-1)).toMatchObject({ to: 'agent2' });
    await socket().answer('dm.history', { dms: [dm(1), dm(2), dm(3)], last: 3 });
    expect(
      it.dms.threads
        .get()
        .get('agent2')
        ?.dms.map((one) => one.seq),
    ).toEqual([1, 2, 3]);
  });

  it('keeps a line that failed, to be sent again as the same', async () => {
    const { it, socket } = await desk();
    await socket().answer('dm.history', { dms: [], last: 0 });
    it.dms.send('agent9', 'hello');
    await socket().refuse('dm.send', { code: 'agent_not_found', detail: 'no such agent' });
    const [draft] = it.dms.threads.get().get('agent9')?.drafts ?? [];
    expect(draft?.error).toMatchObject({ code: 'agent_not_found' });
    it.dms.retry('agent9', draft?.client_id ?? '');
    const [first, again] = socket().commands('dm.send');
    expect(again?.client_id).toBe(first?.client_id);
  });
});

describe('commands of the desk', () => {
  it('say what the contract says', async () => {
    const { it, socket } = await desk();
    const calls = [
      it.add('cht_1', { agent: 'agent2' }, { note: 'vip' }),
      it.add('cht_1', { queue: 'billing' }, { confirm: true }),
      it.transfer('cht_1', { queue: 'billing' }),
      it.leave('cht_1', { disposition: 'solved' }),
      it.cancelInvite('cht_1', 'inv_1'),
      it.decline('off_1'),
    ];
    const sent = socket()
      .sent.slice(1)
      .map(({ id: _, ...frame }) => frame);
    expect(sent.filter((frame) => frame.type !== 'dm.history')).toEqual([
      { type: 'chat.add_agent', chat_id: 'cht_1', agent: 'agent2', note: 'vip' },
      { type: 'chat.add_queue', chat_id: 'cht_1', queue: 'billing', confirm: true },
      { type: 'chat.transfer', chat_id: 'cht_1', to: { queue: 'billing' } },
      { type: 'chat.leave', chat_id: 'cht_1', disposition: 'solved' },
      { type: 'chat.cancel_invite', chat_id: 'cht_1', invite_id: 'inv_1' },
      { type: 'offer.decline', offer_id: 'off_1' },
    ]);
    it.close();
    const ended = await Promise.allSettled(calls);
    expect(ended.every((one) => one.status === 'rejected')).toBe(true);
  });
});

describe('lines on their way', () => {
  it('are sent by the next page as the same lines, and are forgotten once stored', async () => {
    const at = world();
    const storage = memoryStorage();
    const page = async () => {
      const it = connectStaff({
        url: 'http://baton.test',
        token: () => 't',
        platform: at.platform,
        storage,
      });
      await settle();
      await at.socket().welcome({ chats: [chat()] });
      return it;
    };
    const first = await page();
    const key = first.chats.get('cht_1')?.send('on its way');
    first.close();
    const second = await page();
    expect(at.socket().commands('chat.send')).toMatchObject([{ client_id: key }]);
    expect(second.chats.get('cht_1')?.lines.get()).toMatchObject([{ key, state: 'pending' }]);
    const stored = { from: { id: 'agent1', role: 'agent' }, client_id: key, text: 'on its way' };
    await at.socket().answer('chat.send', { message: message(1, stored) });
    expect(storage.getItem('baton.unsent.cht_1')).toBeNull();
    second.close();
    await page();
    expect(at.socket().commands('chat.send')).toEqual([]);
  });
});
