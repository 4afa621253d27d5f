// A sign-in that ends in the middle of the work, and goes on with a fresh token.

import { expect, it } from 'vitest';
import { connectStaff } from '../src/staff.ts';
import { chat, ok, problem, settle, world } from './world.ts';

const EXPIRED = { type: 'bye', reason: 'token_expired', code: 'unauthenticated' };

async function desk() {
  const at = world();
  const it = connectStaff({ url: 'http://baton.test', token: () => 'old', platform: at.platform });
  await settle();
  expect(it.signIn.expiresAt.get()).toBeNull();
  await at.socket().welcome({ chats: [chat()] });
  return { ...at, it };
}

it('is prolonged on the connection that there is', async () => {
  const { it, socket, sockets, asked } = await desk();
  expect(it.signIn.expiresAt.get()).toBe('2026-01-05T20:00:00.000Z');
  const renewed = it.renew('new');
  expect(socket().commands('token.renew')).toMatchObject([{ token: 'new' }]);
  await socket().answer('token.renew', { expires_at: '2026-01-06T08:00:00.000Z' });
  await renewed;
  expect(it.signIn.expiresAt.get()).toBe('2026-01-06T08:00:00.000Z');
  expect(sockets).toHaveLength(1);
  await it.refresh('queues').catch(() => {});
  expect(asked.at(-1)?.headers.authorization).toBe('Bearer new');
});

it('stays as it is when the fresh token is somebody else’s', async () => {
  const { it, socket, asked } = await desk();
  const renewed = expect(it.renew('new')).rejects.toMatchObject({ code: 'forbidden' });
  await socket().refuse('token.renew', { code: 'forbidden', detail: 'another person' });
  await renewed;
  await it.refresh('queues').catch(() => {});
  expect(asked.at(-1)?.headers.authorization).toBe('Bearer old');
});

it('that has run out keeps chats, lines and commands until there is a fresh token', async () => {
  const { it, socket, sockets, clock, reply } = await desk();
  await socket().deliver(EXPIRED);
  expect(it.signIn.isExpired.get()).toBe(true);
  const conversation = it.chats.all.get()[0];
  conversation?.send('Still here');
  await clock.pass(5 * 60_000);
  expect(sockets).toHaveLength(1);
  expect(conversation?.lines.get()).toMatchObject([{ text: 'Still here', state: 'pending' }]);

  reply('GET /queues?limit=1', ok({ queues: [] }));
  const ready = it.status({ status: 'ready' });
  await it.renew('new');
  expect(it.signIn.isExpired.get()).toBe(false);
  await clock.pass(1_000);
  await socket().welcome({ chats: [chat()], expires_at: '2026-01-06T08:00:00.000Z' });
  expect(sockets).toHaveLength(2);
  expect(socket().hello).toMatchObject({ token: 'new' });
  expect(it.signIn.expiresAt.get()).toBe('2026-01-06T08:00:00.000Z');
  expect(socket().commands('chat.send')).toMatchObject([{ text: 'Still here' }]);
  await socket().answer('agent.status');
  await ready;
});

it.each([
  ['unauthenticated', problem(401, { code: 'unauthenticated', detail: '' })],
  ['network', 'network' as const],
])('that has run out goes on waiting when the answer is %s', async (code, answer) => {
  const { it, socket, sockets, clock, reply } = await desk();
  await socket().deliver(EXPIRED);
  reply('GET /queues?limit=1', answer);
  await expect(it.renew('wrong')).rejects.toMatchObject({ code });
  await clock.pass(60_000);
  expect(it.signIn.isExpired.get()).toBe(true);
  expect(sockets).toHaveLength(1);
});

it('that runs out while a fresh one is under way goes on with that one', async () => {
  const { it, socket, sockets, clock, reply } = await desk();
  reply('GET /queues?limit=1', ok({ queues: [] }));
  const renewed = it.renew('new');
  await socket().deliver(EXPIRED);
  // No connection is made without a token, so none brings the answer.
  await clock.pass(12_000);
  await renewed;
  expect(it.signIn.isExpired.get()).toBe(false);
  expect(sockets).toHaveLength(2);
  await socket().welcome({ chats: [chat()] });
  expect(socket().hello).toMatchObject({ token: 'new' });
  expect(socket().commands('token.renew')).toEqual([]);
});

it('that nobody answers for is not renewed for ever, nor by a wrong one', async () => {
  const { it, clock, reply } = await desk();
  reply('GET /queues?limit=1', problem(401, { code: 'unauthenticated', detail: '' }));
  const renewed = expect(it.renew('wrong')).rejects.toMatchObject({ code: 'unauthenticated' });
  await clock.pass(12_000);
  await renewed;
});

it('needs nobody where its token renews itself', async () => {
  const at = world();
  let token = 'old';
  const it = connectStaff({ url: 'http://baton.test', token: () => token, platform: at.platform });
  await settle();
  await at.socket().welcome();
  token = 'new';
  await at.socket().deliver(EXPIRED);
  await at.clock.pass(1_000);
  await at.socket().welcome();
  expect(at.socket().hello).toMatchObject({ token: 'new' });
  expect(it.signIn.isExpired.get()).toBe(false);
});
