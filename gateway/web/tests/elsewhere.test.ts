// The widget on a plain page of another origin, with nothing between the browser and the gateway:
// where the workspace allows that origin it works, elsewhere nothing of it reaches Baton.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getConfig, type Http, listChats, platformWith, putConfig } from '@baton/client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Baton } from './baton.ts';
import { launch } from './browser.ts';
import { Crowd } from './crowd.ts';

interface Place {
  url: string;
  server: Server;
}

let baton: Baton;
let crowd: Crowd;
let browser: Browser;
let allowed: Place;
let stranger: Place;
let page: Page;
/** Whom the page has asked for anything. */
let hosts: Set<string>;

/** A plain HTML page with the tag. */
async function place(): Promise<Place> {
  const server = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/html; charset=utf-8');
    answer.end(`<!doctype html><title>A shop</title><p>Things to buy.</p>
      <script src="${baton.url}/widget.js" data-queue="billing" async></script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const as = (role: string, sub: string): Http => {
  const token = baton.token(role, sub);
  return { url: baton.url, token: () => token, platform: platformWith() };
};

beforeAll(async () => {
  baton = await Baton.up();
  crowd = new Crowd(baton);
  browser = await launch();
  [allowed, stranger] = [await place(), await place()];
  const admin = as('admin', 'admin');
  const { version: _, ...config } = await getConfig(admin);
  await putConfig(admin, { ...config, origins: [allowed.url] });
}, 60_000);
afterEach(async () => {
  await page?.context().close();
  await crowd.leave();
});
afterAll(async () => {
  await browser?.close();
  for (const one of [allowed, stranger]) one?.server.close();
  await baton?.down();
});

async function begin(at: Place) {
  page = await (await browser.newContext({ locale: 'en' })).newPage();
  hosts = new Set();
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  page.on('websocket', (socket) => hosts.add(new URL(socket.url()).host));
  await page.goto(at.url);
  await page.getByRole('button', { name: 'Open the chat' }).click();
  await page.getByLabel('How can we help?').fill('My invoice is wrong');
  await page.getByRole('button', { name: 'Start chat' }).click();
}

it('works on a page of an origin that the workspace allows', async () => {
  const alice = await crowd.ready('agent1');
  await begin(allowed);
  const chat = await crowd.accept(alice);
  chat.send('Let me look.');
  await page.getByText('Let me look.', { exact: true }).waitFor();
  await page.getByLabel('Message').fill('Thank you');
  await page.getByLabel('Message').press('Enter');
  await expect.poll(() => chat.lines.get().some((line) => line.text === 'Thank you')).toBe(true);
  await page.reload();
  await page.getByRole('button', { name: /Open the chat/ }).click();
  await page.getByText('Thank you', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'End chat' }).click();
  await page.getByRole('group').getByRole('button', { name: 'End chat' }).click();
  await page.getByText('The chat has ended.').first().waitFor();
  expect([...hosts].sort()).toEqual([new URL(allowed.url).host, new URL(baton.url).host].sort());
});

it('starts nothing on a page of an origin that is not allowed, and says that it cannot', async () => {
  const lead = as('supervisor', 'lead1');
  const chats = async () => (await listChats(lead)).chats.map((chat) => chat.chat_id);
  const before = await chats();
  await begin(stranger);
  await page.getByText('The chat cannot be reached at the moment.').waitFor();
  expect(await chats()).toEqual(before);
});
