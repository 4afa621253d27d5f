// S23 at the desk: what customers and colleagues write is shown as text, wherever it is shown, and
// does not break the page; nor do names, of whatever has one.

import type { Staff } from '@baton/client';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from './baton.ts';
import {
  accept,
  add,
  endButton,
  log,
  offered,
  type Stage,
  said,
  sees,
  stage,
  writes,
} from './desks.ts';

let at: Stage;

const MARKUP =
  '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';
/** Names of at most 200 characters: markup, one that turns what follows around, one without a break. */
const NAMES = [MARKUP, '\u202Enob\u2066 oder', 'W'.repeat(200)] as const;
const AGENTS = ['agent2', 'agent3', 'agent4'] as const;
const QUEUES = ['markup', 'turned', 'long'] as const;

beforeAll(async () => {
  at = await stage();
  await at.publish((config) => {
    for (const [index, name] of NAMES.entries()) {
      config.agents[AGENTS[index]!] = { name };
      config.queues[QUEUES[index]!] = { name, policies: { zero_eligible: 'queue_anyway' } };
    }
  });
}, 60_000);
afterEach(() => at.clear());
afterAll(() => at?.down());
const HOSTILE = [
  MARKUP,
  '"></p><b>bold</b> &lt;i&gt; {name} {n} $& $1 javascript:alert(1)',
  '\u202Eevil\u202C \u05E9\u05DC\u05D5\u05DD \u2066\u2067 unclosed',
  `${'👩‍👩‍👧‍👦'.repeat(200)} z${'\u0300'.repeat(400)}algo`,
  'x'.repeat(10_000),
  'line\n'.repeat(1_000).trim(),
];

describe('s23 what people write', () => {
  it.each([1440, 360])('is text at %d pixels, in the log, the list, the contact', async (width) => {
    const page = await at.desk('agent1', { viewport: { width, height: 800 } });
    const http = { queue: 'billing', text: MARKUP };
    await at.start({
      ...http,
      customer: { id: MARKUP, name: MARKUP.slice(0, 190), email: 'a@b' },
      attributes: { plan: MARKUP, rtl: '\u202Egnitset', long: 'y'.repeat(1_000) },
    });
    await page.locator('[data-offer]').waitFor();
    expect(await page.locator('[data-offer] :is(img, script, b)').count()).toBe(0);
    await accept(page);
    const ben = await at.agent('agent2');
    await ben.status({ status: 'ready' });
    await add(page, MARKUP, MARKUP);
    const [offer] = await until(ben.offers.all, (all) => all.length > 0, 'the invitation');
    await ben.accept(offer!.offer_id);
    const chat = await chatOf(ben);
    for (const text of HOSTILE) chat.send(text);
    for (const text of HOSTILE) chat.send(text, 'agents');
    ben.dms.send('agent1', MARKUP);
    await expect.poll(async () => (await said(page)).length, { timeout: 20_000 }).toBe(14);
    expect((await said(page)).slice(2)).toEqual([...HOSTILE, ...HOSTILE]);
    expect(await page.locator('main :is(img, script, b, i)').count()).toBe(0);
    const sizes = await log(page).evaluate((it) => [it.scrollWidth, it.clientWidth]);
    expect(sizes[0]).toBe(sizes[1]);
    if (width < 768) await page.getByRole('button', { name: 'Contact' }).click();
    const contact = page.getByRole('complementary');
    await contact.getByText('onerror').first().waitFor();
    expect(await page.locator('aside :is(img, script, b)').count()).toBe(0);
    const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(isWide).toBe(false);
    expect(await page.title()).toContain('Desk · Baton');
    expect(at.errors).toEqual([]);
  });

  it('is text in an offer’s note and last lines too', async () => {
    const alice = await at.desk('agent1');
    const dana = await at.customer('billing', MARKUP, 'Dana');
    await accept(alice);
    await writes(dana, '<b>bold</b>');
    await sees(alice, '<b>bold</b>');
    const ben = await at.desk('agent2');
    await add(alice, MARKUP, MARKUP);
    await offered(ben, '<b>bold</b>');
    expect(await ben.locator('[data-offer] :is(img, script, b)').count()).toBe(0);
    expect(await ben.title()).toContain('Desk · Baton');
    expect(at.errors).toEqual([]);
  });

  const KINDS = QUEUES.map((kind, index) => [kind, index] as const);

  describe.each([1440, 360])('and names at %d pixels', (width) => {
    it.each(KINDS)('are text in "+" and End Chat: %s', async (_, index) => {
      const name = NAMES[index]!;
      const alice = await at.desk('agent1', { viewport: { width, height: 740 } });
      await at.start({ queue: 'billing', customer: { name }, text: 'Hello' });
      await accept(alice);
      const other = await at.agent(AGENTS[index]!);
      await other.status({ status: 'ready' });
      const dialog = alice.getByRole('dialog');
      const option = (kind: string) => dialog.locator(`[role=option][id*="${kind}"]`);

      await alice.getByRole('button', { name: 'Add an agent or a queue' }).click();
      await option(QUEUES[index]!).click();
      await alice.locator('[data-quote]').waitFor();
      await isPlain(alice);
      await option(AGENTS[index]!).click();
      await alice.getByText('is asked at once').waitFor();
      await isPlain(alice);
      await alice.getByRole('button', { name: 'Add', exact: true }).click();
      await alice.locator('[data-invite=pending]').waitFor();
      await endButton(alice).click();
      await alice.getByText('has not answered yet').waitFor();
      await isPlain(alice);
      const [offer] = await until(other.offers.all, (all) => all.length > 0, 'the invitation');
      await other.accept(offer!.offer_id);
      await alice.getByText('goes on with').waitFor();
      await isPlain(alice);
      await alice.getByRole('button', { name: 'Stay' }).click();

      await other.leave((await chatOf(other)).id, { disposition: 'gone' });
      await alice.getByText('for the customer').waitFor();
      await alice.getByRole('button', { name: 'Add an agent or a queue' }).click();
      await option(QUEUES[index]!).click();
      await alice.getByRole('button', { name: 'Add', exact: true }).click();
      await alice.locator('[data-invite=queued]').waitFor();
      await endButton(alice).click();
      await alice.getByText('until somebody there accepts').waitFor();
      await isPlain(alice);
    });
  });
});

/** The dialog that is open shows the name as text, apart from its sentence, within its width. */
async function isPlain(desk: Page) {
  const dialog = desk.getByRole('dialog');
  expect(await dialog.locator(':is(img, script, b, i)').count()).toBe(0);
  // What turns the line around stands alone, or is shut in.
  const turned = (texts: readonly string[]) => texts.filter((text) => /[^\u2068]\u202E/.test(text));
  expect(turned(await dialog.locator('p, h3').allTextContents())).toEqual([]);
  const misfits = await dialog.evaluate((it) =>
    [it, ...it.querySelectorAll('*')]
      .filter((one) => !one.closest('.truncate') && one.clientWidth > 1)
      .filter(
        (one) =>
          one.scrollWidth > one.clientWidth + 1 ||
          one.getBoundingClientRect().right > innerWidth + 1,
      )
      .map((one) => one.outerHTML.slice(0, 120)),
  );
  expect(misfits).toEqual([]);
  expect(await desk.title()).toContain('Desk · Baton');
  expect(at.errors).toEqual([]);
}

const chatOf = async (staff: Staff) =>
  (await until(staff.chats.all, (all) => all.length > 0, 'the chat'))[0]!;
