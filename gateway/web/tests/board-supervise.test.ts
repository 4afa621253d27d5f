// What a supervisor does from the board, in a real browser, against a real Baton, seen from the
// agents' and the customer's side too.

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Baton, until } from './baton.ts';
import { launch } from './browser.ts';
import { Crowd, signIn } from './crowd.ts';
import { type Site, site } from './site.ts';

let baton: Baton;
let host: Site;
let browser: Browser;
let crowd: Crowd;
let page: Page;
let errors: string[] = [];

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

async function open(path: string, role = 'supervisor', sub = 'lead1') {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  page = await context.newPage();
  errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await signIn(page, baton.token(role, sub));
  await page.goto(`${host.url}/board#${path}`);
  await page.getByText('Live', { exact: true }).first().waitFor();
}

/** A chat that Alice has. */
async function talking() {
  const caller = await crowd.caller({
    queue: 'billing',
    text: 'My invoice is wrong',
    customer: { name: 'Dana' },
  });
  const alice = await crowd.ready('agent1');
  return { caller, alice, chat: await crowd.accept(alice) };
}

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const log = () => page.getByRole('log');
const said = (text: string) => log().getByText(text, { exact: true });

describe('a supervisor', () => {
  it('watches unseen, coaches, barges in, and leaves', async () => {
    const { chat } = await talking();
    const people = () =>
      chat.chat
        .get()
        ?.participants.filter((one) => one.state === 'connected')
        .map((one) => one.mode ?? one.role);
    await open('/queues/billing');
    await page.getByRole('link', { name: 'Dana' }).click();
    await said('My invoice is wrong').waitFor();
    await button('Watch').click();
    await page.getByText('You follow live. Nobody in the chat sees you.').waitFor();
    chat.send('Let me look');
    await said('Let me look').waitFor();
    expect(people()).not.toContain('monitor');
    expect(await page.getByRole('textbox').count()).toBe(0);

    await button('Coach').click();
    await page.getByLabel(/^To the agents only/).fill('Offer a discount');
    await page.keyboard.press('Enter');
    await until(
      chat.lines,
      (lines) =>
        lines.some((line) => line.text === 'Offer a discount' && line.visibility === 'agents'),
      'the whisper',
    );
    await expect.poll(people).toContain('coach');

    await button('Barge in').click();
    await page.getByLabel('To everybody in the chat').fill('I take a look myself');
    await button('Send').click();
    await until(
      chat.lines,
      (lines) =>
        lines.some((line) => line.text === 'I take a look myself' && line.visibility === 'all'),
      'the line',
    );
    // Whoever speaks stays in it, wherever on the board they go.
    await page.getByRole('link', { name: 'Overview' }).click();
    await page
      .getByRole('navigation', { name: 'You are in' })
      .getByRole('link', { name: 'Dana' })
      .click();
    await page.reload();
    await said('I take a look myself').waitFor();
    await button('Leave').click();
    await page.getByText('You are not in this chat.').waitFor();
    await expect.poll(people).toEqual(['customer', 'agent']);
    expect(errors).toEqual([]);
  });

  it('s23 reads what people write as text, whatever it is', async () => {
    const hostile = [
      '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>',
      '\u202Eevil\u202C \u05E9\u05DC\u05D5\u05DD 👩‍👩‍👧‍👦',
      'x'.repeat(10_000),
    ];
    const { chat } = await talking();
    await crowd.caller({ queue: 'billing', customer: { name: `<b>${'W'.repeat(190)}</b>` } });
    for (const text of hostile) chat.send(text);
    await open(`/chats/${chat.id}`);
    for (const text of hostile) await said(text).waitFor();
    await button('Watch').click();
    await page.getByText('You follow live.').waitFor();
    for (const text of hostile) await said(text).waitFor();
    const wide = () => document.documentElement.scrollWidth > innerWidth;
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate(wide)).toBe(false);
    await page.goto(`${host.url}/board#/queues/billing`);
    await page.getByText(/^<b>W+/).waitFor();
    expect(await page.evaluate(wide)).toBe(false);
    expect(await page.locator('main :is(img, script, b)').count()).toBe(0);
    expect(await page.title()).not.toBe('owned');
    expect(errors).toEqual([]);
  });

  it('may be an admin', async () => {
    const { chat } = await talking();
    await open(`/chats/${chat.id}`, 'admin', 'admin');
    await button('Watch').click();
    await page.getByText('You follow live.').waitFor();
    chat.send('Good morning');
    await said('Good morning').waitFor();
    await button('Leave').click();
    await page.getByText('You are not in this chat.').waitFor();
  });

  it('who only watches has left when they look elsewhere', async () => {
    const { chat } = await talking();
    await open(`/chats/${chat.id}`);
    await button('Watch').click();
    await page.getByText('You follow live.').waitFor();
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.goto(`${host.url}/board#/chats/${chat.id}`);
    await page.getByText('You are not in this chat.').waitFor();
  });

  it('gives a chat to somebody else', async () => {
    const { chat } = await talking();
    const ben = await crowd.ready('agent2');
    await open(`/chats/${chat.id}`);
    await button(/^Reassign/).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Search').fill('ben');
    await dialog.getByRole('button', { name: /^Ben Okafor/ }).click();
    await dialog.getByRole('button', { name: 'Reassign' }).click();
    await dialog.waitFor({ state: 'detached' });
    const at = await crowd.accept(ben);
    expect(at.id).toBe(chat.id);
    await page.getByText('Offered to Ben Okafor · Billing').waitFor();
    await page.getByRole('listitem').filter({ hasText: 'Ben Okafor' }).getByText('here').waitFor();
  });

  it('gives a chat to a queue, or is told why not', async () => {
    const { chat } = await talking();
    await open(`/chats/${chat.id}`);
    await button(/^Reassign/).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Queue', exact: true }).click();
    await dialog.getByRole('button', { name: /Sales/ }).click();
    await dialog.getByRole('button', { name: 'Reassign' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Waiting now · Sales').waitFor();
    await page.getByText(/^Waits for an agent with sales; /).waitFor();
  });

  it('takes an agent out of a chat', async () => {
    const { alice, chat } = await talking();
    const ben = await crowd.ready('agent2');
    await alice.add(chat.id, { agent: 'agent2' });
    await crowd.accept(ben);
    await open(`/chats/${chat.id}`);
    await button('Remove Ben Okafor?').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await expect
      .poll(() => page.getByRole('listitem').filter({ hasText: 'Ben Okafor' }).allTextContents())
      .not.toContainEqual(expect.stringContaining('here'));
    await button('Remove Alice Weber?').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('alert').getByText('The customer would be left alone.').waitFor();
  });

  it('needs no mouse', async () => {
    const { chat } = await talking();
    await open('/');
    /** Goes on by Tab until what has the focus is called so. */
    const tabTo = async (name: RegExp) => {
      for (let at = 0; at < 60; at++) {
        await page.keyboard.press('Tab');
        const has = page.locator(':focus');
        const label = (await has.getAttribute('aria-label')) ?? (await has.textContent()) ?? '';
        if (!name.test(label)) continue;
        // Whoever goes by keyboard sees where they are.
        expect(await has.evaluate((it) => getComputedStyle(it).outlineStyle)).toBe('solid');
        return;
      }
      throw new Error(`Tab never came to ${name}`);
    };
    await page.locator('[data-queue=billing]').waitFor();
    await tabTo(/^Billing$/);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Dana' }).waitFor();
    await tabTo(/^Dana$/);
    await page.keyboard.press('Enter');
    await said('My invoice is wrong').waitFor();
    await tabTo(/^Reassign/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    // The focus is back where it was.
    await expect.poll(() => page.locator(':focus').textContent()).toMatch(/^Reassign/);
    await tabTo(/^Coach$/);
    await page.keyboard.press('Enter');
    await page.getByRole('textbox').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('All good');
    await page.keyboard.press('Enter');
    await until(chat.lines, (all) => all.some((line) => line.text === 'All good'), 'the whisper');
  });

  it('ends a chat for everybody', async () => {
    const { chat } = await talking();
    await open(`/chats/${chat.id}`);
    await button(/^End chat/).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End chat' }).click();
    await page.getByText('Wrap-up', { exact: true }).waitFor();
    await until(chat.chat, (now) => now?.state === 'wrapup', 'the wrap-up');
    expect(await button('Watch').count()).toBe(0);
  });

  it('sets an agent’s status, and is asked before one is taken out of chats', async () => {
    const { alice, chat } = await talking();
    await open('/agents/agent1');
    await button('Not ready').click();
    await page.getByText('set by a supervisor').first().waitFor();
    await until(alice.self, (row) => row?.reason === 'forced', 'forced');
    await button('Logged out').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 chat is still open.').waitFor();
    await dialog.getByRole('button', { name: 'Log out anyway' }).click();
    await dialog.waitFor({ state: 'detached' });
    await until(alice.self, (row) => row?.status === 'logged_out', 'logged out');
    await page.goto(`${host.url}/board#/chats/${chat.id}`);
    await page.getByText('Waiting now · Billing').waitFor();
  });

  it('is told that there is no status to set where nobody is', async () => {
    await open('/agents/agent3');
    await button('Ready').click();
    await page.getByText('Chloé Martin is not connected').waitFor();
  });

  it('is told why a chat waits, and why an agent gets nothing', async () => {
    const caller = await crowd.caller({ queue: 'support_fr', customer: { name: 'Luc' } });
    await crowd.ready('agent1');
    await open(`/chats/${caller.id}`);
    await page
      .getByText('Waits for an agent with french at level 5 or more; none is logged in.')
      .waitFor();
    await page.getByText('8 considered').click();
    await page.getByText('Alice Weber lacks french at level 5').waitFor();
    await page.goto(`${host.url}/board#/agents/agent1`);
    await page.getByText('Alice Weber is ready, but nobody who waits is for them.').waitFor();
    await page.getByText('lacks french at level 5 or more').waitFor();
  });
});
