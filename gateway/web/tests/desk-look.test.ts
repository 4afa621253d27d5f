// How the desk looks: each state, light and dark, wide and on a phone, in German; no serious flaw,
// nothing wider than the page, targets large enough for fingers. `PICTURES=FOLDER` keeps pictures.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { flaws } from './browser.ts';
import { type Stage, stage } from './desks.ts';

let at: Stage;

beforeAll(async () => {
  at = await stage();
}, 60_000);
afterEach(() => at.clear());
afterAll(() => at?.down());

/** What reaches over the page's edge, or is too small to be hit on a phone. */
const misfits = (page: Page) =>
  page.evaluate(() => {
    const isSeen = (it: Element) => {
      const { width, height } = it.getBoundingClientRect();
      return width > 1 && height > 1;
    };
    const all = [...document.querySelectorAll('body *')].filter(isSeen);
    // What is cut with an ellipsis is cut.
    const isWhole = (it: Element) => !it.parentElement?.closest('.truncate');
    const wide = all.filter(
      (it) => isWhole(it) && it.getBoundingClientRect().right > innerWidth + 1,
    );
    const least = innerWidth < 768 ? 44 : 24;
    const targets = document.querySelectorAll('button, a, select, input:not([type=checkbox])');
    const small = [...targets].filter((it) => {
      const { width, height } = it.getBoundingClientRect();
      const isInline = it.closest('[role=log]') !== null;
      return isSeen(it) && !isInline && (height < least - 0.5 || width < least - 0.5);
    });
    return [...wide, ...small].map((it) => it.outerHTML.slice(0, 160)).slice(0, 4);
  });

const looks = [
  ['light', 1440],
  ['dark', 1440],
  ['light', 360],
  ['dark', 360],
] as const;

describe.each(looks)('in %s at %d pixels', (colorScheme, width) => {
  const isPhone = width < 768;
  const isFine = async (page: Page, state: string) => {
    const { PICTURES } = process.env;
    if (PICTURES) {
      await page.screenshot({ path: `${PICTURES}/desk-${state}-${colorScheme}-${width}.png` });
    }
    expect({ [state]: await misfits(page) }).toEqual({ [state]: [] });
    expect({ [state]: await flaws(page, 'html') }).toEqual({ [state]: [] });
  };
  const open = async (sub: string) =>
    at.desk(sub, {
      isReady: false,
      locale: 'de',
      colorScheme,
      viewport: { width, height: isPhone ? 740 : 900 },
      reducedMotion: 'reduce',
    });

  it('every state is fine', { timeout: 120_000 }, async () => {
    const stranger = await at.page({
      locale: 'de',
      colorScheme,
      viewport: { width, height: isPhone ? 740 : 900 },
    });
    await stranger.goto(`${at.network('agent1').url}/desk`);
    await stranger.getByLabel('Token').waitFor();
    await isFine(stranger, 'sign-in');

    const page = await open('agent1');
    const button = (name: string | RegExp) => page.getByRole('button', { name });
    await page.getByText('Sie bekommen keine Chats, bis Sie bereit sind.').waitFor();
    await isFine(page, 'empty');
    await button(/^Status/).click();
    await isFine(page, 'status');
    await button('Bereit').first().click();
    await button('Status: Bereit').waitFor();
    await button('Einstellungen').click();
    await isFine(page, 'settings');
    await page.keyboard.press('Escape');

    await at.start({
      queue: 'billing',
      customer: {
        id: `c-${colorScheme}-${width}`,
        name: 'Dana Donaudampfschifffahrtsgesellschaft',
      },
      attributes: { tarif: 'gold', vertragsnummernverzeichnis: '4711-0815-4711-0815-4711' },
      text: 'Guten Tag, meine Rechnung stimmt nicht.',
    });
    await page.locator('[data-offer]').waitFor();
    await isFine(page, 'offer');
    await button(/^Annehmen/).click();
    await page.getByLabel('Nachricht').waitFor();

    const ben = await at.agent('agent2');
    await ben.status({ status: 'ready' });
    await button('Agenten oder Warteschlange dazuholen').click();
    await page.getByRole('option', { name: /Ben Okafor/ }).click();
    await page.locator('[data-quote]').waitFor();
    await isFine(page, 'plus-agent');
    await page.getByRole('option', { name: /Support/ }).click();
    await page.getByText(/Was mit Support/).waitFor();
    await page.locator('[data-quote]').waitFor();
    await isFine(page, 'plus-queue');
    await button(/^Dazuholen$/).click();
    await page.getByText(/^Wartet in Support/).waitFor();
    await page.getByRole('button', { name: 'Kollegen' }).click();
    const write = async (text: string) => {
      await page.getByLabel('Nachricht').fill(text);
      await page.getByLabel('Nachricht').press('Enter');
    };
    await write('Nur für Kollegen: hier ist Vorsicht geboten.');
    await page.getByRole('button', { name: 'Kunde', exact: true }).click();
    await write(`Ich sehe nach. https://example.org/${'sehr/lange/adresse/'.repeat(5)}`);
    await page.getByLabel('Nachricht').fill('/');
    await page.getByRole('option').first().waitFor();
    await isFine(page, 'canned');
    await page.getByLabel('Nachricht').fill('');
    await isFine(page, 'busy');
    await button(/^Chat beenden/).click();
    await isFine(page, 'end');
    await button('In der Warteschlange lassen').click();
    await button('Fertig').waitFor();
    await isFine(page, 'wrap-up');
    if (isPhone) {
      await button('Kontakt').click();
      await isFine(page, 'contact');
      await button('Kontakt schließen').click();
    }
    await button('Agenten und Warteschlangen').click();
    await page.getByRole('option', { name: /Ben Okafor/ }).click();
    await isFine(page, 'directory');
    await button('Schreiben').click();
    ben.dms.send('agent1', 'Ich kann ihn übernehmen.');
    await page.getByRole('log').getByText('Ich kann ihn übernehmen.').last().waitFor();
    await isFine(page, 'internal');
    await button('Einstellungen').click();
    await button('Tastenkürzel').click();
    await page.getByRole('heading', { name: 'Tastenkürzel' }).waitFor();
    await isFine(page, 'help');
    await page.keyboard.press('Escape');
    at.network('agent1').outage(60_000);
    await page.getByText('Keine Verbindung.').waitFor();
    await isFine(page, 'offline');
  });

  it('an error is said in plain words', async () => {
    const page = await open('agent1');
    await page.evaluate(() => {
      const { send } = WebSocket.prototype;
      // A reason that the server does not take.
      WebSocket.prototype.send = function (data) {
        send.call(this, String(data).replace('"lunch"', JSON.stringify('x'.repeat(65))));
      };
    });
    await page.getByRole('button', { name: /^Status/ }).click();
    await page.getByRole('button', { name: 'Mittagspause' }).click();
    await page.getByText('Der Server nimmt das so nicht an.').waitFor();
    await isFine(page, 'error');
  });
});
