// Desks and customers for browser tests: a real Baton behind the pages' own address, agents signed
// in at their desks, customers with the widget on a stranger's page, and what they do there.

import {
  type Configuration,
  connectStaff,
  endChat as end,
  getConfig,
  listChats,
  platformWith,
  putConfig,
  type Staff,
  type StartBody,
  startChat,
} from '@baton/client';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { Baton, until, wire } from './baton.ts';
import { launch } from './browser.ts';
import { type Site, site } from './site.ts';

export interface Stage {
  baton: Baton;
  browser: Browser;
  /** The way of one person to Baton, which the test can cut: a staff member's id, or `customer`. */
  network(who: string): Site;
  /** A page of its own, closed with the test. */
  page(options?: BrowserContextOptions, token?: string): Promise<Page>;
  /** An agent at the desk, ready unless told otherwise. */
  desk(sub: string, options?: DeskOptions): Promise<Page>;
  /** A customer who has just started a chat with the widget. */
  customer(queue: string, text?: string, name?: string): Promise<Page>;
  /** A customer without a page. */
  start(body: StartBody): ReturnType<typeof startChat>;
  /** An agent without a page. */
  agent(sub: string): Promise<Staff>;
  /** Publishes the workspace with something changed. */
  publish(change: (config: Configuration) => void): Promise<void>;
  /** What went wrong on any page: nothing should. */
  errors: string[];
  /** Closes what the test opened and makes everybody go home. */
  clear(): Promise<void>;
  down(): Promise<void>;
}

export interface DeskOptions extends BrowserContextOptions {
  isReady?: boolean;
  /** How long the sign-in lasts. */
  ttlS?: number;
  /** Done with the page before it is loaded. */
  before?(page: Page): Promise<unknown>;
}

/** Ends a test: what it opened is closed, and nothing may have gone wrong on any page. */
export async function clearOf(at: Stage): Promise<void> {
  const errors = [...at.errors];
  await at.clear();
  expect(errors).toEqual([]);
}

/** For tests whose interruptions take seconds from the life of an offer, and of a wrap-up. */
export function unhurried({ queues }: Configuration): void {
  for (const queue of Object.values(queues)) {
    queue.policies = { ...queue.policies, offer_s: 120, wrapup_s: 120 };
  }
}

export async function stage(): Promise<Stage> {
  const baton = await Baton.up();
  const networks = new Map<string, Site>();
  const everybody = [
    'customer',
    'lead1',
    'admin',
    ...[1, 2, 3, 4, 5, 6, 7, 8].map((number) => `agent${number}`),
  ];
  for (const who of everybody) networks.set(who, await site(baton.url));
  const network = (who: string) => networks.get(who)!;
  const browser = await launch();
  const errors: string[] = [];
  let pages: Page[] = [];
  let staff: Staff[] = [];
  const atWork = new Set<string>();

  const page: Stage['page'] = async (options = {}, token = '') => {
    const context = await browser.newContext({ locale: 'en', ...options });
    const it = await context.newPage();
    pages.push(it);
    it.on('pageerror', (error) => errors.push(String(error)));
    // What the policy forbids is said on the console.
    it.on('console', (message) => {
      if (message.type() === 'error' && /policy/i.test(message.text())) errors.push(message.text());
    });
    if (token) {
      await it.addInitScript((given) => sessionStorage.setItem('baton.token', given), token);
    }
    return it;
  };
  const agent = async (sub: string) => {
    atWork.add(sub);
    const token = baton.token('agent', sub);
    const it = connectStaff({ url: baton.url, token: () => token, ...wire(baton.url) });
    staff.push(it);
    await until(it.connection, (state) => state.state === 'online', `${sub} online`);
    return it;
  };
  return {
    baton,
    network,
    browser,
    errors,
    page,
    agent,
    async desk(sub, { isReady = true, ttlS, before, ...options } = {}) {
      atWork.add(sub);
      const it = await page(
        { viewport: { width: 1440, height: 900 }, ...options },
        baton.token('agent', sub, ttlS),
      );
      await before?.(it);
      await it.goto(`${network(sub).url}/desk`);
      if (isReady) await getReady(it);
      return it;
    },
    async customer(queue, text = 'My invoice is wrong', name = 'Dana') {
      const it = await page();
      await it.goto(network('customer').page(`data-queue="${queue}"`));
      await it.getByRole('button', { name: 'Open the chat' }).click();
      await it.getByLabel('Your name').fill(name);
      await it.getByLabel('How can we help?').fill(text);
      await it.getByRole('button', { name: 'Start chat' }).click();
      await it.getByLabel('Message').waitFor();
      return it;
    },
    start: (body) => startChat({ url: baton.url, platform: platformWith() }, body),
    async publish(change) {
      const token = baton.token('admin', 'admin');
      const http = { url: baton.url, token: () => token, platform: platformWith() };
      const config = await getConfig(http);
      change(config);
      await putConfig(http, config);
    },
    async clear() {
      await Promise.all(pages.map((it) => it.context().close()));
      for (const it of staff) it.close();
      [pages, staff] = [[], []];
      for (const each of networks.values()) {
        each.outage(0);
        each.to(baton.url);
      }
      await endAll(baton);
      for (const sub of atWork) await goHome(baton, sub);
      atWork.clear();
      errors.length = 0;
    },
    async down() {
      await browser.close();
      for (const each of networks.values()) await each.close();
      await baton.down();
    },
  };
}

