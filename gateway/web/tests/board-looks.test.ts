// How the board looks: each view but the first, which is among the pictures, in light and dark,
// wide and narrow, English and German, without a serious flaw and without overflow.

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { Baton } from './baton.ts';
import { launch } from './browser.ts';
import { Crowd, signIn } from './crowd.ts';
import * as looks from './looks.ts';
import { history, morning } from './scenes.ts';
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
  const context = await browser.newContext({
    colorScheme,
    viewport: looks.sizeOf(width),
    locale,
  });
  page = await context.newPage();
  await signIn(page, baton.token('supervisor', 'lead1'));
  await page.route('**/v1/queues/*/history', history);
  await page.goto(`${host.url}/board`);
  await page.locator('[data-queue=billing]').waitFor();
}

const isFine = (name: string, [scheme, width, locale]: Look) =>
  looks.isFine(page, `board-${name}-${width}-${scheme}-${locale}`);

const go = async (path: string, ready: string) => {
  await page.goto(`${host.url}/board#${path}`);
  await page.locator(ready).first().waitFor();
};

describe('its look', () => {
  it.each(LOOKS)('is fine in %s at %d pixels in %s', async (...look) => {
    await page?.context().close();
    await open(look);
    const { id: chat } = await morning(crowd);
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
  });
});
