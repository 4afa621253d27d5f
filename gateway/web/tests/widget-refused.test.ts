// The widget where there is no chat to be had: an unknown queue or workspace, closed hours, a chat
// that cannot be ended. In German, at the smallest width and a large one, in light and in dark.

import { DAYS, getConfig, type Http, platformWith, putConfig } from '@baton/client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Baton } from './baton.ts';
import { flaws, launch } from './browser.ts';
import { type Site, site } from './site.ts';

let baton: Baton;
let shop: Site;
let browser: Browser;
let page: Page;

/** The French queue is open on one day, which is neither today nor next to it. */
async function close() {
  const token = baton.token('admin', 'admin');
  const admin: Http = { url: baton.url, token: () => token, platform: platformWith() };
  const { version: _, ...config } = await getConfig(admin);
  const day = DAYS[(new Date().getUTCDay() + 3) % 7]!;
  const hours = {
    ...config.hours,
    rarely: { weekly: [{ days: [day], from: '10:00', to: '11:00' }] },
  };
  const support_fr = { ...config.queues.support_fr, hours: 'rarely' };
  await putConfig(admin, { ...config, hours, queues: { ...config.queues, support_fr } });
}

beforeAll(async () => {
  baton = await Baton.up();
  shop = await site(baton.url);
  browser = await launch();
  await close();
}, 60_000);
afterEach(() => page?.context().close());
afterAll(async () => {
  await browser?.close();
  await shop?.close();
  await baton?.down();
});

const alert = (text: string) => page.getByRole('alert').getByText(text).waitFor();

async function visit(attributes: string, options = {}) {
  page = await (await browser.newContext({ locale: 'de', ...options })).newPage();
  await page.goto(shop.page(attributes, 'de'));
  await page.getByRole('button', { name: 'Chat öffnen' }).click();
}

async function starts() {
  await page.getByLabel('Wie können wir helfen?').fill('Meine Rechnung stimmt nicht.');
  await page.getByRole('button', { name: 'Chat beginnen' }).click();
}

/** Starts a chat and asks for its end, which fails. */
async function cannotEnd() {
  await starts();
  await page.getByLabel('Nachricht').waitFor();
  const json = { code: 'internal', detail: '' };
  await page.route('**/v1/chats/*/end', (route) => route.fulfill({ status: 500, json }));
  await page.getByRole('button', { name: 'Chat beenden' }).click();
  await page.getByRole('group').getByRole('button', { name: 'Chat beenden' }).click();
  await alert('Der Chat konnte nicht beendet werden.');
}

describe('the widget', () => {
  it.each([
    ['queue', 'data-queue="nowhere"'],
    ['workspace', 'data-workspace="nowhere"'],
  ])(
    'says that a chat cannot be started in an unknown %s, and keeps what was written',
    async (...at) => {
      await visit(at[1]);
      await starts();
      await alert('Der Chat konnte nicht beginnen.');
      const written = await page.getByLabel('Wie können wir helfen?').inputValue();
      expect(written).toBe('Meine Rechnung stimmt nicht.');
      expect(await page.getByRole('button', { name: 'Chat beginnen' }).isEnabled()).toBe(true);
    },
  );

  it('says that it is closed before anybody writes, and again to who tries', async () => {
    await visit('data-queue="support_fr"');
    await alert('Wir haben gerade geschlossen.');
    await starts();
    await page.getByText('Der Chat beginnt …').waitFor({ state: 'hidden' });
    await alert('Wir haben gerade geschlossen.');
  });

  it('says that a chat could not be ended, and lets one try again', async () => {
    await visit('data-queue="sales"');
    await cannotEnd();
    await page.unroute('**/v1/chats/*/end');
    await page.getByRole('group').getByRole('button', { name: 'Chat beenden' }).click();
    await page.getByText('Der Chat ist beendet').first().waitFor();
  });
});

describe('its look', () => {
  const sizes = [
    ['desktop', 1440, 900],
    ['phone', 360, 740],
  ] as const;
  const looks = sizes.flatMap((size) => [['light', ...size] as const, ['dark', ...size] as const]);

  async function isFine(name: string) {
    const { PICTURES } = process.env;
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/widget-${name}.png` });
    expect(await flaws(page, 'baton-widget')).toEqual([]);
    const overflows = await page
      .locator('baton-widget .panel')
      .evaluate((panel) => panel.scrollWidth > panel.clientWidth);
    expect(overflows).toBe(false);
  }

  it.each(looks)(
    'in %s on a %s has no serious flaw',
    async (colorScheme, device, width, height) => {
      const look = { colorScheme, viewport: { width, height } };
      await visit('data-queue="support_fr"', look);
      await alert('Wir haben gerade geschlossen.');
      await isFine(`closed-${device}-${colorScheme}`);
      await page.context().close();
      await visit('data-queue="sales"', look);
      await cannotEnd();
      await isFine(`error-${device}-${colorScheme}`);
    },
  );
});
