// The customer's widget in a real browser, on a stranger's page, against a real Baton.

import { connectStaff, type Staff } from '@baton/client';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Baton, until, wire } from './baton.ts';
import { flaws, launch } from './browser.ts';
import { type Site, site } from './site.ts';

let baton: Baton;
let shop: Site;
let browser: Browser;
let desks: Staff[] = [];
let pages: Page[] = [];

beforeAll(async () => {
  baton = await Baton.up();
  shop = await site(baton.url);
  browser = await launch();
}, 60_000);
afterEach(async () => {
  await Promise.all(pages.map((page) => page.context().close()));
  await Promise.allSettled(desks.map((desk) => desk.status({ status: 'logged_out' })));
  for (const desk of desks) desk.close();
  desks = [];
  pages = [];
});
afterAll(async () => {
  await browser?.close();
  await shop?.close();
  await baton?.down();
});

async function agent(sub: string): Promise<Staff> {
  const token = baton.token('agent', sub);
  const { platform } = wire(baton.url);
  const desk = connectStaff({ url: baton.url, token: () => token, platform });
  desks.push(desk);
  await until(desk.connection, (state) => state.state === 'online', `${sub} online`);
  await desk.status({ status: 'ready' });
  return desk;
}

async function accept(desk: Staff) {
  const [offer] = await until(desk.offers.all, (all) => all.length > 0, 'an offer');
  await desk.accept(offer!.offer_id);
  const chats = await until(
    desk.chats.all,
    (all) => all.some((one) => one.id === offer!.chat.chat_id),
    'the chat',
  );
  return chats.find((one) => one.id === offer!.chat.chat_id)!;
}

async function visit(
  attributes = 'data-queue="billing"',
  options: BrowserContextOptions = {},
  lang = 'en',
) {
  const context = await browser.newContext({ locale: lang, ...options });
  const page = await context.newPage();
  pages.push(page);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(shop.page(attributes, lang));
  return { page, errors };
}

async function start(page: Page, text = 'My invoice is wrong') {
  await page.getByRole('button', { name: 'Open the chat' }).click();
  await page.getByLabel('Your name').fill('Dana');
  await page.getByLabel('How can we help?').fill(text);
  await page.getByRole('button', { name: 'Start chat' }).click();
}

const said = (page: Page) => page.locator('baton-widget .said').allTextContents();
/** What was said to who cannot see. */
const voice = (page: Page) => page.locator('baton-widget .voice').textContent();
const status = (page: Page) => page.locator('baton-widget .status');
const seen = (page: Page, text: string) => page.getByText(text, { exact: true }).first().waitFor();
const write = async (page: Page, text: string) => {
  await page.getByLabel('Message').fill(text);
  await page.getByLabel('Message').press('Enter');
};

