// A customer's start: one chat from one start, whatever happens meanwhile, linked to the one before.

import { describe, expect, it } from 'vitest';
import { nextPage, open, STARTED, started, token, visitor } from './visitor.ts';
import { ok, problem, settle, type World, world } from './world.ts';

describe('a start', () => {
  it('is repeated under the same key until it is known', async () => {
    const at = world();
    at.reply(
      'POST /chats',
      'network',
      problem(503, { code: 'unavailable', retry_after_s: 1 }),
      ok(STARTED, 201),
    );
    const it = visitor(at);
    const done = it.start({ queue: 'billing' });
    expect(it.stage.get().stage).toBe('starting');
    await at.clock.pass(5_000);
    await done;
    const keys = at.asked.map((call) => call.headers['idempotency-key']);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]?.length).toBeGreaterThanOrEqual(22);
    expect(open(it).id).toBe('cht_1');
  });

  it('that a page did not live to see answered is repeated by the next one', async () => {
    const at = world();
    const first = visitor(at);
    void first.start({ queue: 'billing' });
    await settle();
    const page = { ...world(), storage: at.storage };
    page.reply('POST /chats', ok(STARTED, 201));
    const it = visitor(page);
    await settle();
    expect(page.asked[0]?.headers['idempotency-key']).toBe(at.asked[0]?.headers['idempotency-key']);
    expect(page.asked[0]?.body).toEqual({ queue: 'billing' });
    expect(open(it).id).toBe('cht_1');
  });

  it('that is refused says why, and is forgotten', async () => {
    const at = world();
    at.reply('POST /chats', problem(409, { code: 'queue_closed', detail: 'closed' }));
    const it = visitor(at);
    await it.start({});
    expect(it.stage.get()).toMatchObject({ stage: 'refused', error: { code: 'queue_closed' } });
    const page = await nextPage(at);
    expect(page.it.stage.get().stage).toBe('none');
  });

  it('that failed is the same start when it is asked again, and another when it is another', async () => {
    const at = world();
    at.reply('POST /chats', 'network');
    const it = visitor(at);
    const keys: Array<string | undefined> = [];
    for (const text of ['a', 'a', 'b']) {
      const done = it.start({ text });
      await at.clock.pass(60_000);
      await done;
      expect(it.stage.get()).toMatchObject({ stage: 'refused', error: { code: 'network' } });
      keys.push(at.asked.at(-1)?.headers['idempotency-key']);
    }
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[1]);
  });

  it('of long ago is not repeated by a page that nobody asked', async () => {
    const at = world();
    void visitor(at).start({ text: 'hello' });
    await settle();
    const page = { ...world(), storage: at.storage };
    page.clock.sleep(60_000);
    expect(visitor(page).stage.get().stage).toBe('none');
    expect(page.asked).toEqual([]);
  });

  it('after a chat that is over is linked to it', async () => {
    const at = await started();
    await at.it.start({ queue: 'sales' });
    expect(at.asked[1]?.headers.authorization).toBe(`Bearer ${token}`);
    expect(at.asked[1]?.headers['idempotency-key']).not.toBe(
      at.asked[0]?.headers['idempotency-key'],
    );
  });
});

describe('a start after a chat that was left', () => {
  const bearers = (at: World) => at.asked.map((call) => call.headers.authorization);

  it('is linked to it, also when it is refused at first, until one succeeds', async () => {
    const at = await started();
    at.it.leave();
    at.reply('POST /chats', problem(409, { code: 'queue_full' }), ok(STARTED, 201));
    await at.it.start({ text: 'a' });
    await at.it.start({ text: 'b' });
    expect(bearers(at).slice(1)).toEqual([`Bearer ${token}`, `Bearer ${token}`]);
  });

  it('is linked to it by the next page', async () => {
    const at = await started();
    at.it.leave();
    const page = await nextPage(at);
    expect(page.it.stage.get().stage).toBe('none');
    page.reply('POST /chats', ok(STARTED, 201));
    await page.it.start({ text: 'a' });
    expect(bearers(page)).toEqual([`Bearer ${token}`]);
  });

  /** Such a page, on a machine where the token of the chat before has ended. */
  const later = (at: World) => {
    const page = { ...world(), storage: at.storage };
    page.clock.skewMs = Date.parse(STARTED.expires_at) - page.clock.wall();
    page.reply('POST /chats', ok(STARTED, 201));
    return page;
  };

  it('is linked to nothing after that one’s token has ended, and the token is not kept', async () => {
    const at = await started();
    at.it.leave();
    expect(JSON.stringify(at.storage.getItem('baton.visit'))).toContain(token);
    const page = later(at);
    const it = visitor(page);
    expect(JSON.stringify(at.storage.getItem('baton.visit'))).not.toContain(token);
    await it.start({ text: 'a' });
    expect(bearers(page)).toEqual([undefined]);
  });

  it('is linked to nothing after that time in a page that stayed, either', async () => {
    const at = await started();
    at.it.leave();
    at.clock.sleep(3_600_000);
    at.reply('POST /chats', problem(409, { code: 'queue_full' }));
    await at.it.start({ text: 'a' });
    expect(bearers(at).slice(1)).toEqual([undefined]);
    expect(JSON.stringify(at.storage.getItem('baton.visit'))).not.toContain(token);
  });

  it('is linked to nothing where that is not known any more', async () => {
    const at = await started();
    at.it.leave();
    at.reply('POST /chats', problem(401, { code: 'unauthenticated' }), ok(STARTED, 201));
    await at.it.start({ text: 'a' });
    expect(bearers(at).slice(1)).toEqual([`Bearer ${token}`, undefined]);
    expect(open(at.it).id).toBe('cht_1');
  });
});
