// Signing in at a service elsewhere, clicked through against a real Baton.

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Baton } from './baton.ts';
import { launch } from './browser.ts';
import { type Issuer, issuer } from './issuer.ts';
import { type Site, site } from './site.ts';

let service: Issuer;
let baton: Baton;
let way: Site;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  service = await issuer();
  baton = await Baton.up(['--oidc-file', service.file]);
  way = await site(baton.url);
  browser = await launch();
}, 60_000);
afterEach(() => page?.context().close());
afterAll(async () => {
  await browser?.close();
  await way?.close();
  await baton?.down();
  service?.close();
});

async function open(path: string) {
  page = await (await browser.newContext({ locale: 'en' })).newPage();
  await page.goto(way.url + path);
}

async function goThere() {
  await page.getByRole('button', { name: 'Sign in with your organisation' }).click();
  await page.waitForURL(`${service.url}/**`);
  await page.getByRole('link', { name: 'Continue' }).click();
}

it('leads there and back to the same place, and leaves nothing in the address', async () => {
  service.next({ sub: 'agent1', role: 'agent' });
  await open('/desk#/chat/cht_none');
  await goThere();
  await page.getByText('Alice Weber').first().waitFor();
  expect(page.url()).toBe(`${way.url}/desk#/chat/cht_none`);
  // It is the tab's: loading again keeps it.
  await page.reload();
  await page.getByText('Alice Weber').first().waitFor();
});

it('is gone through again in a window of its own, and the page goes on', async () => {
  service.next({ sub: 'agent1', role: 'agent' });
  page = await (await browser.newContext({ locale: 'en' })).newPage();
  await page.goto(`${way.url}/desk`);
  // A sign-in that ends soon.
  const old = baton.token('agent', 'agent1', 120);
  await page.evaluate((token) => sessionStorage.setItem('baton.token', token), old);
  await page.reload();
  await page.getByText(/^Your sign-in ends at/).waitFor();
  await page.evaluate(() => Object.assign(window, { isSame: true }));
  const window = page.context().waitForEvent('page');
  await page.getByRole('button', { name: 'Sign in again' }).click();
  const aside = await window;
  await aside.getByRole('link', { name: 'Continue' }).click();
  await page.locator('[data-sign-in-ends]').waitFor({ state: 'detached' });
  expect(await page.evaluate(() => 'isSame' in globalThis)).toBe(true);
  expect(await page.evaluate(() => sessionStorage.getItem('baton.token'))).not.toBe(old);
  expect(await page.evaluate(() => Object.keys(localStorage).join())).not.toContain('asked');
  await expect
    .poll(
      async () => aside.isClosed() || (await aside.getByText('You can close this').count()) === 1,
    )
    .toBe(true);
});

it('takes nobody else in the middle of the work', async () => {
  service.next({ sub: 'agent2', role: 'agent' });
  page = await (await browser.newContext({ locale: 'en' })).newPage();
  await page.goto(`${way.url}/desk`);
  const old = baton.token('agent', 'agent1', 120);
  await page.evaluate((token) => sessionStorage.setItem('baton.token', token), old);
  await page.reload();
  const window = page.context().waitForEvent('page');
  await page.getByRole('button', { name: 'Sign in again' }).click();
  await (await window).getByRole('link', { name: 'Continue' }).click();
  await page.getByText('This token is somebody else’s', { exact: false }).waitFor();
  expect(await page.evaluate(() => sessionStorage.getItem('baton.token'))).toBe(old);
});

it('says what is missing there', async () => {
  service.next({ sub: 'agent1' });
  await open('/desk');
  await goThere();
  await page.getByRole('alert').getByText('does not say in `role` your role').waitFor();
  service.next({ sub: 'agent1', role: 'agent' });
  await goThere();
  await page.getByText('Alice Weber').first().waitFor();
});

it('lets nobody in who turned back, or whom nobody sent', async () => {
  service.next(null);
  await open('/board');
  await goThere();
  await page.getByText('You have not signed in there. Try once more.').waitFor();
  await page.goto(`${way.url}/board?code=stolen&state=stolen`);
  await page.getByRole('button', { name: 'Sign in with your organisation' }).waitFor();
  expect(page.url()).toBe(`${way.url}/board`);
  expect(await page.evaluate(() => sessionStorage.getItem('baton.token'))).toBeNull();
});
