// The agent's desk in a real browser, against a real Baton: signing in, the status, what is kept,
// internal chat, the contact panel, and doing without a server.

import { endChat, platformWith } from '@baton/client';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  accept,
  clearOf,
  getReady,
  heard,
  home,
  log,
  type Stage,
  sees,
  stage,
  writes,
} from './desks.ts';

let at: Stage;

beforeAll(async () => {
  at = await stage();
}, 60_000);
afterEach(() => clearOf(at));
afterAll(() => at?.down());

const settings = (page: Page) => page.getByRole('button', { name: 'Settings' }).click();
const status = (page: Page) => page.getByRole('button', { name: /^Status:/ });

describe('signing in', () => {
  it('takes a token, keeps it through a reload, and forgets it', async () => {
    const page = await at.page();
    await page.goto(`${at.network('agent1').url}/desk`);
    await page.getByLabel('Token').fill('no token');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Token').fill(at.baton.token('agent', 'agent1'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Alice Weber' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Alice Weber' }).waitFor();
    await settings(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    await page.reload();
    await page.getByLabel('Token').waitFor();
  });

  it('offers the people of a development server', async () => {
    const page = await at.page();
    const token = at.baton.token('agent', 'agent2');
    const people = [
      { sub: 'agent2', name: 'Ben Okafor', role: 'agent' },
      { sub: 'lead1', name: 'Lena Hoffmann', role: 'supervisor' },
    ];
    await page.route('**/v1/sign-in', (route) => {
      const isAsked = route.request().method() === 'GET';
      const { expires_at } = { expires_at: '2030-01-01T00:00:00.000Z' };
      return route.fulfill({ json: isAsked ? { mode: 'demo', people } : { token, expires_at } });
    });
    await page.goto(`${at.network('agent2').url}/desk`);
    await page.getByRole('button', { name: /Ben Okafor/ }).waitFor();
    expect(await page.getByText('Lena Hoffmann').count()).toBe(0);
    await page.getByRole('button', { name: /Ben Okafor/ }).click();
    await page.getByRole('heading', { name: 'Ben Okafor' }).waitFor();
  });

  it('is also that of the board beside the desk, which has nothing else of the tab', async () => {
    const desk = await at.desk('agent1', { isReady: false });
    await desk.evaluate(() => sessionStorage.setItem('baton.draft.note', ' calls back'));
    await desk.getByRole('button', { name: 'Other pages' }).click();
    const opened = desk.context().waitForEvent('page');
    await desk.getByRole('link', { name: 'Board' }).click();
    const board = await opened;
    await board.getByText('Live', { exact: true }).waitFor();
    expect(await board.evaluate(() => Object.keys(sessionStorage))).toEqual(['baton.token']);
  });

  it('of a supervisor is told where to go', async () => {
    const page = await at.page({}, at.baton.token('supervisor', 'lead1'));
    await page.goto(`${at.network('agent1').url}/desk`);
    await page.getByText('The desk is for agents.').waitFor();
    expect(await page.getByRole('link').getAttribute('href')).toBe('/board');
  });
});

describe('the status', () => {
  it('is as the server has it, with reasons', async () => {
    const page = await at.desk('agent1');
    await page.reload();
    await page.getByRole('button', { name: 'Status: Ready' }).waitFor();
    await status(page).click();
    await page.getByRole('button', { name: 'Lunch' }).click();
    await page.getByRole('button', { name: 'Status: Lunch' }).waitFor();
    await status(page).click();
    await page.getByRole('button', { name: 'Another reason …' }).click();
    await page.getByLabel('Reason').fill('fire drill');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Status: fire drill' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Status: fire drill' }).waitFor();
  });

  it('changes after the open chats where that is wished, or not after all', async () => {
    const page = await at.desk('agent1');
    await at.customer('billing');
    await accept(page);
    const later = async () => {
      await status(page).click();
      await page.getByLabel(/^After my open chats/).check();
      await page.getByRole('button', { name: 'Break' }).click();
      await page.getByText('then Not ready').waitFor();
    };
    await later();
    await status(page).click();
    await page.getByRole('button', { name: 'Stay ready instead' }).click();
    await page.getByText('then Not ready').waitFor({ state: 'detached' });
    await later();
    await page.keyboard.press('Alt+e');
    await page.getByRole('button', { name: 'Solved' }).click();
    await page.getByRole('button', { name: 'End for the customer' }).click();
    await page.getByRole('button', { name: 'Status: Break' }).waitFor();
  });
});

