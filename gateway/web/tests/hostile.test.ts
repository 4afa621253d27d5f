// S23 at the desk: what customers and colleagues write is shown as text, wherever it is shown, and
// does not break the page.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from './baton.ts';
import { accept, add, log, offered, type Stage, said, sees, stage, writes } from './desks.ts';

let at: Stage;

beforeAll(async () => {
  at = await stage();
}, 60_000);
afterEach(() => at.clear());
afterAll(() => at?.down());

const MARKUP =
  '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';
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
    await add(page, 'Ben Okafor', MARKUP);
    const [offer] = await until(ben.offers.all, (all) => all.length > 0, 'the invitation');
    await ben.accept(offer!.offer_id);
    const [chat] = await until(ben.chats.all, (all) => all.length > 0, 'the chat');
    for (const text of HOSTILE) chat!.send(text);
    for (const text of HOSTILE) chat!.send(text, 'agents');
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
    await add(alice, 'Ben Okafor', MARKUP);
    await offered(ben, '<b>bold</b>');
    expect(await ben.locator('[data-offer] :is(img, script, b)').count()).toBe(0);
    expect(await ben.title()).toContain('Desk · Baton');
    expect(at.errors).toEqual([]);
  });
});