/** Ends whatever waits or goes on. */
async function endAll(baton: Baton) {
  const token = baton.token('supervisor', 'lead1');
  const http = { url: baton.url, token: () => token, platform: platformWith() };
  const { chats } = await listChats(http);
  for (const { chat_id } of chats) await end(http, chat_id).catch(() => {});
}

/** Ends an agent's wrap-ups and logs them out, so that the next test begins anew. */
async function goHome(baton: Baton, sub: string) {
  const token = baton.token('agent', sub);
  const it = connectStaff({ url: baton.url, token: () => token, ...wire(baton.url) });
  await until(it.connection, (state) => state.state === 'online', `${sub} online`);
  await it.status({ status: 'not_ready', reason: 'test' });
  for (const { id } of it.chats.all.get()) {
    await it.completeWrapup(id).catch(() => {});
  }
  await until(it.chats.all, (all) => all.length === 0, `${sub} has no chats`);
  await it.status({ status: 'logged_out' });
  it.close();
}

export async function getReady(desk: Page) {
  const status = desk.getByRole('button', { name: /^Status:/ });
  await status.click();
  await desk.getByRole('button', { name: 'Ready', exact: true }).click();
  await desk.getByRole('button', { name: 'Status: Ready' }).waitFor();
}

/** The page of a customer, seen by a test. */
export const heard = (customer: Page, text: string | RegExp) =>
  customer.locator('baton-widget').getByText(text).first().waitFor();

/** The customer writes. */
export async function writes(page: Page, text: string) {
  const field = page.getByLabel('Message', { exact: true });
  await field.fill(text);
  await field.press('Enter');
}

/** What people and queues said in the chat that is shown, as it is shown. */
export const said = (desk: Page) => desk.locator('[role=log] [data-said]').allTextContents();
/** What the customer's page shows of the same. */
const shown = (customer: Page) => customer.locator('baton-widget .said').allTextContents();

/** The customer and an agent come to see the same lines, each of these once. */
export async function agree(customer: Page, desk: Page, texts: readonly string[]) {
  const differences = async () => {
    const [there, here] = [await shown(customer), await said(desk)];
    return there.join('\n') === here.join('\n') ? 'none' : { there, here };
  };
  await expect.poll(differences, { timeout: 20_000 }).toBe('none');
  const lines = await said(desk);
  const often = texts.map((text) => [text, lines.filter((line) => line === text).length]);
  expect(often).toEqual(texts.map((text) => [text, 1]));
}

/** Something is said of an offer. */
export const offered = (desk: Page, text: string) =>
  desk.locator('[data-offer]').getByText(text).waitFor();
export const log = (desk: Page): Locator => desk.getByRole('log');
/** A line stands in the chat that is shown. */
export const sees = (desk: Page, text: string | RegExp) =>
  log(desk).getByText(text).first().waitFor();

export async function accept(desk: Page) {
  await desk
    .getByRole('button', { name: /^Accept/ })
    .first()
    .click();
  await desk.getByLabel('Message', { exact: true }).waitFor();
}

/** Opens the dialog of "+" and chooses somebody or a queue. */
export async function choose(desk: Page, name: string) {
  await desk.getByRole('button', { name: 'Add an agent or a queue' }).click();
  await desk.getByRole('combobox').fill(name);
  await desk.getByRole('option', { name }).first().click();
  await desk.locator('[data-quote]').waitFor();
}

export const quoted = (desk: Page) => desk.locator('[data-quote]').textContent();

export async function add(desk: Page, name: string, note = '') {
  await choose(desk, name);
  if (note) await desk.getByLabel(/^Note for/).fill(note);
  await desk.getByRole('button', { name: 'Add', exact: true }).click();
  await desk.getByRole('dialog').waitFor({ state: 'detached' });
}

export const endButton = (desk: Page) => desk.getByRole('button', { name: /^End Chat/ });
export async function endChat(desk: Page, button: string | RegExp) {
  await endButton(desk).click();
  await desk.getByRole('dialog').getByRole('button', { name: button }).click();
}
export const doneWrapup = (desk: Page) => desk.getByRole('button', { name: 'Done' }).click();
/** Nothing is left to do: it shows how it stands in the queues. */
export const home = (desk: Page) => desk.getByRole('table', { name: 'Queues right now' }).waitFor();
