// @vitest-environment happy-dom
// Checking, keeping and publishing, against a server that answers as told.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Editor, openEditor } from '../src/model/editor.ts';
import type { Storages } from '../src/model/keeping.ts';
import { at } from '../src/model/place.ts';
import { type Asked, server, shop, storages } from './world.ts';

const WHO = { workspace: 'default', sub: 'admin', role: 'admin' };
const finding = {
  severity: 'error' as const,
  path: 'queues.sales.priority',
  code: 'bad_priority',
  message: 'no',
};

let editor: Editor | null = null;
let kept: Storages;
beforeEach(() => {
  vi.useFakeTimers();
  kept = storages();
});
afterEach(() => {
  editor?.close();
  editor = null;
  vi.useRealTimers();
});

type Answers = Parameters<typeof server>[0];

/** Somebody at version 3 of the shop; what more the server answers. */
async function open(more: Answers = {}) {
  const at = server({
    'GET /config': () => ({ body: shop() }),
    'GET /config/versions': () => ({ body: { versions: [{ version: 3, at: '', by: 'x' }] } }),
    'POST /config/check': () => ({ body: { ok: true, findings: [] } }),
    ...more,
  });
  editor = await openEditor(at.http, WHO, kept);
  await vi.advanceTimersByTimeAsync(1_000);
  return { ...at, editor };
}

const calls = (asked: Asked[], path: string) => asked.filter((one) => one.path === path);

describe('the check', () => {
  it('runs a moment after the last of several changes, over the whole draft', async () => {
    const { editor, asked } = await open({
      'POST /config/check': ({ body }) => ({
        body: {
          ok: false,
          findings:
            (body as ReturnType<typeof shop>).queues.sales?.priority === 12 ? [finding] : [],
        },
      }),
    });
    expect(calls(asked, '/config/check')).toHaveLength(1);
    for (const priority of [1, 12]) editor.draft.edit(at('queues/sales', 'priority'), priority);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(calls(asked, '/config/check')).toHaveLength(2);
    expect(editor.check.of(at('queues/sales', 'priority'))).toEqual([finding]);
    expect(editor.check.at('queues/sales')).toEqual([finding]);
    expect(editor.check.errors.value).toBe(1);
  });

  it('takes a wrong shape as a finding at the field that the server names', async () => {
    const refusal = { code: 'invalid', detail: 'a whole number', path: 'queues.sales.weight' };
    const { editor } = await open({
      'POST /config/check': () => ({ status: 422, body: refusal }),
    });
    expect(editor.check.of(at('queues/sales', 'weight'))).toMatchObject([
      { severity: 'error', message: 'a whole number' },
    ]);
  });

  it('keeps what it found while nobody answers, and asks again', async () => {
    let isDead = false;
    const { editor } = await open({
      'POST /config/check': () =>
        isDead ? 'network' : { body: { ok: false, findings: [finding] } },
    });
    isDead = true;
    editor.draft.edit(at('queues/sales', 'name'), 'Shop');
    await vi.advanceTimersByTimeAsync(1_000);
    expect([editor.check.state.value, editor.check.findings.value.length]).toEqual(['failed', 1]);
    isDead = false;
    await vi.advanceTimersByTimeAsync(6_000);
    expect(editor.check.state.value).toBe('current');
  });
});

