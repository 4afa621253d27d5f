// The frame of the agent's desk in a real browser, against a real Baton.

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Baton } from './baton.ts';
import { flaws, launch } from './browser.ts';
import { type Site, site } from './site.ts';

let baton: Baton;
let host: Site;
let browser: Browser;
let page: Page;
let errors: string[] = [];

beforeAll(async () => {
  baton = await Baton.up();
  host = await site(baton.url);
  browser = await launch();
}, 60_000);
afterEach(() => page?.context().close());
afterAll(async () => {
  await browser?.close();
  await host?.close();
  await baton?.down();
});

async function open(colorScheme: 'light' | 'dark' = 'light', width = 1440) {
  const viewport = { width, height: 800 };
  const context = await browser.newContext({ colorScheme, viewport });
  page = await context.newPage();
  errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  // What the policy forbids is said on the console.
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.goto(`${host.url}/desk`);
}

async function signIn(sub: string) {
  await page.getByLabel('Token').fill(baton.token('agent', sub));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Alice Weber' }).waitFor();
}

const status = () => page.getByLabel('Status');

describe('the desk', () => {
  it('signs in with a token, keeps it through a reload, and forgets it', async () => {
    await open();
    await page.getByLabel('Token').fill('no token');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await signIn('agent1');
    await page.reload();
    await page.getByRole('heading', { name: 'Alice Weber' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    await page.reload();
    await page.getByLabel('Token').waitFor();
    expect(errors).toEqual([]);
  });

  it('shows the status as the server has it', async () => {
    await open();
    await signIn('agent1');
    await status().selectOption({ label: 'Ready' });
    await expect.poll(() => status().inputValue()).toBe('ready');
    await page.reload();
    await expect.poll(() => status().inputValue()).toBe('ready');
    await status().selectOption({ label: 'Lunch' });
    await page.reload();
    await expect.poll(() => status().inputValue()).toBe('not_ready lunch');
  });

  it('says that there is no connection, and that it is back', async () => {
    await open();
    await signIn('agent1');
    host.outage(2_000);
    const banner = page.getByText('No connection.');
    await banner.waitFor();
    await banner.waitFor({ state: 'detached' });
    await status().selectOption({ label: 'Break' });
    await expect.poll(() => status().inputValue()).toBe('not_ready break');
  });

  it.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 360],
    ['dark', 360],
  ] as const)('has no serious flaw in %s at %d pixels', async (scheme, width) => {
    await open(scheme, width);
    expect(await flaws(page, 'html')).toEqual([]);
    await signIn('agent1');
    expect(await flaws(page, 'html')).toEqual([]);
    const { PICTURES } = process.env;
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/desk-${scheme}-${width}.png` });
    const isWide = () => document.documentElement.scrollWidth > innerWidth;
    expect(await page.evaluate(isWide)).toBe(false);
  });

  it('is light or dark as chosen, and stays so', async () => {
    await open('light');
    await signIn('agent1');
    const ground = () =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await ground();
    await page.getByLabel('Theme').selectOption('dark');
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    await page.getByRole('heading', { name: 'Alice Weber' }).waitFor();
    expect(await ground()).toBe(dark);
  });
});
