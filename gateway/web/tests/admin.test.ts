// The administration in a real browser, against a real Baton: what is edited, found, published,
// brought together with others' changes, and brought back.

import { describe, expect, it } from 'vitest';
import {
  around,
  atTheAdministration,
  bar,
  config,
  errors,
  field,
  go,
  open,
  page,
  publish,
  publishElsewhere,
  reopen,
  tab,
} from './admin-page.ts';
import { shot } from './looks.ts';

atTheAdministration();

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
    // What another tab is at is not left behind.
    expect(await other.getByText(/A draft with/).count()).toBe(0);
    await other.getByRole('link', { name: /Review and publish: 1 change/ }).click();
    await publish(other).click();
    await other.getByText(/is published and holds now/).waitFor();

    // A tab behind another draws slowly.
    await page.bringToFront();
    await go('/review');
    await publish().click();
    await page.getByRole('heading', { name: 'Somebody else has published' }).waitFor();
    await shot(page, 'admin-newer-light-1440');
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
    await reopen('/agents/agent2');
    await page.getByText(/A draft with 1 change from/).waitFor();
    await page.getByRole('button', { name: 'Take it up' }).click();
    await expect.poll(() => field('agents.agent2.name').inputValue()).toBe('Ben O.');
    await bar().getByRole('button', { name: 'Discard all' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard all' }).click();
    await expect.poll(() => field('agents.agent2.name').inputValue()).toBe('Ben Okafor');
    await page.reload();
    await bar().getByText('No changes').waitFor();
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
});
