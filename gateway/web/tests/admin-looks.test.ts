// How the administration looks in every section and state: no serious flaw, nothing to scroll
// sideways. `PICTURES=FOLDER` leaves pictures.

import { beforeAll, describe, expect, it } from 'vitest';
import {
  atTheAdministration,
  context,
  go,
  isWide,
  open,
  page,
  publishElsewhere,
  shot,
} from './admin-page.ts';
import { flaws } from './browser.ts';

atTheAdministration();

/** Something of everything. */
async function furnish() {
  await publishElsewhere((now) => {
    now.origins = ['https://shop.example'];
    now.hours = {
      office: {
        weekly: [
          { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '18:00' },
          { days: ['sat'], from: '10:00', to: '14:00' },
        ],
        exceptions: [{ date: '2026-12-24', from: '08:00', to: '12:00' }, { date: '2026-12-25' }],
      },
    };
    now.profiles = {
      first_line: [
        { queue: 'billing', rank: 1 },
        { queue: 'sales', rank: 2, delay_s: 30 },
      ],
    };
    now.rules = [
      { if: "attributes.plan == 'gold'", queue: 'billing', priority: 5 },
      { if: "attributes.language in ['fr', 'fr-CA']", queue: 'support_fr' },
    ];
    now.queues.billing!.hours = 'office';
    now.queues.billing!.relaxation = [
      { after_s: 30, skill: 'billing', level: 1 },
      { after_s: 300, skill: 'billing' },
    ];
  });
}

describe('its look', () => {
  beforeAll(furnish, 60_000);
  const SECTIONS = [
    ['overview', '/'],
    ['queues', '/queues'],
    ['queue', '/queues/billing'],
    ['agent', '/agents/agent1'],
    ['profile', '/profiles/first_line'],
    ['hours', '/hours/office'],
    ['rules', '/rules/1'],
    ['policies', '/policies'],
    ['widget', '/widget'],
    ['history', '/history'],
    ['version', '/history/1'],
    ['file', '/file'],
    ['general', '/general'],
    ['review', '/review'],
  ] as const;

  it.each([
    ['light', 1440, 'en'],
    ['dark', 1440, 'en'],
    ['light', 360, 'de'],
    ['dark', 360, 'de'],
  ] as const)('has no serious flaw and fits, in %s at %d pixels in %s', async (...look) => {
    const [scheme, width, locale] = look;
    await open('/agents/agent1', 'admin', { scheme, width, locale });
    await page
      .getByLabel(locale === 'en' ? 'Level' : 'Stufe', { exact: true })
      .first()
      .fill('20');
    await page.getByText(locale === 'en' ? '1 error' : '1 Fehler').waitFor();
    for (const [name, path] of SECTIONS) {
      await go(path);
      await page.getByRole('heading', { level: 2 }).first().waitFor();
      await page.getByText(/^(Loading|Die Konfiguration wird)/).waitFor({ state: 'detached' });
      await shot(`${name}-${scheme}-${width}`);
      expect(await flaws(page, 'html'), name).toEqual([]);
      expect(await isWide(), name).toBe(false);
    }
    await context.setOffline(true);
    await page.getByText(locale === 'en' ? 'No connection.' : 'Keine Verbindung.').waitFor();
    await shot(`offline-${scheme}-${width}`);
    expect(await flaws(page, 'html')).toEqual([]);
    expect(await isWide()).toBe(false);
  });

  it.each([
    ['light', 1440, 'en'],
    ['dark', 360, 'de'],
  ] as const)('invites to begin where nothing was published yet, in %s at %d', async (...look) => {
    const [scheme, width, locale] = look;
    await open('/nowhere', 'admin', { scheme, width, locale });
    const body = JSON.stringify({ code: 'not_found', detail: '' });
    await page.route('**/v1/config', (route) => route.fulfill({ status: 404, body }));
    await page.route('**/v1/config/versions', (route) =>
      route.fulfill({ body: JSON.stringify({ versions: [] }) }),
    );
    await page.reload();
    await go('/');
    const [first, empty] =
      locale === 'en'
        ? ['This workspace has no configuration yet', 'Nothing here yet.']
        : ['Dieser Arbeitsbereich hat noch keine Konfiguration', 'Hier ist noch nichts.'];
    await page.getByRole('heading', { name: first }).waitFor();
    await shot(`empty-${scheme}-${width}`);
    expect(await flaws(page, 'html')).toEqual([]);
    await go('/queues');
    await page.getByText(empty).waitFor();
    expect(await isWide()).toBe(false);
  });
});