describe('what the agent set', () => {
  it('stays: theme, language, sound', async () => {
    const page = await at.desk('agent1');
    const ground = () =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await ground();
    await page.getByRole('button', { name: 'Sound is on' }).click();
    await settings(page);
    await page.getByLabel('Theme').selectOption('dark');
    await page.getByLabel('Language').selectOption('de');
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    await page.getByRole('button', { name: 'Ton ist aus' }).waitFor();
    expect(await ground()).toBe(dark);
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
  });

  it('stays: canned answers, inserted by "/"', async () => {
    const page = await at.desk('agent1');
    await settings(page);
    await page.getByRole('button', { name: 'Canned answers' }).click();
    await page.getByRole('button', { name: 'Add an answer' }).click();
    await page.getByLabel('Name').fill('refund');
    await page.getByLabel('Text').fill('Dear {customer}, {me} pays you back.');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.keyboard.press('Escape');
    await page.reload();
    const dana = await at.customer('billing');
    await accept(page);
    await page.keyboard.type('/ref');
    await page.getByRole('option', { name: '/refund' }).waitFor();
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.getByLabel('Message', { exact: true }).inputValue())
      .toBe('Dear Dana, Alice Weber pays you back.');
    await page.keyboard.press('Enter');
    await heard(dana, 'Dear Dana, Alice Weber pays you back.');
  });
});

describe('a chat', () => {
  it('shows what is delivered and read, who types, and what is unread', async () => {
    const page = await at.desk('agent1');
    const dana = await at.customer('billing');
    await accept(page);
    await writes(page, 'Good morning');
    await log(page).getByTitle('Read').waitFor();
    await dana.getByLabel('Message', { exact: true }).pressSequentially('Hel');
    await page.getByText('Dana is typing …').waitFor();
    const link = page.getByRole('navigation', { name: 'Chats' }).getByRole('link');
    await page.keyboard.press('Alt+k');
    await page.keyboard.press('Escape');
    await page.evaluate(() => {
      location.hash = '#/';
    });
    await writes(dana, 'Hello?');
    await writes(dana, 'Anybody?');
    await link.getByText('2 unread lines').waitFor();
    expect(await page.title()).toBe('(2) Desk · Baton');
    await page.reload();
    await link.getByText('2 unread lines').waitFor();
    await link.click();
    await sees(page, 'Anybody?');
    await expect.poll(() => page.title()).toBe('Desk · Baton');
    await expect.poll(() => dana.locator('baton-widget').getByText('Read').count()).toBe(1);
  });

  it('has attributes that the agent changes, and tells who takes part', async () => {
    const page = await at.desk('agent1');
    await at.customer('billing');
    await accept(page);
    await page.getByRole('button', { name: 'Add an attribute' }).click();
    await page.getByLabel('Name', { exact: true }).fill('invoice');
    await page.getByLabel('Value').fill('4711');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Edit invoice' }).click();
    await page.getByLabel('Edit invoice').fill('4712');
    await page.keyboard.press('Enter');
    await page.getByText('4712').waitFor();
    await page.reload();
    await page.getByText('4712').waitFor();
    await page.getByRole('button', { name: 'Remove invoice' }).click();
    await page.getByText('4712').waitFor({ state: 'detached' });
    await page.getByText('The chat began.').waitFor();
  });

  it('names the chat before it, which can be read', async () => {
    const page = await at.desk('agent1');
    await at.start({ queue: 'billing', customer: { id: 'c-42' }, text: 'The first time' });
    await accept(page);
    await page.keyboard.press('Alt+e');
    await page.getByRole('button', { name: 'Solved' }).click();
    await page.getByRole('button', { name: 'End for the customer' }).click();
    await home(page);
    await at.start({ queue: 'billing', customer: { id: 'c-42' }, text: 'The second time' });
    await accept(page);
    await page.getByRole('button', { name: 'Show the chat before this one' }).click();
    await page.getByRole('complementary').getByText('The first time').waitFor();
  });

  it('passes lines that the agent wrote over a reload of the page', async () => {
    const page = await at.desk('agent1');
    const dana = await at.customer('billing');
    await accept(page);
    at.network('agent1').outage(3_000);
    await page.getByText('No connection.').waitFor();
    await writes(page, 'written in the dark');
    await log(page).getByTitle('Sending …').waitFor();
    // The page itself comes from the same address: it is there again before Baton is.
    await page.reload();
    await heard(dana, 'written in the dark');
    await sees(page, 'written in the dark');
    expect(await log(page).getByText('written in the dark').count()).toBe(1);
  });
});