describe('publishing', () => {
  it('sends the whole over the version that was edited, and goes on from what holds', async () => {
    const { editor, asked } = await open({
      'PUT /config': () => ({ body: { version: 4, findings: [] } }),
      'GET /config?version=4': () => ({ body: { ...shop(), version: 4, time_zone: 'UTC' } }),
    });
    editor.draft.edit(at('time_zone'), 'UTC');
    await editor.publisher.publish([]);
    const [put] = asked.filter((one) => one.method === 'PUT');
    expect(put?.headers['if-match']).toBe('3');
    expect(put?.body).toMatchObject({ time_zone: 'UTC', agents: { agent1: {} } });
    expect(put?.body).not.toHaveProperty('version');
    expect(editor.publisher.now.value).toMatchObject({ state: 'published', version: 4 });
    expect([editor.draft.base.value.version, editor.draft.edits().size]).toEqual([4, 0]);
  });

  it('keeps what was edited while it was on its way', async () => {
    const { editor } = await open({
      'PUT /config': () => {
        editor.draft.edit(at('queues/sales', 'name'), 'Later');
        return { body: { version: 4, findings: [] } };
      },
      'GET /config?version=4': () => ({ body: { ...shop(), version: 4, time_zone: 'UTC' } }),
    });
    editor.draft.edit(at('time_zone'), 'UTC');
    await editor.publisher.publish([]);
    expect([...editor.draft.edits()]).toMatchObject([['queues/sales', { name: 'Later' }]]);
  });

  it('sends nothing while errors are known', async () => {
    const { editor, asked } = await open();
    editor.draft.edit(at('queues/sales', 'priority'), 12);
    await editor.publisher.publish([finding]);
    expect(editor.publisher.now.value.state).toBe('faulty');
    expect(asked.some((one) => one.method === 'PUT')).toBe(false);
  });

  it('tells a newer version from what may not be dropped', async () => {
    const conflict = { code: 'conflict', detail: 'agent `agent1` has open chats' };
    let version = 3;
    const { editor } = await open({
      'PUT /config': () => ({ status: 409, body: conflict }),
      'GET /config': () => ({ body: { ...shop(), version } }),
    });
    editor.draft.put([['agents/agent1', undefined]]);
    await editor.publisher.publish([]);
    expect(editor.publisher.now.value).toMatchObject({
      state: 'failed',
      error: { code: 'conflict' },
    });
    version = 4;
    await editor.publisher.publish([]);
    expect(editor.publisher.now.value).toMatchObject({
      state: 'overtaken',
      theirs: { version: 4 },
    });
  });

  it('asks anew after a definite answer, for what was in the way may be gone', async () => {
    const answers = [
      { status: 409, body: { code: 'conflict', detail: 'agent `agent1` has open chats' } },
      { status: 422, body: { code: 'invalid', detail: 'no', path: 'queues.sales.weight' } },
      { body: { version: 4, findings: [] } },
    ];
    const { editor, asked } = await open({
      'PUT /config': () => answers.shift() ?? { status: 500, body: {} },
      'GET /config?version=4': () => ({ body: { ...shop(), version: 4 } }),
    });
    editor.draft.put([['agents/agent1', undefined]]);
    for (let time = 0; time < 3; time++) await editor.publisher.publish([]);
    const keys = asked
      .filter((one) => one.method === 'PUT')
      .map((one) => one.headers['idempotency-key']);
    expect(new Set(keys).size).toBe(3);
    expect(editor.publisher.now.value).toMatchObject({ state: 'published', version: 4 });
  });

  it('goes under the same key again after an answer was lost, and under another for another draft', async () => {
    const { editor, asked } = await open({
      'PUT /config': () => ({ status: 503, body: { code: 'internal', detail: '' } }),
    });
    editor.draft.edit(at('time_zone'), 'UTC');
    await editor.publisher.publish([]);
    await editor.publisher.publish([]);
    editor.draft.edit(at('time_zone'), 'Europe/Rome');
    await editor.publisher.publish([]);
    const keys = asked
      .filter((one) => one.method === 'PUT')
      .map((one) => one.headers['idempotency-key']);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]);
  });
});

