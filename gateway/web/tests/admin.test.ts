// The administration in a real browser, against a real Baton: what is edited, found, published,
// brought together with others' changes, and brought back.

import type { Configuration } from '@baton/client';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Baton } from './baton.ts';
import { flaws, launch } from './browser.ts';
import { type Site, site } from './site.ts';

let baton: Baton;
let host: Site;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let errors: string[] = [];

beforeAll(async () => {
  baton = await Baton.up();
  host = await site(baton.url);
  browser = await launch();
}, 60_000);
beforeEach(() => {
  errors = [];
});
afterEach(() => context?.close());
afterAll(async () => {
  await browser?.close();
  await host?.close();
  await baton?.down();
});

interface Look {
  scheme?: 'light' | 'dark';
  width?: number;
  locale?: string;
}

/** A browser of its own with somebody signed in. */
async function open(path: string, role = 'admin', { scheme = 'light', ...look }: Look = {}) {
  const viewport = { width: look.width ?? 1440, height: 900 };
  context = await browser.newContext({
    colorScheme: scheme,
    viewport,
    locale: look.locale ?? 'en',
  });
  page = await tab(path, role);
}

async function tab(path: string, role = 'admin'): Promise<Page> {
  const one = await context.newPage();
  one.on('pageerror', (error) => errors.push(String(error)));
  const token = baton.token(role, role === 'admin' ? 'admin' : 'lead1');
  await one.addInitScript((text) => sessionStorage.setItem('baton.token', text), token);
  await one.goto(`${host.url}/admin#${path}`);
  return one;
}

/** Goes there within the page. */
const go = (path: string) =>
  page.evaluate((hash) => {
    location.hash = hash;
  }, path);

const bar = (of = page) => of.getByRole('region', { name: 'Draft' });
const field = (path: string, of = page) => of.locator(`[id="${path}"]`);
const around = (path: string) => page.locator(`[data-path="${path}"]`).last();
const publish = (of = page) => of.getByRole('button', { name: 'Publish', exact: true });

