// A place with thousands of agents and hundreds of queues, all of them changing: the board stays
// quick. The server is made up here, since no small machine has so many people.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from './browser.ts';
import { signIn } from './crowd.ts';
import { type Site, site } from './site.ts';

const AGENTS = 5_000;
const QUEUES = 200;
/** The whole place changes so often. */
const ROUNDS = 5;
/** Nobody notices a task that is shorter; the bound. */
const LONGEST_TASK_MS = 200;

let host: Site;
let browser: Browser;

beforeAll(async () => {
  host = await site('http://127.0.0.1:9');
  browser = await launch();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await host?.close();
});

const agent = (at: number, rev: number) => ({
  agent: `agent${at}`,
  name: `Agent ${String(at).padStart(4, '0')}`,
  status: (at + rev) % 3 ? 'ready' : 'not_ready',
  activity: (at + rev) % 2 ? 'handling' : 'idle',
  load: { handling: (at + rev) % 4, offered: 0, wrapup: 0 },
  connectivity: 'online',
  capacity: { total: 1000, used: ((at + rev) % 4) * 250 },
  skills: [{ skill: 'billing', level: 5 }],
  since: new Date(Date.now() - at * 1_000).toISOString(),
  rev,
});
const queue = (at: number, rev: number) => ({
  queue: `queue${at}`,
  name: `Queue ${String(at).padStart(3, '0')}`,
  waiting: (at + rev) % 7,
  oldest_wait_s: at % 50,
  eligible_agents: at % 9,
  available_agents: 0,
  ewt: { p50_s: 10 + at, p90_s: 40 + at },
  open: true,
  service_level: { target_s: 20, since: new Date(0).toISOString(), offered: 0.8 },
  rev,
});
const all = <Row>(count: number, row: (at: number, rev: number) => Row, rev: number) =>
  Array.from({ length: count }, (_, at) => row(at, rev));

/** A socket whose server is in the page: says frames as a network does, some in each task. */
function fakeSocket() {
  const A_TASK = 100;
  class Socket {
    static newest: Socket | null = null;
    onopen: (() => void) | null = null;
    onmessage: ((event: { data: string }) => void) | null = null;
    onclose: (() => void) | null = null;
    onerror: (() => void) | null = null;
    constructor() {
      Socket.newest = this;
      setTimeout(() => this.onopen?.());
    }
    say(frame: object) {
      this.onmessage?.({ data: JSON.stringify(frame) });
    }
    send(text: string) {
      const { id, type } = JSON.parse(text);
      const welcome = { role: 'supervisor', id: 'lead1', workspace: 'default', heartbeat_s: 15 };
      const expires_at = new Date(Date.now() + 3_600_000).toISOString();
      if (type === 'hello') this.say({ type: 'welcome', ...welcome, expires_at, chats: [] });
      else this.say({ re: id, ok: true, dms: [], last: 0 });
    }
    close() {}
  }
  const tell = async (frames: string[]) => {
    for (let at = 0; at < frames.length; at += A_TASK) {
      for (const data of frames.slice(at, at + A_TASK)) Socket.newest?.onmessage?.({ data });
      await new Promise((resolve) => setTimeout(resolve));
    }
  };
  Object.assign(window, { WebSocket: Socket, tell });
}

/** Answers as a server with so many would, and says everything anew when told to. */
async function serve(page: Page): Promise<(rev: number) => Promise<void>> {
  await page.addInitScript(fakeSocket);
  await page.route('**/v1/**', (route) => {
    const { pathname, searchParams } = new URL(route.request().url());
    const from = Number(searchParams.get('cursor') ?? 0);
    const page = (rows: object[], name: string) => ({
      [name]: rows.slice(from, from + 200),
      ...(from + 200 < rows.length ? { next: String(from + 200) } : {}),
    });
    if (pathname === '/v1/queues') {
      return route.fulfill({ json: page(all(QUEUES, queue, 1), 'queues') });
    }
    if (pathname === '/v1/agents') {
      return route.fulfill({ json: page(all(AGENTS, agent, 1), 'agents') });
    }
    return route.fulfill({ status: 404, json: { code: 'not_found', detail: '' } });
  });
  return (rev) => {
    const rows = [
      ...all(AGENTS, agent, rev).map((row) => ({ type: 'agent.state', ...row })),
      ...all(QUEUES, queue, rev).map((row) => ({ type: 'queue.state', ...row })),
    ];
    const frames = rows.map((row) => JSON.stringify(row));
    return page.evaluate(
      (all) => (window as never as { tell(frames: string[]): Promise<void> }).tell(all),
      frames,
    );
  };
}

