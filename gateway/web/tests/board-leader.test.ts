// The board while nobody leads: a gateway that serves, a broker that lives, and a router that hangs.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Baton } from './baton.ts';
import { launch } from './browser.ts';
import { Crowd, signIn } from './crowd.ts';
import { type Site, site } from './site.ts';

let baton: Baton;
let host: Site;
let browser: Browser;
let crowd: Crowd;

beforeAll(async () => {
  baton = await Baton.up();
  host = await site(await baton.gateway());
  browser = await launch();
  crowd = new Crowd(baton);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await host?.close();
  await crowd?.leave();
  await baton?.down();
});

it('says that nobody routes, keeps what was known, and is exact when somebody does', async () => {
  const page = await browser.newPage();
  await signIn(page, baton.token('supervisor', 'lead1'));
  await page.goto(`${host.url}/board`);
  const waiting = () =>
    page.locator('[data-queue=billing]').getByRole('cell').nth(1).locator('span').last();
  await crowd.caller({ queue: 'billing' });
  await expect.poll(() => waiting().textContent()).toBe('1');

  baton.hang();
  await page.getByText('No router', { exact: true }).waitFor();
  await page.getByText(/^Not live since/).waitFor();
  expect(await waiting().textContent()).toBe('1');
  baton.goOn();
  await page.getByText('No router', { exact: true }).waitFor({ state: 'detached' });
  await crowd.caller({ queue: 'billing' });
  await expect.poll(() => waiting().textContent(), { timeout: 20_000 }).toBe('2');
}, 120_000);