async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  const authorization = `Bearer ${baton.token('admin', 'admin')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await fetch(`${baton.url}/v1${path}`, { ...init, headers });
  const body = await answer.json();
  if (!answer.ok) throw new Error(JSON.stringify(body));
  return body as T;
}

const config = () => call<Configuration>('/config');
/** Somebody else publishes. */
async function publishElsewhere(change: (config: Configuration) => void) {
  const now = await config();
  change(now);
  await call('/config', { method: 'PUT', body: JSON.stringify(now) });
}

describe('the administration', () => {
  it('edits, shows what will be different, and publishes it', async () => {
    await open('/queues/billing');
    await field('queues.billing.name').fill('Invoices');
    await field('queues.billing.policies.offer_s').fill('45');
    await field('queues.billing.messages.greeting').fill('Hello from Invoices.');
    await bar().getByText('(1)').waitFor();
    await bar()
      .getByRole('link', { name: /Review and publish/ })
      .click();
    const difference = page.getByRole('table');
    await difference.getByRole('row', { name: 'Policies › Time to accept — 45 s' }).waitFor();
    await difference.getByRole('row', { name: /^Name Billing Invoices$/ }).waitFor();
    await publish().click();
    await page.getByText(/^Version \d+ is published and holds now\.$/).waitFor();
    await bar().getByText('No changes').waitFor();
    const { queues } = await config();
    expect(queues.billing).toMatchObject({ name: 'Invoices', policies: { offer_s: 45 } });
    expect(errors).toEqual([]);
  });

  it('leads from a finding to its field, and publishes nothing that has errors', async () => {
    const before = await config();
    await open('/queues/sales');
    await field('queues.sales.priority').fill('12');
    const finding = around('queues.sales.priority').getByText('Not a priority from 0 to 9.');
    await finding.waitFor();
    expect(await field('queues.sales.priority').getAttribute('aria-invalid')).toBe('true');
    await bar().getByText('1 error').waitFor();
    await go('/review');
    await publish().click();
    await page.getByText('Nothing was published: these errors').waitFor();
    expect((await config()).version).toBe(before.version);
    await page.getByRole('link', { name: /queues\.sales\.priority/ }).click();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.id))
      .toBe('queues.sales.priority');
    await field('queues.sales.priority').fill('7');
    await bar().getByText('1 error').waitFor({ state: 'detached' });
    await go('/review');
    await publish().click();
    await page.getByText(/is published and holds now/).waitFor();
    expect((await config()).queues.sales?.priority).toBe(7);
  });

  it('says what the server found when that is faster than the check', async () => {
    const before = await config();
    await open('/agents/agent1');
    // The check goes nowhere: publishing finds it.
    await page.route('**/v1/config/check', (route) => route.abort());
    await page.getByLabel('Level').first().fill('11');
    await go('/review');
    await publish().click();
    await page.getByText('Nothing was published: these errors').waitFor();
    await page.getByRole('link', { name: /agents\.agent1\.skills\[0\]\.level/ }).click();
    await page.getByText('Not a level from 1 to 10.').waitFor();
    expect((await config()).version).toBe(before.version);
  });

  it('brings two people’s changes together, and asks where both changed the same', async () => {
    await open('/queues/sales');
    await field('queues.sales.name').fill('Sales of ours');
    await field('queues.sales.max_length').fill('50');
    const other = await tab('/queues/sales');
    await field('queues.sales.name', other).fill('Sales of theirs');
    await field('queues.sales.weight', other).fill('300');
    await other.getByRole('link', { name: /Review and publish: 1 change/ }).click();
    await publish(other).click();
    await other.getByText(/is published and holds now/).waitFor();

    // A tab behind another draws slowly.
    await page.bringToFront();
    await go('/review');
    await publish().click();
    await page.getByRole('heading', { name: 'Somebody else has published' }).waitFor();
    await shot('newer-light-1440');
    const clash = page.getByRole('group', { name: /Sales of ours › Name$/ });
    expect(await clash.getByRole('radio', { name: /Yours/ }).isChecked()).toBe(true);
    await clash.getByRole('radio', { name: /Theirs/ }).check();
    await page.getByRole('button', { name: 'Continue with both' }).click();
    await page.getByRole('row', { name: /^Most waiting chats — 50$/ }).waitFor();
    await publish().click();
    await page.getByText(/is published and holds now/).waitFor();
    expect((await config()).queues.sales).toMatchObject({
      name: 'Sales of theirs',
      max_length: 50,
      weight: 300,
    });
  });

  it('follows what others publish while nothing is edited, and tells of it otherwise', async () => {
    await open('/general');
    await field('time_zone').waitFor();
    await publishElsewhere((now) => {
      now.time_zone = 'Europe/Paris';
    });
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await expect.poll(() => field('time_zone').inputValue()).toBe('Europe/Paris');
    await field('time_zone').fill('Europe/Rome');
    await publishElsewhere((now) => {
      now.time_zone = 'Europe/Madrid';
    });
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await page.getByText(/admin has published version \d+ while you were editing/).waitFor();
    await page.getByRole('link', { name: 'See what changed' }).click();
    await page.getByRole('button', { name: 'Throw my changes away' }).click();
    await go('/general');
    await expect.poll(() => field('time_zone').inputValue()).toBe('Europe/Madrid');
  });

  it('keeps what was published, and goes back to it', async () => {
    const before = await config();
    await publishElsewhere((now) => {
      now.agents.agent9 = { name: 'Ines Moreau' };
      delete now.agents.agent8;
    });
    await open('/history');
    await page.getByRole('link', { name: new RegExp(`^Version ${before.version}`) }).click();
    await page.getByRole('heading', { name: `Version ${before.version}` }).waitFor();
    await page.getByRole('heading', { name: /Agents › Ines Moreau/ }).waitFor();
    await page.getByText('deleted', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Go back to this version' }).click();
    await page.getByRole('heading', { name: 'Review and publish' }).waitFor();
    await publish().click();
    await page.getByText(`Version ${before.version! + 2} is published`).waitFor();
    const now = await config();
    expect(now.agents.agent9).toBeUndefined();
    expect({ ...now, version: 0 }).toEqual({ ...before, version: 0 });
  });

  it('keeps the draft through a reload, takes steps back, and offers what a closed tab left', async () => {
    await open('/agents/agent2');
    await field('agents.agent2.name').fill('Ben O.');
    await page.reload();
    await expect.poll(() => field('agents.agent2.name').inputValue()).toBe('Ben O.');
    await field('agents.agent2.capacity').fill('500');
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => field('agents.agent2.capacity').inputValue()).toBe('');
    await page.getByRole('button', { name: 'Redo' }).click();
    await expect.poll(() => field('agents.agent2.capacity').inputValue()).toBe('500');
    await page.close();

    page = await tab('/agents/agent2');
    await page.getByText(/A draft with 1 change from/).waitFor();
    await page.getByRole('button', { name: 'Take it up' }).click();
    await expect.poll(() => field('agents.agent2.name').inputValue()).toBe('Ben O.');
    await bar().getByRole('button', { name: 'Discard all' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard all' }).click();
    await expect.poll(() => field('agents.agent2.name').inputValue()).toBe('Ben Okafor');
    await page.reload();
    await bar().getByText('No changes').waitFor();
  });

  it('makes, copies and deletes rows, and says what would miss them', async () => {
    await open('/skills');
    await page.getByRole('button', { name: 'New skill' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Português');
    expect(await dialog.getByLabel('Id').inputValue()).toBe('portugues');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'Português' }).waitFor();
    await page.getByText('Nothing uses it.').waitFor();
    await go('/skills/french');
    await page.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByText('Queues › Support (français)').waitFor();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await bar()
      .getByText(/\d errors/)
      .waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await bar()
      .getByText(/\d errors/)
      .waitFor({ state: 'detached' });
  });

  it('edits hours, rules and messages by the keyboard and the pointer', async () => {
    await open('/hours');
    await page.getByRole('button', { name: 'New opening hours' }).click();
    await page.getByRole('dialog').getByLabel('Id').fill('office');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Add hours' }).click();
    await page.getByLabel('Saturday').check();
    await page.getByLabel('To', { exact: true }).fill('8');
    await page.getByText('These times do not work.').waitFor();
    await page.getByLabel('To', { exact: true }).fill('1730');
    await page.getByLabel('To', { exact: true }).blur();
    expect(await page.getByLabel('To', { exact: true }).inputValue()).toBe('17:30');
    await go('/queues/billing');
    await field('queues.billing.hours').selectOption('office');
    await page.getByLabel('Closed: Add a language …').selectOption('de');
    await page
      .getByLabel('Closed: German (de)', { exact: true })
      .fill('Wir sind wieder ab acht Uhr da.');
    await go('/rules');
    await page.getByRole('button', { name: 'New rule' }).click();
    await page.getByLabel('Condition').fill('customer.phone == 1');
    await page.getByText('No such attribute.').waitFor();
    await page.getByLabel('Condition').fill("attributes.plan == 'gold'");
    await page.getByLabel('Then to the queue').selectOption('billing');
    await bar().getByText('Nothing found').waitFor();
    await go('/review');
    await publish().click();
    await page.getByText(/is published and holds now/).waitFor();
    const now = await config();
    expect(now.hours?.office?.weekly).toEqual([
      { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'], from: '08:00', to: '17:30' },
    ]);
    expect(now.queues.billing?.messages?.closed).toEqual({
      de: 'Wir sind wieder ab acht Uhr da.',
    });
    expect(now.rules).toEqual([{ if: "attributes.plan == 'gold'", queue: 'billing' }]);
  });

  it('goes on without a connection, and checks when it is back', async () => {
    await open('/queues/sales');
    await field('queues.sales.priority').waitFor();
    host.outage(4_000);
    await page.evaluate(() => dispatchEvent(new Event('offline')));
    await page.getByText('No connection. You can go on editing').waitFor();
    await field('queues.sales.priority').fill('15');
    await bar().getByText('Not checked: the server does not answer').waitFor();
    await around('queues.sales.priority').getByText('Not a priority from 0 to 9.').waitFor();
    await page.getByText('No connection.').waitFor({ state: 'detached' });
  });

  it('is read by nobody whose role may not', async () => {
    await open('/', 'supervisor');
    await page.getByText('This page is for administrators').waitFor();
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await page.getByLabel('Token').waitFor();
  });

  it('finds a queue or an agent from anywhere by the keyboard alone', async () => {
    await open('/');
    await bar().waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('grace');
    await page.getByRole('option', { name: /Grace Lindholm/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Grace Lindholm' }).waitFor();
    await page.getByRole('link', { name: /Grace Lindholm/ }).focus();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('heading', { name: 'Hugo Santos' }).waitFor();
  });

  it('goes out as a file and comes in as a draft', async () => {
    await open('/file');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'What is published' }).click();
    const text = await (await (await download).createReadStream()).toArray();
    const exported = JSON.parse(Buffer.concat(text).toString()) as Configuration;
    const name = exported.queues.billing?.name ?? '';
    expect(exported).toEqual(await config());
    exported.queues.billing!.name = 'Money';
    const input = page.locator('input[type=file]');
    await input.setInputFiles({ name: 'x.json', mimeType: '', buffer: Buffer.from('[]') });
    await page.getByText('This is not a configuration').waitFor();
    const buffer = Buffer.from(JSON.stringify(exported));
    await input.setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer });
    await page.getByText('The file is your draft now: 1 change.').waitFor();
    await go('/review');
    await page.getByRole('row', { name: `Name ${name} Money` }).waitFor();
  });

  it('says that nobody publishes just now, and publishes the same once when it is asked again', async () => {
    await open('/general');
    let isGone = true;
    await page.route('**/v1/config', (route) => {
      if (!isGone || route.request().method() !== 'PUT') return route.continue();
      const body = JSON.stringify({ code: 'unavailable', detail: '', retry_after_s: 10 });
      return route.fulfill({ status: 503, body });
    });
    await field('time_zone').fill('Europe/Lisbon');
    await go('/review');
    await publish().click();
    await page.getByText('The routing engine does not answer just now.').waitFor();
    await page.getByText('Whether it was published is not known.').waitFor();
    isGone = false;
    await publish().click();
    await page.getByText(/is published and holds now/).waitFor();
    expect((await config()).time_zone).toBe('Europe/Lisbon');
  });

  it('takes what the server does not know out of an imported file', async () => {
    await open('/file');
    const now = await config();
    const sales = { ...now.queues.sales, frobnicate: 1 };
    const strange = { ...now, queues: { ...now.queues, sales } };
    const buffer = Buffer.from(JSON.stringify(strange));
    const file = { name: 'x.json', mimeType: 'application/json', buffer };
    await page.locator('input[type=file]').setInputFiles(file);
    await bar().getByText('1 error').waitFor();
    await go('/');
    await page.getByRole('link', { name: /frobnicate/ }).click();
    await page.getByRole('button', { name: 'Remove: frobnicate' }).click();
    await bar().getByText('No changes').waitFor();
  });

  it('s23 shows what people write as text, whatever it is', async () => {
    const hostile = '<img src=x onerror="document.title=1">\u202Eevil\u202C 👩‍👩‍👧‍👦 ';
    await open('/queues/sales', 'admin', { width: 360 });
    await field('queues.sales.name').fill(hostile.repeat(5).slice(0, 200));
    await field('queues.sales.messages.greeting').fill(hostile + 'x'.repeat(9_000));
    expect(await page.locator('main :is(img, script)').count()).toBe(0);
    expect(await isWide()).toBe(false);
    await go('/review');
    await page.getByRole('table').waitFor();
    expect(await page.locator('main :is(img, script)').count()).toBe(0);
    expect(await isWide()).toBe(false);
    expect(await page.title()).toBe('Administration · Baton');
    expect(errors).toEqual([]);
  });
});

describe('very much of it', () => {
  it('does not freeze at 60,000 agents and 500 queues', async () => {
    const before = await config();
    const agents = Object.fromEntries(
      Array.from({ length: 60_000 }, (_, index) => [`a${index}`, { name: `Agent ${index}` }]),
    );
    const queues = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`q${index}`, { name: `Queue ${index}` }]),
    );
    await publishElsewhere((now) => {
      Object.assign(now.agents, agents);
      Object.assign(now.queues, queues);
    });
    await open('/agents/a59999');
    await page.getByRole('heading', { name: 'Agent 59999' }).waitFor();
    await page.getByText('60,008 in all').waitFor();
    expect(
      await page.getByRole('list', { name: 'Agents' }).getByRole('listitem').count(),
    ).toBeLessThan(60);
    const slowest = await page.evaluate(async () => {
      const input = document.getElementById('agents.a59999.name') as HTMLInputElement;
      const took: number[] = [];
      for (let index = 0; index < 20; index++) {
        const from = performance.now();
        input.value = `Somebody ${index}`;
        input.dispatchEvent(new Event('input', { bubbles: true }));
        await new Promise((resolve) => requestAnimationFrame(resolve));
        took.push(performance.now() - from);
      }
      return took.sort((a, b) => a - b)[18];
    });
    console.log(`a keystroke among 60,008 agents: p95 ${slowest?.toFixed(1)} ms`);
    expect(slowest).toBeLessThan(100);
    await page.getByRole('searchbox', { name: 'Search Agents' }).fill('a4242');
    await page.getByText('11 of 60,008').waitFor();
    await call('/config', { method: 'PUT', body: JSON.stringify(before) });
  });
});

/** Whether anything must be scrolled sideways to be seen. */
const isWide = () =>
  page.evaluate(() => {
    const boxes = [document.documentElement, ...document.querySelectorAll('main, main *')];
    const scrolls = (box: Element) =>
      box === document.documentElement || /auto|scroll/.test(getComputedStyle(box).overflowX);
    return boxes.some(
      (box) => scrolls(box) && !box.matches('pre') && box.scrollWidth > box.clientWidth,
    );
  });

async function shot(name: string) {
  const { PICTURES } = process.env;
  if (PICTURES) await page.screenshot({ path: `${PICTURES}/admin-${name}.png` });
}

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