describe('the widget', () => {
  it('takes a customer from the form through a transfer to the end', async () => {
    const { page, errors } = await visit();
    await start(page);
    await seen(page, 'You are next.');
    await expect.poll(() => voice(page)).toContain('Billing: Welcome to Billing.');
    const alice = await agent('agent1');
    const atAlice = await accept(alice);
    await seen(page, 'You are talking to Alice Weber.');
    await seen(page, 'You are now talking to Alice Weber.');
    atAlice.send('Good morning');
    await seen(page, 'Good morning');
    await write(page, 'Good morning to you');
    await until(atAlice.lines, (all) => all.some((l) => l.text === 'Good morning to you'), 'it');
    atAlice.readAll();
    await seen(page, 'Read');
    atAlice.typed();
    await seen(page, 'Alice Weber is typing …');

    const ben = await agent('agent2');
    await alice.add(atAlice.id, { agent: 'agent2' });
    const atBen = await accept(ben);
    await seen(page, 'Ben Okafor has joined.');
    await seen(page, 'You are talking to Alice Weber and Ben Okafor.');
    atAlice.send('He never pays', 'agents');
    await alice.leave(atAlice.id, { disposition: 'moved' });
    await seen(page, 'Alice Weber has left. You are now talking to Ben Okafor.');
    atBen.send('I have your invoice here');
    await seen(page, 'I have your invoice here');

    await page.getByRole('button', { name: 'End chat' }).click();
    await page.getByRole('button', { name: 'Keep chatting' }).click();
    await page.getByRole('button', { name: 'End chat' }).click();
    await page.getByRole('group').getByRole('button', { name: 'End chat' }).click();
    await seen(page, 'The chat has ended.');
    expect(await said(page)).toEqual([
      'My invoice is wrong',
      'Welcome to Billing. Please have your invoice number at hand.',
      'Good morning',
      'Good morning to you',
      'I have your invoice here',
    ]);
    await page.getByRole('button', { name: 'Start a new chat' }).click();
    await page.getByLabel('How can we help?').waitFor();
    await ben.completeWrapup(atBen.id);
    expect(errors).toEqual([]);
  });

  it('survives a reload and a dead network without losing or doubling a line', async () => {
    const { page } = await visit();
    await start(page);
    const alice = await agent('agent1');
    const at = await accept(alice);
    at.send('one');
    await seen(page, 'one');
    await page.reload();
    await page.getByRole('button', { name: 'Open the chat' }).click();
    await seen(page, 'one');
    expect(await voice(page)).not.toMatch(/Welcome|one|joined|now talking/);
    shop.outage(1_500);
    await write(page, 'two');
    await seen(page, 'Sending …');
    await seen(page, 'No connection. What you write is kept and sent when it is back.');
    at.send('three');
    // The page goes while the line is on its way.
    await page.reload();
    await page.getByRole('button', { name: 'Open the chat' }).click();
    await until(at.lines, (all) => all.some((line) => line.text === 'two'), 'two arrives');
    await write(page, 'four');
    await until(at.lines, (all) => all.some((line) => line.text === 'four'), 'four arrives');
    await seen(page, 'three');
    const texts = at.lines.get().filter((line) => line.message?.kind !== 'system');
    await expect.poll(() => said(page)).toEqual(texts.map((line) => line.text));
    for (const text of ['one', 'two', 'three', 'four']) {
      expect((await said(page)).filter((one) => one === text)).toHaveLength(1);
    }
    await page.getByRole('button', { name: 'End chat' }).click();
    await page.getByRole('group').getByRole('button', { name: 'End chat' }).click();
    await seen(page, 'The chat has ended.');
    await alice.completeWrapup(at.id);
  });

  it('s23 shows what people write as text, whatever it is', async () => {
    const hostile = [
      '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>',
      '"></p><b>bold</b> &lt;i&gt; {name} {n} $& $1',
      '\u202Eevil\u202C \u05E9\u05DC\u05D5\u05DD 👩‍👩‍👧‍👦',
      'x'.repeat(10_000),
    ];
    const { page, errors } = await visit();
    await start(page, hostile[0]);
    const alice = await agent('agent1');
    const at = await accept(alice);
    for (const text of hostile.slice(1)) at.send(text);
    await expect.poll(async () => (await said(page)).length).toBe(5);
    expect((await said(page)).filter((text) => !text.startsWith('Welcome'))).toEqual(hostile);
    expect(await page.locator('baton-widget :is(img, script, b, i)').count()).toBe(0);
    expect(await page.title()).toBe('A shop');
    const overflows = await page
      .locator('baton-widget .log')
      .evaluate((log) => log.scrollWidth > log.clientWidth);
    expect(overflows).toBe(false);
    expect(errors).toEqual([]);
    await page.getByRole('button', { name: 'End chat' }).click();
    await page.getByRole('group').getByRole('button', { name: 'End chat' }).click();
    await seen(page, 'The chat has ended.');
    await alice.completeWrapup(at.id);
  });

  it('counts what was not seen while it is closed', async () => {
    const { page } = await visit();
    await start(page);
    const alice = await agent('agent1');
    const at = await accept(alice);
    await seen(page, 'You are talking to Alice Weber.');
    await page.keyboard.press('Escape');
    at.send('Are you there?');
    at.send('Hello?');
    await page.getByRole('button', { name: 'Open the chat (2 new messages)' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Open the chat', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Open the chat', exact: true }).click();
    await page.getByRole('button', { name: 'End chat' }).click();
    await page.getByRole('group').getByRole('button', { name: 'End chat' }).click();
    await seen(page, 'The chat has ended.');
    await alice.completeWrapup(at.id);
  });
});

