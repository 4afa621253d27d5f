// A customer's visit with the widget, through what happens to browsers, networks and gateways in
// the middle of it: the place in line is shown again, and no line is lost or there twice.

import { type Conversation, endChat, type Http, listChats, platformWith } from '@baton/client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Baton, until } from './baton.ts';
import { launch } from './browser.ts';
import { Crowd } from './crowd.ts';
import { type Site, site } from './site.ts';

let baton: Baton;
let crowd: Crowd;
let shop: Site;
let browser: Browser;
let page: Page;
let lead: Http;

beforeAll(async () => {
  baton = await Baton.up();
  const token = baton.token('supervisor', 'lead1');
  lead = { url: baton.url, token: () => token, platform: platformWith() };
  crowd = new Crowd(baton);
  shop = await site(baton.url);
  browser = await launch();
}, 60_000);
afterEach(async () => {
  await page?.context().close();
  const { chats } = await listChats(lead);
  await Promise.allSettled(chats.map((chat) => endChat(lead, chat.chat_id)));
  await crowd.leave();
});
afterAll(async () => {
  await browser?.close();
  await shop?.close();
  await baton?.down();
});

const seen = (text: string) => page.getByText(text, { exact: true }).first().waitFor();
const place = () => page.locator('baton-widget .status p').first();
const texts = (rows: string) => page.locator(`baton-widget ${rows}`).allTextContents();
const has = (at: Conversation, text: string) =>
  until(at.lines, (all) => all.some((line) => line.text === text), `the agent has "${text}"`);

async function starts() {
  page = await (await browser.newContext({ locale: 'en' })).newPage();
  await page.goto(shop.page('data-queue="billing"'));
  await page.getByRole('button', { name: 'Open the chat' }).click();
  await page.getByLabel('How can we help?').fill('My invoice is wrong');
  await page.getByRole('button', { name: 'Start chat' }).click();
  await seen('You are next.');
}

async function writes(text: string) {
  await page.getByLabel('Message').fill(text);
  await page.getByLabel('Message').press('Enter');
}

/** What the customer sees is what the agent has: each line once, in the same order. */
async function isWhole(at: Conversation) {
  const isNote = (line: { message: { kind: string } | null }) => line.message?.kind === 'system';
  const said = () => at.lines.get().filter((line) => !isNote(line));
  await expect.poll(() => texts('.said')).toEqual(said().map((line) => line.text));
  await expect.poll(() => texts('.failed')).toEqual([]);
  expect(await texts('.note')).toHaveLength(at.lines.get().filter(isNote).length);
  const own = said().map((line) => line.text);
  expect(new Set(own).size).toBe(own.length);
}

/** A moment of a visit. */
interface Moment {
  /** What is said at the top. */
  place: string;
  /** Who is in the chat, or takes it in the end. */
  at?: Conversation;
  taker?: string;
}

const moments: Record<string, () => Promise<Moment>> = {
  async 'while one waits'() {
    await starts();
    return { place: 'You are next.', taker: 'agent1' };
  },
  async 'while an agent speaks'() {
    await starts();
    const at = await crowd.accept(await crowd.ready('agent1'));
    await seen('You are talking to Alice Weber.');
    return { place: 'You are talking to Alice Weber.', at };
  },
  async 'in the second queue, after a transfer'() {
    await starts();
    const alice = await crowd.ready('agent1');
    const { id } = await crowd.accept(alice);
    await alice.add(id, { queue: 'support_fr' });
    await alice.leave(id, { confirm: true, disposition: 'needs_french' });
    await seen('Alice Weber has left. We are connecting you to somebody else.');
    await seen('You are next.');
    return { place: 'You are next.', taker: 'agent3' };
  },
};

const troubles: Record<string, (between: () => void) => Promise<void>> = {
  async 'a reload'(between) {
    await page.reload();
    between();
    await page.getByRole('button', { name: /^Open the chat/ }).click();
  },
  async 'a dead network'(between) {
    shop.outage(1_500);
    await writes('While nobody hears me');
    between();
    await seen('No connection. What you write is kept and sent when it is back.');
    await seen('Sending …');
    await page.getByText('No connection.').waitFor({ state: 'hidden' });
  },
};

describe.each(Object.entries(moments))('%s', (_, moment) => {
  it.each(Object.entries(troubles))('%s changes nothing', async (_, trouble) => {
    const { place: where, at, taker } = await moment();
    const speaks = (round: string) => {
      for (const number of [1, 2, 3]) at?.send(`${round} ${number}`);
    };
    speaks('Before');
    await writes('On its way');
    await trouble(() => speaks('Meanwhile'));
    speaks('Then');
    await expect.poll(() => place().textContent()).toBe(where);
    await writes('Are you there?');
    const talk = at ?? (await crowd.accept(await crowd.ready(taker ?? '')));
    await has(talk, 'Are you there?');
    await isWhole(talk);
  });
});

describe('another gateway', () => {
  let gateway: string;
  let at: Conversation;

  beforeEach(async () => {
    gateway = await baton.gateway();
    shop.to(gateway);
    await starts();
    at = await crowd.accept(await crowd.ready('agent1'));
    await seen('You are talking to Alice Weber.');
  }, 60_000);

  /** New connections find the other; this one is gone without a word. */
  async function dies() {
    shop.to(baton.url);
    await baton.end(gateway, 'SIGKILL');
  }

  async function goesOn() {
    at.send('I am still here');
    await writes('So am I');
    await has(at, 'So am I');
    await seen('I am still here');
    await isWhole(at);
  }

  it('takes over a line that the one before died with, unread', async () => {
    baton.hang(gateway);
    await writes('On its way');
    await seen('Sending …');
    await dies();
    await has(at, 'On its way');
    await goesOn();
  });

  it('knows a line whose answer died with the one before', async () => {
    shop.mute();
    await writes('On its way');
    await has(at, 'On its way');
    expect(await texts('.mark')).toContain('Sending …');
    await dies();
    await page.getByText('Sending …').waitFor({ state: 'hidden' });
    await goesOn();
  });

  it('is where a visit goes when the one before is told to stop', async () => {
    shop.to(baton.url);
    const drained = baton.end(gateway, 'SIGTERM');
    for (const number of [1, 2, 3]) await writes(`Between two of them ${number}`);
    await drained;
    await goesOn();
  });
});