describe('a draft that is kept', () => {
  it('is there again in the tab, and offered in another', async () => {
    const { editor: first } = await open();
    first.draft.edit(at('agents/agent1', 'name'), 'Alice W.');
    first.draft.put([['agents/agent3', undefined]]);
    await vi.advanceTimersByTimeAsync(1_000);
    first.close();
    const again = await open();
    expect(again.editor.draft.get('agents/agent1')).toMatchObject({ name: 'Alice W.' });
    expect(again.editor.draft.has('agents/agent3')).toBe(false);
    again.editor.close();
    kept = { ...storages(), browser: kept.browser };
    const other = await open();
    expect(other.editor.draft.edits().size).toBe(0);
    expect(other.editor.left.value?.edits).toHaveLength(2);
    await other.editor.settleLeft(true);
    expect(other.editor.draft.edits().size).toBe(2);
  });

  it('is held against the version it was made of, and over the newest where that is gone', async () => {
    const { editor: first } = await open();
    first.draft.edit(at('agents/agent1', 'name'), 'Alice W.');
    await vi.advanceTimersByTimeAsync(1_000);
    first.close();
    const newest = { 'GET /config': () => ({ body: { ...shop(), version: 5 } }) };
    const versions = {
      'GET /config/versions': () => ({ body: { versions: [{ version: 5, at: '', by: 'lead' }] } }),
    };
    const old = { 'GET /config?version=3': () => ({ body: shop() }) };
    const { editor } = await open({ ...newest, ...versions, ...old });
    expect(editor.draft.base.value.version).toBe(3);
    expect(editor.newer.version.value).toMatchObject({ version: 5, by: 'lead' });
    editor.close();
    const without = await open({ ...newest, ...versions });
    expect(without.editor.draft.base.value.version).toBe(5);
    expect(without.editor.draft.edits().size).toBe(1);
  });

  it('is gone once it says the same as what is published', async () => {
    const { editor } = await open();
    editor.draft.edit(at('agents/agent1', 'name'), 'Alice W.');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(kept.browser.getItem('baton.draft.default.admin')).not.toBeNull();
    editor.discard();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(kept.tab.getItem('baton.draft.default.admin')).toBeNull();
    expect(kept.browser.getItem('baton.draft.default.admin')).toBeNull();
    editor.draft.undo();
    expect(editor.draft.edits().size).toBe(1);
  });

  it('that does not fit is said not to', async () => {
    const { editor } = await open();
    kept.tab.setItem = () => {
      throw new DOMException('', 'QuotaExceededError');
    };
    editor.draft.edit(at('agents/agent1', 'name'), 'Alice W.');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(editor.keeping.fits.value).toBe(false);
  });

  it('is not somebody else’s', async () => {
    kept.tab.setItem('baton.draft.default.other', '{"version":3,"at":"","edits":[["rules",null]]}');
    kept.tab.setItem('baton.draft.default.admin', 'nonsense');
    const { editor } = await open();
    expect(editor.draft.edits().size).toBe(0);
  });
});

describe('the watch for others', () => {
  it('tells a lost connection from a router that is gone and a sign-in that has run out', async () => {
    let answer: ReturnType<Answers[string]> = 'network';
    const { editor } = await open({ 'GET /config/versions': () => answer });
    expect(editor.newer.trouble.value).toBe('offline');
    answer = { status: 503, body: { code: 'unavailable', detail: '' } };
    await vi.advanceTimersByTimeAsync(3_000);
    expect(editor.newer.trouble.value).toBe('no_router');
    answer = { status: 401, body: { code: 'unauthenticated', detail: '' } };
    await vi.advanceTimersByTimeAsync(3_000);
    expect(editor.newer.trouble.value).toBe('signed_out');
    answer = { body: { versions: [] } };
    await vi.advanceTimersByTimeAsync(3_000);
    expect(editor.newer.trouble.value).toBeNull();
  });

  it('follows without a draft, and asks with one', async () => {
    let version = 3;
    const { editor } = await open({
      'GET /config': () => ({ body: { ...shop(), version } }),
      'GET /config/versions': () => ({ body: { versions: [{ version, at: '', by: 'lead' }] } }),
    });
    version = 4;
    await vi.advanceTimersByTimeAsync(31_000);
    expect([editor.draft.base.value.version, editor.newer.version.value]).toEqual([4, null]);
    editor.draft.edit(at('time_zone'), 'UTC');
    version = 5;
    await vi.advanceTimersByTimeAsync(31_000);
    expect(editor.draft.base.value.version).toBe(4);
    expect(editor.newer.version.value).toMatchObject({ version: 5 });
  });
});

describe('a workspace without a configuration', () => {
  it('is edited from nothing, and published over nothing', async () => {
    const { editor, asked } = await open({
      'GET /config': () => ({ status: 404, body: { code: 'not_found', detail: '' } }),
      'GET /config/versions': () => ({ body: { versions: [] } }),
      'PUT /config': () => ({ body: { version: 1, findings: [] } }),
    });
    editor.draft.put([['queues/sales', { name: 'Sales' }]]);
    await editor.publisher.publish([]);
    const [put] = asked.filter((one) => one.method === 'PUT');
    expect(put?.headers['if-match']).toBe('0');
    expect(put?.body).toEqual({ queues: { sales: { name: 'Sales' } }, agents: {} });
  });
});
