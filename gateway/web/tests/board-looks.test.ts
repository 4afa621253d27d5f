// How the board looks: each view in light and dark, wide and narrow, English and German, without a
// serious flaw and without overflow. With `PICTURES` it leaves a picture of each.

import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Baton } from './baton.ts';
import { flaws, launch } from './browser.ts';
import { Crowd, signIn } from './crowd.ts';
import { type Site, site } from './site.ts';

let baton: Baton;
let host: Site;
let browser: Browser;
let crowd: Crowd;
let page: Page;

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

type Look = ['light' | 'dark', width: 1440 | 768 | 360, 'en' | 'de'];
const LOOKS: Look[] = [
  ['light', 1440, 'en'],
  ['dark', 1440, 'de'],
  ['light', 768, 'de'],
  ['light', 360, 'de'],
  ['dark', 360, 'en'],
];

async function open([colorScheme, width, locale]: Look) {
  const viewport = { width, height: width < 500 ? 740 : 900 };
  const context = await browser.newContext({ colorScheme, viewport, locale });
  page = await context.newPage();
  await signIn(page, baton.token('supervisor', 'lead1'));
  await page.goto(`${host.url}/board`);
  await page.locator('[data-queue=billing]').waitFor();
}

/** Some hours as the contract has them; what a server that is a minute old cannot have. */
async function history(route: Route) {
  const step_s = 300;
  const last = Math.floor(Date.now() / 1_000 / step_s) * step_s;
  const buckets = Array.from({ length: 40 }, (_, at) => {
    const entered = Math.round(6 + 5 * Math.sin(at / 5) + (at % 3));
    const abandoned = at % 7 === 0 ? 2 : 0;
    const accepted = Math.max(0, entered - abandoned);
    const from = new Date((last - (39 - at) * step_s) * 1_000).toISOString();
    const within_target = Math.round(accepted * 0.9);
    return { from, entered, accepted, abandoned, within_target, waiting_max: at % 5 };
  });
  await route.fulfill({ json: { queue: 'x', step_s, buckets } });
}

async function isFine(name: string, [scheme, width, locale]: Look) {
  const { PICTURES } = process.env;
  if (PICTURES) {
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({
      path: `${PICTURES}/board-${name}-${width}-${scheme}-${locale}.png`,
      fullPage: name !== 'wall',
    });
  }
  expect(await flaws(page, 'html'), name).toEqual([]);
  const wide = await page.evaluate(() => {
    const isWide = document.documentElement.scrollWidth > innerWidth;
    const all = [...document.querySelectorAll('body *')].filter(
      (one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.sr-only'),
    );
    // What is cut off at the edge of its card.
    const cut = [...document.querySelectorAll('section, table, tbody, tr, dl, fieldset')].filter(
      (one) => one.scrollWidth > one.clientWidth + 1 && !one.closest('thead, .sr-only'),
    );
    return [...(isWide ? all : []), ...cut].map((one) => one.outerHTML.slice(0, 200));
  });
  expect(wide, name).toEqual([]);
}

const go = async (path: string, ready: string) => {
  await page.goto(`${host.url}/board#${path}`);
  await page.locator(ready).first().waitFor();
};

/** A morning: some talk, some wait, one queue has nobody. */
async function busy(): Promise<string> {
  const name = (text: string) => ({ customer: { name: text, email: 'a@example.org' } });
  const names = ['Dana Bergström', 'Émile Dupont', 'Zoë <b>Bold</b>', 'مريم حداد', 'Ngozi'];
  const chats: string[] = [];
  for (const one of names) {
    const text = 'My invoice is wrong, and I do not understand the second line of it.';
    const caller = await crowd.caller({ queue: 'billing', text, ...name(one) });
    chats.push(caller.id);
  }
  await crowd.caller({ queue: 'support_fr', ...name('Luc') });
  const alice = await crowd.ready('agent1');
  const at = await crowd.accept(alice);
  at.send('Good morning! Let me have a look at your invoice.');
  at.send('Can somebody confirm the discount?', 'agents');
  await crowd.accept(alice);
  const ben = await crowd.ready('agent2');
  await ben.decline((await offered(ben)) ?? '', 'busy');
  await ben.status({ status: 'not_ready', reason: 'lunch' });
  await crowd.agent('agent4');
  return chats[0]!;
}

const offered = async (desk: Awaited<ReturnType<Crowd['ready']>>) => {
  await expect.poll(() => desk.offers.all.get().length).toBeGreaterThan(0);
  return desk.offers.all.get()[0]?.offer_id;
};

describe('its look', () => {
  it.each(LOOKS)('is fine in %s at %d pixels in %s', async (...look) => {
    await page?.context().close();
    await open(look);
    await isFine('empty', look);
    await page.route('**/v1/queues/*/history', history);
    await page.reload();
    const chat = await busy();
    await page.locator('[data-queue=support_fr] svg.lucide-octagon-alert').waitFor();
    await isFine('overview', look);
    await go('/queues/billing', 'td a');
    await page.locator('canvas').first().waitFor();
    await isFine('queue', look);
    await go('/agents', '[data-agent]');
    await isFine('agents', look);
    await go('/agents/agent2', 'fieldset');
    await page.locator('ul > li span.font-medium').first().waitFor();
    await isFine('agent', look);
    await go(`/chats/${chat}`, '[role=log] p[dir]');
    await page.locator('ol > li').first().waitFor();
    await isFine('chat', look);
    await page.getByRole('button', { name: /^(Reassign|Zuteilen)/ }).click();
    await page.getByRole('dialog').getByText('Deniz Kaya').waitFor();
    await isFine('reassign', look);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^(Coach|Einflüstern)$/ }).click();
    await page.getByRole('textbox').fill('Den Rabatt kann ich bestätigen.');
    await page.keyboard.press('Enter');
    await page.getByRole('log').getByText('Den Rabatt').waitFor();
    await isFine('coach', look);
    await go('/chats', 'td a');
    await isFine('chats', look);
    await go('/wall', 'h2');
    await isFine('wall', look);
    await go('/', '[data-queue]');
    await page.route('**/v1/queues?*', (route) =>
      route.fulfill({ status: 503, json: { code: 'unavailable', detail: '', retry_after_s: 1 } }),
    );
    await page.getByText(/^(No router|Kein Router)$/).waitFor();
    await isFine('error', look);
    host.outage(8_000);
    await page.getByText(/^(No connection|Keine Verbindung)\./).waitFor();
    await isFine('offline', look);
  });
});
