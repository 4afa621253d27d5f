// Both ways of a transfer, interrupted at each step for each who takes part: the page is loaded
// again, or the network is gone for a while. What was written just before or meanwhile arrives, and
// everything is as it was.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  accept,
  add,
  agree,
  choose,
  clearOf,
  endChat,
  heard,
  offered,
  quoted,
  type Stage,
  sees,
  stage,
  unhurried,
  writes,
} from './desks.ts';

let at: Stage;

beforeAll(async () => {
  at = await stage();
  await at.publish(unhurried);
}, 60_000);
afterEach(() => clearOf(at));
afterAll(() => at?.down());

interface Person {
  /** An agent's id, or `customer`. */
  who: string;
  page: Page;
}

/** Interrupts somebody, who writes something if they can; it is over when it returns. */
type Interruption = (person: Person, text?: string) => Promise<void>;

const reload: Interruption = async ({ who, page }, text) => {
  // The page goes while the line is on its way.
  if (text) await writes(page, text);
  await page.reload();
  if (who === 'customer') await page.getByRole('button', { name: /^Open the chat/ }).click();
  if (text) await page.getByText(text, { exact: true }).first().waitFor();
};

const outage: Interruption = async ({ who, page }, text) => {
  const banner = page.getByText(/^No connection\./);
  at.network(who).outage(Number.POSITIVE_INFINITY);
  await banner.waitFor();
  if (text) await writes(page, text);
  at.network(who).outage(0);
  await banner.waitFor({ state: 'hidden' });
};

const INTERRUPTIONS = [
  ['pages are loaded again', reload],
  ['the network is gone for a while', outage],
] as const;

describe.each(INTERRUPTIONS)('while %s', { timeout: 180_000 }, (_, interrupt) => {
  it('an agent is asked, talks too, and goes on alone', async () => {
    const alice: Person = { who: 'agent1', page: await at.desk('agent1') };
    const dana: Person = { who: 'customer', page: await at.customer('billing') };
    await accept(alice.page);
    const ben: Person = { who: 'agent2', page: await at.desk('agent2') };

    await add(alice.page, 'Ben Okafor');
    await offered(ben.page, 'Alice Weber invites you');
    await interrupt(alice, 'Alice before Ben accepts');
    await alice.page.getByText('Ben Okafor is being asked …').waitFor();
    await interrupt(dana, 'Dana before Ben accepts');
    await sees(alice.page, 'Dana before Ben accepts');
    await offered(ben.page, 'Alice Weber invites you');
    // Who is gone cannot be asked.
    await interrupt(ben);
    await alice.page.getByText('Their connection was lost.').waitFor();
    await alice.page.getByRole('button', { name: 'Ask somebody else' }).click();
    await alice.page.getByRole('option', { name: 'Ben Okafor' }).click();
    await alice.page.getByText('is asked at once').waitFor();
    await alice.page.getByRole('button', { name: 'Add', exact: true }).click();

    await accept(ben.page);
    await heard(dana.page, 'You are talking to Alice Weber and Ben Okafor.');
    await interrupt(alice, 'Alice with Ben');
    await alice.page.getByText('leave it to Ben Okafor').waitFor();
    await interrupt(ben, 'Ben with Alice');
    await interrupt(dana, 'Dana with both');
    await heard(dana.page, 'You are talking to Alice Weber and Ben Okafor.');
    await sees(alice.page, 'Ben with Alice');

    await endChat(alice.page, 'Leave the chat');
    await heard(dana.page, /You are now talking to Ben Okafor/);
    await interrupt(alice);
    await alice.page.getByRole('button', { name: 'Done' }).waitFor();
    await interrupt(ben, 'Ben after Alice');
    await interrupt(dana, 'Dana after Alice');
    await heard(dana.page, /You are now talking to Ben Okafor/);
    await agree(dana.page, ben.page, [
      'Alice before Ben accepts',
      'Dana before Ben accepts',
      'Alice with Ben',
      'Ben with Alice',
      'Dana with both',
      'Ben after Alice',
      'Dana after Alice',
    ]);
  });

  it('a chat is put into another queue, waits there, and is accepted', async () => {
    const alice: Person = { who: 'agent1', page: await at.desk('agent1') };
    const dana: Person = { who: 'customer', page: await at.customer('billing') };
    await accept(alice.page);

    await choose(alice.page, 'Support');
    await interrupt(dana, 'Dana before the queue is added');
    await interrupt(alice);
    // A page that was loaded again has no dialog open, and has asked for nothing.
    if (interrupt === reload) await choose(alice.page, 'Support');
    expect(await quoted(alice.page)).toContain('Nobody who could take it is signed in and ready.');
    await alice.page.getByRole('button', { name: 'Add', exact: true }).click();
    await alice.page.getByText('Waiting in Support (français), number 1').waitFor();

    await interrupt(alice, 'Alice while it waits');
    await alice.page.getByText('Waiting in Support (français), number 1').waitFor();
    await alice.page.getByText('leave it in Support (français)').waitFor();
    await interrupt(dana, 'Dana while it waits');
    await heard(dana.page, 'You are talking to Alice Weber.');

    await endChat(alice.page, 'Leave it in the queue');
    await heard(dana.page, 'You are next.');
    await interrupt(alice);
    await alice.page.getByRole('button', { name: 'Done' }).waitFor();
    await interrupt(dana, 'Dana, alone in the queue');
    await heard(dana.page, 'You are next.');

    const chloe: Person = { who: 'agent3', page: await at.desk('agent3') };
    await offered(chloe.page, 'Transferred by Alice Weber');
    // What was offered goes back to its place, and is offered again.
    await interrupt(chloe);
    await offered(chloe.page, 'Transferred by Alice Weber');
    await accept(chloe.page);
    await sees(chloe.page, 'Dana, alone in the queue');
    await interrupt(chloe, 'Chloé here');
    await interrupt(dana, 'Dana after all');
    await chloe.page.getByText('1 transfer').waitFor();
    await agree(dana.page, chloe.page, [
      'Dana before the queue is added',
      'Alice while it waits',
      'Dana while it waits',
      'Dana, alone in the queue',
      'Chloé here',
      'Dana after all',
    ]);
  });
});

describe('a page that is loaded again', () => {
  it('keeps what was half written', async () => {
    const alice = await at.desk('agent1');
    await at.customer('billing');
    await accept(alice);
    await alice.getByLabel('Message', { exact: true }).fill('half a sentence');
    await alice.waitForFunction(() =>
      Object.values(sessionStorage).some((value) => value.includes('half')),
    );
    await alice.reload();
    await sees(alice, 'My invoice is wrong');
    expect(await alice.getByLabel('Message', { exact: true }).inputValue()).toBe('half a sentence');
  });
});