/** A token that nobody proves here. */
function token(): string {
  const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${part({})}.${part({ sub: 'lead1', role: 'supervisor', workspace: 'default' })}.x`;
}

async function open(path: string) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const tell = await serve(page);
  await page.addInitScript(() => {
    const tasks: number[] = [];
    Object.assign(window, { tasks });
    const seen = (list: PerformanceObserverEntryList) =>
      tasks.push(...list.getEntries().map((one) => one.duration));
    new PerformanceObserver(seen).observe({ type: 'longtask', buffered: true });
  });
  await signIn(page, token());
  await page.goto(`${host.url}/board#${path}`);
  const longest = () =>
    page.evaluate(() => Math.max(0, ...(window as never as { tasks: number[] }).tasks.splice(0)));
  return { page, tell, longest };
}

describe('a board of thousands', () => {
  it('stays quick while every agent changes', async () => {
    const { page, tell, longest } = await open('/agents');
    await page.getByText(String(AGENTS)).first().waitFor();
    const before = await longest();
    for (let rev = 2; rev < 2 + ROUNDS; rev++) {
      await tell(rev);
      const used = rev % 4;
      const words = used === 1 ? '1 chat' : `${used} chats`;
      await page.getByLabel('Name or skill').fill('Agent 0000');
      await expect.poll(() => page.locator('[data-agent=agent0]').textContent()).toContain(words);
      await page.getByLabel('Name or skill').fill('');
    }
    const during = await longest();
    console.log(`agents: ${AGENTS}, longest task: ${before} ms at first, ${during} ms in changes`);
    expect(await page.locator('[data-agent]').count()).toBeLessThan(60);
    expect(during).toBeLessThan(LONGEST_TASK_MS);
    await page.close();
  });

  it('scrolls to the last of them', async () => {
    const { page } = await open('/agents');
    await page.locator('[data-agent]').first().waitFor();
    await page.getByLabel('Order').selectOption('name');
    const box = page.getByRole('table', { name: 'Agents' }).locator('..');
    await box.evaluate((it) => it.scrollTo(0, it.scrollHeight));
    await page.locator(`[data-agent=agent${AGENTS - 1}]`).waitFor();
    expect(await page.locator('[data-agent]').count()).toBeLessThan(60);
    await page.close();
  });

  it('shows hundreds of queues, searched and ordered, and the worst on the wall', async () => {
    const { page, tell, longest } = await open('/');
    await page.locator('[data-queue=queue0]').waitFor();
    await longest();
    for (let rev = 2; rev < 2 + ROUNDS; rev++) await tell(rev);
    await page.getByLabel('Search').fill('queue 007');
    await expect.poll(() => page.locator('[data-queue]').count()).toBe(1);
    await page.getByLabel('Search').fill('');
    await page.getByLabel('Order').selectOption('worst');
    await page.getByRole('button', { name: 'Show more (150)' }).waitFor();
    const during = await longest();
    console.log(`queues: ${QUEUES}, longest task: ${during} ms in changes`);
    expect(during).toBeLessThan(LONGEST_TASK_MS);
    await page.goto(`${host.url}/board#/wall`);
    await page.getByText(/^and 188 more queues/).waitFor();
    expect(await page.getByRole('heading', { level: 2 }).count()).toBe(12);
    await page.close();
  });
});