describe('news', () => {
  it.each([1440, 360])('cover nothing that one sends with, at %d pixels', async (width) => {
    const desk = await at.desk('agent1', { viewport: { width, height: 740 } });
    await at.start({ queue: 'billing', customer: { name: 'Dana' } });
    await accept(desk);
    const { chat_id, token } = await at.start({ queue: 'billing', customer: { name: 'Eve' } });
    await desk.locator('[data-offer]').getByText('Eve').waitFor();
    const eve = { url: at.baton.url, platform: platformWith(), token: () => token };
    await endChat(eve, chat_id);
    await desk.getByText('The customer left before you could accept.').waitFor();
    await desk.getByLabel('Message', { exact: true }).fill('Hello');
    // Nothing else is under the finger.
    await desk.getByRole('button', { name: 'Send' }).click({ trial: true, timeout: 5_000 });
  });
});

describe('colleagues', () => {
  it('write to each other from the directory', async () => {
    const alice = await at.desk('agent1');
    const ben = await at.desk('agent2');
    await alice.keyboard.press('Alt+k');
    await alice.keyboard.type('ben');
    await alice.getByRole('option', { name: /Ben Okafor/, selected: true }).waitFor();
    await alice.getByRole('definition').getByText('Ready').waitFor();
    await alice.keyboard.press('Enter');
    await alice.keyboard.press('Enter');
    await alice.getByText('Internal chat with Ben Okafor').first().waitFor();
    await alice.keyboard.type('Can you take one?');
    await alice.keyboard.press('Enter');
    await ben.getByRole('link', { name: /Alice Weber/ }).click();
    await log(ben).getByText('Can you take one?').waitFor();
    await writes(ben, 'Sure');
    await log(alice).getByText('Sure').waitFor();
    await alice.reload();
    await log(alice).getByText('Sure').waitFor();
  });
});

describe('the desk without a server', () => {
  it('says that there is no connection, and that it is back', async () => {
    const page = await at.desk('agent1', { isReady: false });
    at.network('agent1').outage(2_000);
    const banner = page.getByText('No connection.');
    await banner.waitFor();
    await banner.waitFor({ state: 'detached' });
    await getReady(page);
  });

  it('says when an answer takes long', async () => {
    const page = await at.desk('agent1', { isReady: false });
    // Commands go in and nothing comes back, as without a router.
    await page.evaluate(() => {
      const { send } = WebSocket.prototype;
      WebSocket.prototype.send = function (data) {
        if (!String(data).includes('agent.status')) send.call(this, data);
      };
    });
    await status(page).click();
    await page.getByRole('button', { name: 'Ready', exact: true }).click();
    await page.getByText('Baton does not answer right now.').waitFor();
  });
});
