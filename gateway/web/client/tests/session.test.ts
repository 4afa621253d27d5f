// What holds across connections: hello, resume, pauses, goodbyes, silence, commands and their keys.

import { describe, expect, it } from 'vitest';
import { openSession, type SessionOptions } from '../src/session.ts';
import { line, settle, type World, welcome, world } from './world.ts';

async function session(given: Partial<SessionOptions> = {}, at: World = world()) {
  const token = () => 'token-1';
  const it = openSession({ url: 'http://baton.test', token, platform: at.platform, ...given });
  await settle();
  return { ...at, it };
}

async function online(given: Partial<SessionOptions> = {}) {
  const opened = await session(given);
  await opened.socket().welcome();
  return opened;
}

describe('hello', () => {
  it('is the first frame, and the token never travels in the address', async () => {
    const { socket } = await online();
    expect(socket().url).toBe('ws://baton.test/v1/ws');
    expect(socket().hello).toMatchObject({ type: 'hello', token: 'token-1' });
  });

  it('says under one client id what is resumed, and asks for the token each time', async () => {
    let tokens = 0;
    const { socket, clock, sockets } = await online({
      resume: () => ({ cht_1: 4 }),
      token: () => `token-${++tokens}`,
    });
    await socket().drop();
    await clock.pass(1_000);
    await socket().open();
    expect(sockets).toHaveLength(2);
    expect(socket().hello).toMatchObject({ token: 'token-2', resume: { cht_1: 4 } });
    expect(sockets[1]?.hello.client_id).toBe(sockets[0]?.hello.client_id);
  });

  it('of a new session has a new client id, since its frames are counted anew', async () => {
    const one = await online();
    const other = await session({}, { ...one });
    await other.socket().open();
    expect(one.sockets[1]?.hello.client_id).not.toBe(one.sockets[0]?.hello.client_id);
  });

  it('that is not answered in ten seconds is given up', async () => {
    const { socket, clock, it } = await session();
    await socket().open();
    await clock.pass(10_000);
    expect(it.connection.get().state).toBe('waiting');
    await socket().deliver(welcome());
    expect(it.connection.get().state).toBe('waiting');
  });
});

describe('pauses', () => {
  it('grow, jittered, while nobody is there', async () => {
    const { sockets, socket, clock, it } = await session();
    const pauses = [];
    for (let round = 0; round < 7; round++) {
      await socket().drop();
      const state = it.connection.get();
      const pause = state.state === 'waiting' ? state.retryAt - clock.now() : 0;
      pauses.push(pause);
      await clock.pass(pause);
    }
    // Half of the bound each: the world's chance is 0.5.
    expect(pauses).toEqual([125, 250, 500, 1_000, 2_000, 4_000, 5_000]);
    expect(sockets).toHaveLength(8);
  });

  it('begin anew only after a steady connection', async () => {
    const { socket, clock, it } = await online();
    const retryIn = () => {
      const state = it.connection.get();
      return state.state === 'waiting' ? state.retryAt - clock.now() : null;
    };
    await socket().drop();
    await clock.pass(125);
    await socket().welcome();
    await socket().drop();
    expect(retryIn()).toBe(250);
    await clock.pass(250);
    await socket().welcome();
    await clock.pass(6_000);
    await socket().drop();
    expect(retryIn()).toBe(125);
  });

  it('end at once when the page wakes up', async () => {
    const { socket, sockets, it } = await online();
    await socket().drop();
    it.wake();
    await settle();
    expect(sockets).toHaveLength(2);
  });
});