describe('its look', () => {
  const PHONE = { viewport: { width: 360, height: 740 } };
  const DESKTOP = { viewport: { width: 1440, height: 900 } };
  const looks = [
    ['light', 'desktop', DESKTOP],
    ['dark', 'desktop', DESKTOP],
    ['light', 'phone', PHONE],
    ['dark', 'phone', PHONE],
  ] as const;

  it.each(looks)('in %s on a %s has no serious flaw, and fits in German', async (...look) => {
    const [colorScheme, device, size] = look;
    const { page } = await visit(
      'data-queue="billing" data-fields="name! email"',
      { ...size, colorScheme },
      'de',
    );
    const shot = (name: string) =>
      process.env.PICTURES &&
      page.screenshot({
        path: `${process.env.PICTURES}/widget-${name}-${device}-${colorScheme}.png`,
      });
    const isFine = async (name: string) => {
      await shot(name);
      expect(await flaws(page, 'baton-widget')).toEqual([]);
      const wide = await page.locator('baton-widget .panel').evaluate((panel) => {
        const all = [panel, ...panel.querySelectorAll('*')];
        return all.filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1);
      });
      expect(wide).toEqual([]);
    };
    await page.getByRole('button', { name: 'Chat öffnen' }).click();
    await isFine('form');
    await page.getByLabel('Ihr Name').fill('Dana');
    await page.getByLabel('Wie können wir helfen?').fill('Meine Rechnung stimmt nicht.');
    await page.getByRole('button', { name: 'Chat beginnen' }).click();
    await page.getByText('Sie sind als Nächstes an der Reihe.').first().waitFor();
    await isFine('waiting');
    const alice = await agent('agent1');
    const at = await accept(alice);
    at.send(
      'Guten Tag, ich sehe sie mir an. https://example.org/eine/sehr/lange/adresse/'.repeat(3),
    );
    await page.getByText('Guten Tag').first().waitFor();
    await page.getByLabel('Nachricht').fill('Danke!');
    await page.getByLabel('Nachricht').press('Enter');
    await until(at.lines, (all) => all.some((line) => line.text === 'Danke!'), 'it');
    at.typed();
    await page.getByText('Alice Weber schreibt …').first().waitFor();
    await isFine('chat');
    shop.outage(3_000);
    await page.getByText('Keine Verbindung').first().waitFor();
    await isFine('offline');
    await page.getByRole('button', { name: 'Chat beenden' }).click();
    await isFine('question');
    await page.getByRole('group').getByRole('button', { name: 'Chat beenden' }).click();
    await page.getByText('Der Chat ist beendet.').first().waitFor();
    await isFine('over');
    await alice.completeWrapup(at.id);
    expect(await status(page).textContent()).toBe('Der Chat ist beendet.');
  });

  it('is not touched by the page, and its colours are the page’s to choose', async () => {
    const { page } = await visit();
    await page.addStyleTag({ content: 'baton-widget { --baton-accent: rgb(1, 2, 3) }' });
    const launcher = page.getByRole('button', { name: 'Open the chat' });
    const colour = (it: Element) => getComputedStyle(it).backgroundColor;
    expect(await launcher.evaluate(colour)).toBe('rgb(1, 2, 3)');
    await launcher.click();
    const size = (it: Element) => getComputedStyle(it).fontSize;
    expect(await page.getByRole('heading', { name: 'Chat with us' }).evaluate(size)).toBe('16px');
    const label = page.locator('baton-widget label span').first();
    expect(await label.evaluate(size)).toBe('15px');
    expect(await label.evaluate((it) => getComputedStyle(it).textTransform)).toBe('none');
  });
});
