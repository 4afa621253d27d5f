// Notes and outcomes, from whoever writes them to whoever reads them: with a chat that is handed
// over, with the customer's next one, and on the board. And a wrap-up that ends by itself.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  accept,
  add,
  choose,
  clearOf,
  doneWrapup,
  endChat,
  heard,
  home,
  log,
  offered,
  type Stage,
  said,
  sees,
  stage,
  writes,
} from './desks.ts';
import { isFine, sizeOf } from './looks.ts';

let at: Stage;

beforeAll(async () => {
  at = await stage();
}, 60_000);
afterEach(() => clearOf(at));
afterAll(() => at?.down());

const notes = (desk: Page) => log(desk).locator('[data-note]');

/** The customer's next chat, on the same page. */
async function comesBack(customer: Page, text: string) {
  await customer.getByRole('button', { name: 'Start a new chat' }).click();
  await customer.getByLabel('How can we help?').fill(text);
  await customer.getByRole('button', { name: 'Start chat' }).click();
  await customer.getByLabel('Message').waitFor();
}

/** What the desk shows of the chat before this one. */
async function earlier(desk: Page) {
  await desk.getByRole('button', { name: 'Show the chat before this one' }).click();
  const shown = desk.getByRole('complementary').getByRole('article');
  await shown.waitFor();
  return shown;
}

/** The board of a supervisor, at a chat. */
async function board(chat: string) {
  const page = await at.page({ viewport: sizeOf(1440) }, at.baton.token('supervisor', 'lead1'));
  await page.goto(`${at.network('lead1').url}/board#/chats/${chat}`);
  return page;
}

const chatOf = (desk: Page) => desk.url().split('#/chat/')[1] ?? '';

describe('a note', () => {
  it('stays with the chat, and is there when the customer comes back and on the board', async () => {
    const alice = await at.desk('agent1');
    const dana = await at.customer('billing');
    await accept(alice);
    await writes(alice, 'Let me bring in Ben.');
    const ben = await at.desk('agent2');
    await add(alice, 'Ben Okafor', 'Paid twice, wants it back');
    await offered(ben, 'Paid twice, wants it back');
    await accept(ben);
    const handedOver = /Note from Alice Weber: Paid twice, wants it back/;
    await sees(ben, handedOver);
    await sees(alice, /Your note: Paid twice, wants it back/);
    await ben.reload();
    await sees(ben, handedOver);
    expect(await notes(ben).count()).toBe(1);
    expect(await said(ben)).not.toContain('Paid twice, wants it back');
    await isFine(ben, 'note-handover');

    await endChat(alice, 'Leave the chat');
    await doneWrapup(alice);
    await home(alice);
    await alice.context().close();
    await endChat(ben, 'End for the customer');
    await heard(dana, 'The chat has ended.');
    const told = (await dana.locator('baton-widget .said').allTextContents()).join(' ');
    expect(told).toContain('Let me bring in Ben.');
    expect(told).not.toContain('Paid twice');
    const first = chatOf(ben);
    await ben.getByText(/Wrap-up ends in \d:\d\d/).waitFor();
    await ben
      .locator(`[data-chat="${first}"]`)
      .getByText(/^ends in \d:\d\d$/)
      .waitFor();
    await ben.getByText('What you have written is kept when the time is over.').waitFor();
    await ben.getByRole('button', { name: 'Solved' }).click();
    await ben.getByLabel('Note', { exact: true }).fill('Got the money back');
    await isFine(ben, 'note-wrapup');
    await doneWrapup(ben);
    await home(ben);

    await comesBack(dana, 'One more thing');
    await accept(ben);
    expect(await notes(ben).count()).toBe(0);
    const before = await earlier(ben);
    await before.getByText('Outcome: Solved').waitFor();
    await before.getByText('Got the money back').waitFor();
    await before.getByText('Paid twice, wants it back').waitFor();
    await before.scrollIntoViewIfNeeded();
    await isFine(ben, 'note-earlier');

    const lead = await board(first);
    const card = lead.getByRole('region', { name: 'Outcome and notes' });
    await card.getByText('Outcome: Solved').waitFor();
    expect(await card.getByRole('listitem').allTextContents()).toEqual([
      expect.stringMatching(/^Alice Weber.*Paid twice, wants it back$/),
      expect.stringMatching(/^Ben Okafor.*Outcome: Solved.*Got the money back$/),
    ]);
    await lead.getByText('Closed').first().waitFor();
    await isFine(lead, 'note-board');
  });

  it('goes with a transfer to a queue as well, on a phone and in German too', async () => {
    const alice = await at.desk('agent1');
    await at.customer('billing');
    await accept(alice);
    const chloe = await at.desk('agent3');
    await choose(alice, 'Support');
    await alice.getByLabel(/^Note for/).fill('Speaks French');
    await alice.getByRole('button', { name: 'Transfer now' }).click();
    await accept(chloe);
    await sees(chloe, /Note from Alice Weber: Speaks French/);
    await doneWrapup(alice);
    await chloe.evaluate(() => localStorage.setItem('baton.language', 'de'));
    await chloe.emulateMedia({ colorScheme: 'dark' });
    await chloe.setViewportSize(sizeOf(360));
    await chloe.reload();
    await sees(chloe, /Notiz von Alice Weber: Speaks French/);
    await isFine(chloe, 'note-handover-360-dark-de');
    await chloe.getByRole('button', { name: /^Chat beenden/ }).click();
    await chloe.getByRole('button', { name: 'Für den Kunden beenden' }).click();
    await chloe.getByText(/Nacharbeit endet in \d:\d\d/).waitFor();
    await chloe.getByText('Was Sie geschrieben haben, bleibt erhalten').waitFor();
    await isFine(chloe, 'note-wrapup-360-dark-de');
  });
});

describe('a wrap-up that ends by itself', () => {
  it('keeps what was written, while another page of the desk is looked at', async () => {
    await at.publish(({ queues }) => {
      for (const queue of Object.values(queues)) {
        queue.policies = { ...queue.policies, wrapup_s: 10 };
      }
    });
    const alice = await at.desk('agent1');
    const dana = await at.customer('billing');
    await accept(alice);
    const chat = chatOf(alice);
    await endChat(alice, 'End for the customer');
    await heard(dana, 'The chat has ended.');
    await alice.getByRole('button', { name: 'To follow up' }).click();
    await alice.getByLabel('Note', { exact: true }).fill('Calls back on Mon');
    await alice.goto(`${at.network('agent1').url}/desk#/`);
    await home(alice);
    await alice.locator(`[data-chat="${chat}"]`).waitFor({ state: 'detached' });
    await comesBack(dana, 'One more thing');
    await accept(alice);
    const before = await earlier(alice);
    await before.getByText('Outcome: To follow up').waitFor();
    await before.getByText('Calls back on Mon').waitFor();
  });
});