describe('bye', () => {
  it('is followed by a return when the server says', async () => {
    const { socket, sockets, clock } = await online();
    await socket().deliver({ type: 'bye', reason: 'draining', reconnect_in_s: 3 });
    await clock.pass(2_999);
    expect(sockets).toHaveLength(1);
    await clock.pass(1);
    expect(sockets).toHaveLength(2);
  });

  it('without a time means to stay away, and nobody waits for an answer any more', async () => {
    const { socket, sockets, clock, it } = await online();
    const refused = expect(it.command('ping', {})).rejects.toMatchObject({ code: 'ended' });
    await socket().deliver({ type: 'bye', reason: 'replaced' });
    await refused;
    await clock.pass(600_000);
    expect(sockets).toHaveLength(1);
    expect(it.connection.get()).toEqual({ state: 'ended', reason: 'replaced' });
    await expect(it.command('ping', {})).rejects.toMatchObject({ code: 'ended' });
  });

  it('for an expired token is the end only if there is no newer token', async () => {
    let token = 'old';
    const { socket, sockets, clock, it } = await online({ token: () => token });
    token = 'new';
    await socket().deliver({ type: 'bye', reason: 'token_expired' });
    await clock.pass(1_000);
    await socket().welcome();
    expect(sockets[1]?.hello.token).toBe('new');
    await socket().deliver({ type: 'bye', reason: 'token_expired' });
    expect(it.connection.get()).toMatchObject({ state: 'ended', reason: 'token_expired' });
  });
});

describe('silence', () => {
  it('of a heartbeat is met with a ping, and the end follows when nothing comes', async () => {
    const { socket, clock, it } = await online();
    await clock.pass(15_000);
    expect(socket().commands('ping')).toHaveLength(1);
    await clock.pass(5_999);
    expect(it.connection.get().state).toBe('online');
    await clock.pass(1);
    expect(it.connection.get().state).toBe('waiting');
    expect(socket().isClosed).toBe(true);
  });

  it('is broken by any frame', async () => {
    const { socket, clock, it } = await online();
    for (let round = 0; round < 10; round++) {
      await clock.pass(15_000);
      await socket().answer('ping');
    }
    expect(it.connection.get().state).toBe('online');
    expect(socket().commands('ping')).toHaveLength(10);
  });

  it('is met sooner while an answer is outstanding', async () => {
    const { socket, clock, it } = await online();
    await clock.pass(10_000);
    it.command('agent.status', { status: 'ready' }).catch(() => {});
    await clock.pass(4_000);
    expect(socket().commands('ping')).toHaveLength(1);
    await clock.pass(6_000);
    expect(it.connection.get().state).toBe('waiting');
  });

  it('of a machine that slept is asked about before it is believed', async () => {
    const { socket, clock, it } = await online();
    await clock.pass(15_000);
    clock.sleep(60_000);
    await clock.pass(0);
    expect(it.connection.get().state).toBe('online');
    expect(socket().commands('ping')).toHaveLength(2);
    await clock.pass(6_000);
    expect(it.connection.get().state).toBe('waiting');
  });

  it('of a machine that sleeps again and again is believed in the end', async () => {
    const { clock, it } = await online();
    await clock.pass(15_000);
    clock.sleep(60_000);
    await clock.pass(0);
    clock.sleep(60_000);
    await clock.pass(0);
    expect(it.connection.get().state).toBe('waiting');
  });

  it('is asked about when the page wakes up', async () => {
    const { socket, it } = await online();
    it.wake();
    expect(socket().commands('ping')).toHaveLength(1);
  });
});

