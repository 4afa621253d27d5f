// HTTP calls: keys, repeats, refusals.

import { describe, expect, it } from 'vitest';
import { checkConfig, getChat, getConfig, getForm, listQueues, putConfig } from '../src/api.ts';
import { request } from '../src/http.ts';
import { platformWith } from '../src/platform.ts';
import { ok, problem, world } from './world.ts';

function calls() {
  const at = world();
  const http = { url: 'http://baton.test/', platform: at.platform, token: () => 'token-1' };
  return { ...at, http };
}

describe('a call', () => {
  it('carries the token in a header, and never in the address', async () => {
    const { http, reply, asked } = calls();
    reply('GET /chats/cht%2F1', ok({ chat_id: 'cht/1' }));
    await getChat(http, 'cht/1');
    expect(asked).toMatchObject([
      { path: '/chats/cht%2F1', headers: { authorization: 'Bearer token-1' } },
    ]);
  });

  it('is repeated under one key while the answer is "not now"', async () => {
    const { http, reply, asked, clock } = calls();
    const busy = problem(429, { code: 'rate_limited', detail: 'slower', retry_after_s: 3 });
    reply('POST /x', busy, 'network', ok({ done: 1 }));
    const answer = request(http, { method: 'POST', path: '/x', body: {} });
    await clock.pass(2_999);
    expect(asked).toHaveLength(1);
    await clock.pass(2_000);
    expect(await answer).toEqual({ done: 1 });
    expect(new Set(asked.map((call) => call.headers['idempotency-key'])).size).toBe(1);
  });

  it('that is refused is not repeated, and tells the code and the field', async () => {
    const { http, reply, asked } = calls();
    reply('POST /x', problem(422, { code: 'invalid', detail: 'no', path: 'queue' }));
    await expect(request(http, { method: 'POST', path: '/x', body: {} })).rejects.toMatchObject({
      code: 'invalid',
      body: { path: 'queue' },
    });
    expect(asked).toHaveLength(1);
  });

  it('has a key that the contract takes for one that nobody guesses', () => {
    const { key } = platformWith();
    const keys = Array.from({ length: 100 }, () => key());
    expect(new Set(keys).size).toBe(100);
    for (const one of keys) expect(one).toMatch(/^[0-9a-v]{26}$/);
  });

  it('ends when patience does', async () => {
    const { http, clock } = calls();
    const refused = expect(request(http, { path: '/x', patienceMs: 5_000 })).rejects.toMatchObject({
      code: 'network',
    });
    await clock.pass(20_000);
    await refused;
  });
});

describe('the form before a chat', () => {
  it('is asked for as what is known is called', async () => {
    const { http, reply } = calls();
    const form = { open: true, queues: [], fields: [] };
    reply('GET /widget?queue=a%26b&language=de', ok(form));
    expect(await getForm(http, { queue: 'a&b', language: 'de' })).toEqual(form);
    reply('GET /widget', ok(form));
    expect(await getForm(http)).toEqual(form);
  });
});

describe('lists and the configuration', () => {
  it('are read to the last page', async () => {
    const { http, reply } = calls();
    reply('GET /queues?limit=200', ok({ queues: [{ queue: 'a' }], next: 'a' }));
    reply('GET /queues?limit=200&cursor=a', ok({ queues: [{ queue: 'b' }] }));
    expect(await listQueues(http)).toEqual([{ queue: 'a' }, { queue: 'b' }]);
  });

  it('are published only over the version that was read', async () => {
    const { http, reply, asked } = calls();
    reply('GET /config?version=3', ok({ version: 3 }));
    reply('PUT /config', ok({ version: 4, findings: [] }));
    await putConfig(http, await getConfig(http, 3), 3);
    expect(asked[1]?.headers['if-match']).toBe('3');
  });

  it('are checked and published as patiently, and under the key, as the page says', async () => {
    const { http, reply, asked, clock } = calls();
    const empty = { queues: {}, agents: {} };
    reply('POST /config/check', 'network');
    await expect(checkConfig(http, empty, { patienceMs: 0 })).rejects.toMatchObject({
      code: 'network',
    });
    reply(
      'PUT /config',
      problem(503, { code: 'unavailable', retry_after_s: 1 }),
      ok({ version: 1 }),
    );
    const put = putConfig(http, empty, 0, { key: 'one key' });
    await clock.pass(1_000);
    await put;
    expect(asked.map((call) => call.headers['idempotency-key']).slice(1)).toEqual([
      'one key',
      'one key',
    ]);
  });
});
