// How the desk looks in everything that opens on it, in light and dark, wide and on a phone, in
// German; its states are among the pictures.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { type Stage, stage } from './desks.ts';
import * as looks from './looks.ts';

let at: Stage;

beforeAll(async () => {
  at = await stage();
}, 60_000);
afterEach(() => at.clear());
afterAll(() => at?.down());

const LOOKS = [
  ['light', 1440],
  ['dark', 1440],
  ['light', 360],
  ['dark', 360],
] as const;

describe.each(LOOKS)('in %s at %d pixels', (colorScheme, width) => {
  const isPhone = width < 768;
  const isFine = (page: Page, state: string) =>
    looks.isFine(page, `desk-${state}-${colorScheme}-${width}`);
  const open = async (sub: string) =>
    at.desk(sub, {
      isReady: false,
      locale: 'de',
      colorScheme,
      viewport: looks.sizeOf(width),
      reducedMotion: 'reduce',
    });

  it('everything is fine that opens', { timeout: 120_000 }, async () => {
    const stranger = await at.page({
      locale: 'de',
      colorScheme,
      viewport: looks.sizeOf(width),
    });
    await stranger.goto(`${at.network('agent1').url}/desk`);
    await stranger.getByLabel('Token').waitFor();
    await isFine(stranger, 'sign-in');

    const page = await open('agent1');
    const button = (name: string | RegExp) => page.getByRole('button', { name });
    await page.getByText('Sie bekommen keine Chats, bis Sie bereit sind.').waitFor();
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
  });
});
