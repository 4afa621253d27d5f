// The pages as the gateway itself serves them: nothing between the browser and it. From the start
// page a stranger is the customer, and two agents, picked by name, pass the chat on.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Baton } from './baton.ts';
import { launch } from './browser.ts';
import { getReady, sees, writes } from './desks.ts';

let baton: Baton;
let browser: Browser;
const hosts = new Set<string>();
const errors: string[] = [];

beforeAll(async () => {
  baton = await Baton.up();
  browser = await launch();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await baton?.down();
});

/** A browser of its own, come by the address that was printed. */
async function open(path: string, options = {}): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'en', ...options })).newPage();
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on(
    'console',
    (message) =>
      message.type() === 'error' && errors.push(`${message.text()} ${message.location().url}`),
  );
  await page.goto(baton.browsers);
  expect(new URL(page.url()).hash).toBe('');
  if (path !== '/') await page.goto(baton.url + path);
  return page;
}

it('lets one be everybody on a fresh machine, and asks no other host for anything', async () => {
  const alice = await open('/desk');
  await alice.getByRole('button', { name: /Alice Weber/ }).click();
  await getReady(alice);
  const customer = await open('/');
  await customer.getByRole('button', { name: 'Open the chat' }).click();
  await customer.getByLabel('What is it about?').selectOption({ label: 'Billing' });
  await customer.getByLabel('Your name').fill('Dana');
  await customer.getByLabel('How can we help?').fill('My invoice is wrong');
  await customer.getByRole('button', { name: 'Start chat' }).click();
  await alice.getByRole('button', { name: /^Accept/ }).click();
  await sees(alice, 'My invoice is wrong');
  await writes(customer, 'It shows the chair twice');
  await sees(alice, 'It shows the chair twice');
  const board = await open('/board');
  await board.getByRole('button', { name: /Lena Hoffmann/ }).click();
  await board.locator('[data-queue=billing]').waitFor();
  const admin = await open('/admin#/queues');
  await admin.getByRole('button', { name: /Administrator/ }).click();
  await admin.getByRole('link', { name: 'Billing' }).first().waitFor();
  expect([...hosts]).toEqual([new URL(baton.url).host]);
  expect(errors).toEqual([]);
});
