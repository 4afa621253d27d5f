// The board in a real browser, against a real Baton: rows that move, alerts, what agents may see.

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Baton } from './baton.ts';
import { launch } from './browser.ts';
import { Crowd, signIn } from './crowd.ts';
import { type Site, site } from './site.ts';

let baton: Baton;
let host: Site;
let browser: Browser;
let crowd: Crowd;
let page: Page;
let errors: string[] = [];

beforeAll(async () => {
  baton = await Baton.up();
  host = await site(baton.url);
  browser = await launch();
  crowd = new Crowd(baton);
}, 60_000);
afterEach(async () => {
  await page?.context().close();
  await crowd.leave();
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
  await baton?.down();
});

async function open(sub = 'lead1', role = 'supervisor', path = '') {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  page = await context.newPage();
  errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await signIn(page, baton.token(role, sub));
  await page.goto(`${host.url}/board${path}`);
  await page.getByText('Live', { exact: true }).waitFor();
}

const row = (queue: string) => page.locator(`[data-queue=${queue}]`);
const cell = (queue: string, at: number) => row(queue).getByRole('cell').nth(at);
const waiting = (queue: string) => cell(queue, 1).locator('span').last().textContent();

describe('the board', () => {
  it('lets one pick a supervisor where the server is one for development', async () => {
    page = await browser.newPage();
    await page.goto(`${host.url}/board#sign-in=${baton.signInKey}`);
    await page.getByRole('button', { name: /^Lena Hoffmann/ }).click();
    await row('billing').waitFor();
    await page.getByRole('link', { name: 'Chats', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Sign out lead1' }).click();
    await page.getByRole('button', { name: /^Lena Hoffmann/ }).waitFor();
  });

  it('shows queues and agents as they move', async () => {
    await open();
    await row('billing').waitFor();
    expect(await waiting('billing')).toBe('0');
    const first = await crowd.caller({ queue: 'billing', customer: { name: 'Dana' } });
    await expect.poll(() => waiting('billing')).toBe('1');
    await expect.poll(() => cell('billing', 2).textContent()).toMatch(/0:0\d/);
    await crowd.caller({ queue: 'billing' });
    await expect.poll(() => waiting('billing')).toBe('2');
    const alice = await crowd.ready('agent1');
    await crowd.accept(alice);
    await expect.poll(() => waiting('billing')).toBe('1');
    await page.getByRole('link', { name: /^In chats/ }).click();
    await page.getByRole('heading', { name: 'Agents' }).waitFor();
    const agent = page.locator('[data-agent=agent1]');
    await agent.waitFor();
    expect(await agent.textContent()).toContain('1 chat');
    await first.end();
    await page.getByText('No agent is like that.').or(agent).first().waitFor();
    expect(errors).toEqual([]);
  });

  it('alerts about those whom nobody could take, and stops when somebody can', async () => {
    await open();
    await page.getByText('Nothing needs attention.').waitFor();
    await crowd.caller({ queue: 'billing' });
    const alert = page.getByText('1 customer waits, and no agent could take it.').first();
    await alert.waitFor();
    expect(await page.title()).toBe('(1) Board · Baton');
    const alice = await crowd.ready('agent1');
    await crowd.accept(alice);
    await page.getByText('Nothing needs attention.').waitFor();
    expect(await page.title()).toBe('Board · Baton');
  });

  it('alerts about an oldest that waits longer than the target', async () => {
    await open();
    await crowd.caller({ queue: 'sales' });
    await crowd.agent('agent4');
    const late = page.getByText(/^Oldest wait 0:1\d, over the target of 0:10\.$/);
    await late.first().waitFor({ timeout: 20_000 });
    await page.getByRole('link', { name: 'Sales' }).first().click();
    await page.getByText('target 0:10', { exact: true }).waitFor();
  });

  it('shows the last hours as the server counted them', async () => {
    await open('lead1', 'supervisor', '#/queues/billing');
    const caller = await crowd.caller({ queue: 'billing' });
    await crowd.accept(await crowd.ready('agent1'));
    await caller.end();
    await page.reload();
    await page.locator('canvas').waitFor();
    await page
      .getByText(/^\d+ came, \d+ (was|were) taken, \d+ abandoned; \d+% taken in time\.$/)
      .waitFor();
  });

  it('is exact after a lost connection', async () => {
    await open();
    await crowd.caller({ queue: 'billing' });
    await expect.poll(() => waiting('billing')).toBe('1');
    host.outage(2_000);
    await page.getByText('No connection.').waitFor();
    await page.getByText(/^Not live since/).waitFor();
    const away = await crowd.caller({ queue: 'billing' });
    await crowd.caller({ queue: 'sales' });
    await away.end();
    await crowd.caller({ queue: 'billing' });
    await crowd.agent('agent2');
    await page.getByText('Live', { exact: true }).waitFor();
    await expect.poll(() => waiting('billing')).toBe('2');
    await expect.poll(() => waiting('sales')).toBe('1');
    await page.getByRole('link', { name: 'Agents', exact: true }).click();
    await expect
      .poll(() => page.locator('[data-agent=agent2]').textContent())
      .toContain('Just signed in');
  });

  it('lets agents look, and shows them nothing to do', async () => {
    await open('agent1', 'agent');
    await row('billing').waitFor();
    expect(await page.getByRole('link', { name: 'Chats', exact: true }).count()).toBe(0);
    await page.getByRole('link', { name: 'Billing' }).click();
    await page.getByRole('heading', { name: 'Billing', exact: true }).waitFor();
    expect(await page.getByText('Chats of this queue').count()).toBe(0);
    await page.goto(`${host.url}/board#/chats`);
    await page.getByText('Chats are for supervisors to look at.').waitFor();
    await page.goto(`${host.url}/board#/agents/agent2`);
    await page.getByRole('heading', { name: 'Ben Okafor' }).waitFor();
    expect(await page.getByText('Set the status').count()).toBe(0);
    expect(errors).toEqual([]);
  });

  it('finds agents by name and skill', async () => {
    await open('lead1', 'supervisor', '#/agents');
    const agents = () => page.locator('[data-agent]').count();
    await expect.poll(agents).toBe(8);
    await page.getByLabel('Name or skill').fill('french');
    await expect.poll(agents).toBe(4);
    await page.getByLabel('Name or skill').fill('chlo');
    await expect.poll(agents).toBe(1);
    await page.getByText('1 of 8').waitFor();
    await page.getByLabel('Name or skill').fill('nobody at all');
    await page.getByText('No agent is like that.').waitFor();
  });

  it('goes to a wall and back by keyboard', async () => {
    await open();
    await crowd.caller({ queue: 'billing' });
    await page.getByRole('button', { name: 'Wall mode' }).press('Enter');
    await page.getByRole('heading', { name: 'Billing' }).waitFor();
    await page.getByText('Billing: 1 customer waits, and no agent could take it.').last().waitFor();
    await page.evaluate(() => document.exitFullscreen?.().catch(() => {}));
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });
});