describe('commands', () => {
  it('are answered by id, in whatever order', async () => {
    const { socket, it } = await online();
    const first = it.command('offer.accept', { offer_id: 'off_1' });
    const second = it.command('offer.accept', { offer_id: 'off_2' });
    const [a, b] = socket().commands('offer.accept');
    expect(a?.id).not.toBe(b?.id);
    await socket().deliver({ re: b?.id, ok: true, chat: { chat_id: 'cht_2' } });
    await socket().deliver({ re: a?.id, ok: true, chat: { chat_id: 'cht_1' } });
    expect(await first).toMatchObject({ chat: { chat_id: 'cht_1' } });
    expect(await second).toMatchObject({ chat: { chat_id: 'cht_2' } });
  });

  it('are refused as errors with code, detail and what goes with them', async () => {
    const { socket, it } = await online();
    const answer = it.command('offer.accept', { offer_id: 'off_1' });
    const error = { code: 'offer_stale', detail: 'too late', why: 'expired', by: 'agent2' };
    await Promise.all([
      expect(answer).rejects.toMatchObject({
        code: 'offer_stale',
        detail: 'too late',
        retry: false,
        body: { why: 'expired', by: 'agent2' },
      }),
      socket().refuse('offer.accept', error),
    ]);
  });

  it('without an answer are sent again after a reconnect, in order, under the same id', async () => {
    const { socket, clock, it, sockets } = await online();
    const answers = [
      it.command('offer.decline', { offer_id: 'off_1' }),
      it.command('agent.status', { status: 'ready' }),
    ];
    await socket().drop();
    await clock.pass(1_000);
    await socket().welcome();
    expect(sockets[1]?.sent.slice(1)).toEqual(sockets[0]?.sent.slice(1));
    await socket().answer('offer.decline');
    await socket().answer('agent.status');
    await Promise.all(answers);
  });

  it('given while nobody is there are sent when somebody is', async () => {
    const { socket, it } = await session();
    const answer = it.command('agent.status', { status: 'ready' });
    expect(socket().sent).toEqual([]);
    await socket().welcome();
    await socket().answer('agent.status');
    await answer;
  });

  it.each(['unavailable', 'rate_limited'])('that are %s are repeated when told', async (code) => {
    const { socket, clock, it } = await online();
    const answer = it.command('agent.status', { status: 'ready' });
    await socket().refuse('agent.status', { code, detail: 'soon', retry_after_s: 2 });
    await clock.pass(1_999);
    expect(socket().commands('agent.status')).toHaveLength(1);
    await clock.pass(1);
    const [first, second] = socket().commands('agent.status');
    expect(second).toEqual(first);
    await socket().answer('agent.status');
    await answer;
  });

  it('that are to be repeated later are sent once by a reconnect that comes before', async () => {
    const { socket, clock, it } = await online();
    const answer = it.command('agent.status', { status: 'ready' });
    const busy = { code: 'unavailable', detail: 'soon', retry_after_s: 2 };
    await socket().refuse('agent.status', busy);
    await socket().drop();
    await clock.pass(1_000);
    await socket().welcome();
    await clock.pass(2_000);
    expect(socket().commands('agent.status')).toHaveLength(1);
    await socket().answer('agent.status');
    await answer;
  });

  it('without any answer end with a timeout, and are not sent any more', async () => {
    const { socket, clock, it } = await online();
    const answer = it.command('agent.status', { status: 'ready' }, { timeoutMs: 3_000 });
    const refused = expect(answer).rejects.toMatchObject({ code: 'timeout', retry: true });
    await clock.pass(3_000);
    await refused;
    await socket().drop();
    await clock.pass(1_000);
    await socket().welcome();
    expect(socket().commands('agent.status')).toHaveLength(0);
  });

  it('that need no answer are not kept', async () => {
    const { socket, clock, it } = await session();
    it.notify('chat.typing', { chat_id: 'cht_1' });
    await socket().welcome();
    expect(socket().commands('chat.typing')).toHaveLength(0);
    it.notify('chat.typing', { chat_id: 'cht_1' });
    expect(socket().commands('chat.typing')[0]).not.toHaveProperty('id');
    await clock.pass(0);
  });
});

describe('frames', () => {
  it('of a connection that is over are not heard', async () => {
    const { socket, clock, it, sockets } = await online();
    const heard: string[] = [];
    it.listen((happening) => heard.push(happening.type));
    await clock.pass(21_000);
    expect(sockets[0]?.isClosed).toBe(true);
    await sockets[0]?.deliver(line(1));
    expect(heard).toEqual([]);
    await clock.pass(1_000);
    await socket().welcome();
    expect(heard).toEqual(['welcome']);
  });

  it('that are unknown or broken harm nobody', async () => {
    const { socket, it } = await online();
    await socket().deliver({ type: 'something.new', more: 1 }, { re: '99', ok: true });
    socket().hear('no json');
    socket().hear('null');
    await socket().deliver(welcome());
    expect(it.connection.get().state).toBe('online');
  });
});
