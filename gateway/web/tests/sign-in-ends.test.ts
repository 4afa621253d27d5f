// Sign-ins that end in the middle of the work, at a real Baton: said before, renewed in place, and
// what was being done goes on.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { flaws } from './browser.ts';
import { accept, heard, type Stage, sees, stage, writes } from './desks.ts';

let at: Stage;

beforeAll(async () => {
  at = await stage();
}, 60_000);
afterEach(() => at.clear());
afterAll(() => at.down());

const again = (page: Page) => page.getByRole('button', { name: 'Sign in again' });
const nothingIsSaid = (page: Page) =>
  page.locator('[data-sign-in-ends]').waitFor({ state: 'detached' });

/** Another token than those of so long, which would be the same if made in the same second. */
const LONG_S = 3_600;
/** Less than anybody waits for, and more than making a token takes. */
const SHORT_S = 2;

/**
 * A sign-in of a page that is live with it for as long as the test likes, and then ends: the page's
 * connection is given a short token, on whose end the server ends it.
 */
function ends(role: string, sub: string) {
  let count = 0;
  let shorten = () => {};
  let live = () => {};
  const isLive = new Promise<void>((resolve) => {
    live = resolve;
  });
  const before = (page: Page) =>
    page.routeWebSocket('**/v1/ws', (socket) => {
      const server = socket.connectToServer();
      const id = () => `ends-${count}`;
      shorten = () => {
        count += 1;
        const token = at.baton.token(role, sub, SHORT_S);
        server.send(JSON.stringify({ id: id(), type: 'token.renew', token }));
      };
      server.onMessage((text) => {
        const { type, re, ok } = JSON.parse(String(text));
        if (type === 'welcome') live();
        socket.send(text);
        // It came too late to be taken.
        if (re === id() && !ok) shorten();
      });
    });
  return { before, end: () => isLive.then(() => shorten()) };
}

/** As who has come by the address that the server printed. */
const withKey = (page: Page) =>
  page.evaluate((key) => localStorage.setItem('baton.sign_in', key), at.baton.signInKey);

it('at the desk is renewed by one press, with everything as it was', async () => {
  const desk = await at.desk('agent1', { ttlS: 120 });
  await withKey(desk);
  const customer = await at.customer('billing');
  await accept(desk);
  await desk.getByText(/^Your sign-in ends at \d\d:\d\d/).waitFor();
  const field = desk.getByLabel('Message', { exact: true });
  await field.fill('Half a sentence');
  await again(desk).click();
  await nothingIsSaid(desk);
  expect(await field.inputValue()).toBe('Half a sentence');
  await field.press('Enter');
  await heard(customer, 'Half a sentence');
  expect(at.errors).toEqual([]);
});

it('at the desk runs out, and a token brings back the chat and what was written since', async () => {
  const signIn = ends('agent', 'agent1');
  const desk = await at.desk('agent1', { ttlS: LONG_S, before: signIn.before });
  const customer = await at.customer('billing');
  await accept(desk);
  await writes(desk, 'Before');
  await heard(customer, 'Before');
  await signIn.end();
  await desk.getByText(/^Your sign-in has run out/).waitFor();
  await writes(desk, 'Written without a sign-in');
  await sees(desk, 'Sending …');
  const field = desk.getByLabel('Message', { exact: true });
  await field.fill('And a half');

  await again(desk).click();
  const token = desk.getByLabel('A fresh token');
  await token.fill(at.baton.token('agent', 'agent2'));
  await token.press('Enter');
  await desk.getByText('This token is somebody else’s', { exact: false }).waitFor();
  await token.fill(at.baton.token('agent', 'agent1'));
  await token.press('Enter');
  await nothingIsSaid(desk);
  await heard(customer, 'Written without a sign-in');
  expect(await field.inputValue()).toBe('And a half');
  expect(at.errors).toEqual([]);
});

it.each([
  ['light', 1440],
  ['dark', 360],
] as const)('says so without a flaw in %s at %d pixels', async (colorScheme, width) => {
  const looks = { colorScheme, viewport: { width, height: 740 }, locale: 'de' };
  const signIn = ends('agent', 'agent1');
  const desk = await at.desk('agent1', { before: signIn.before, isReady: false, ...looks });
  const { PICTURES } = process.env;
  const look = async (state: string) => {
    if (PICTURES)
      await desk.screenshot({ path: `${PICTURES}/${state}-${colorScheme}-${width}.png` });
    expect(await flaws(desk, 'html')).toEqual([]);
    const isTooWide = () => document.documentElement.scrollWidth > window.innerWidth;
    expect(await desk.evaluate(isTooWide)).toBe(false);
  };
  await signIn.end();
  await desk.getByText(/^Ihre Anmeldung ist abgelaufen/).waitFor();
  await look('sign-in-ended');
  await desk.getByRole('button', { name: 'Neu anmelden' }).click();
  await desk.getByLabel('Ein frisches Token').waitFor();
  await look('sign-in-again');
});

it('at the board runs out, and one press makes it live again', async () => {
  const signIn = ends('supervisor', 'lead1');
  const board = await at.page({}, at.baton.token('supervisor', 'lead1', LONG_S));
  await signIn.before(board);
  const live = board.getByText('Live', { exact: true });
  await board.goto(`${at.network('agent1').url}/board#/agents`);
  await withKey(board);
  await live.waitFor();
  await signIn.end();
  await board.getByText(/^Your sign-in has run out/).waitFor();
  await board.getByText(/^Not live since/).waitFor();
  await again(board).click();
  await nothingIsSaid(board);
  await live.waitFor();
});

it('at the administration runs out, and the draft stays', async () => {
  const token = at.baton.token('admin', 'admin', LONG_S);
  const admin = await at.page({}, token);
  await admin.goto(`${at.network('agent1').url}/admin#/queues/billing`);
  await withKey(admin);
  const name = admin.getByLabel('Name', { exact: true }).first();
  await name.fill('Invoices');
  await admin.getByText('1 change', { exact: false }).first().waitFor({ state: 'attached' });
  await says(admin, token, await spent());
  await admin.getByText(/^Your sign-in has run out/).waitFor();
  await again(admin).click();
  await nothingIsSaid(admin);
  expect(await name.inputValue()).toBe('Invoices');
});

/** A token of the administrator that the server takes no more. */
async function spent(): Promise<string> {
  const token = at.baton.token('admin', 'admin', 1);
  const headers = { authorization: `Bearer ${token}` };
  const status = async () => (await fetch(`${at.baton.url}/v1/config`, { headers })).status;
  await expect.poll(status, { timeout: 20_000 }).toBe(401);
  return token;
}

/** From now on the page's calls say another token in the place of one, and the page looks. */
async function says(page: Page, one: string, other: string) {
  await page.route('**/v1/**', (route) => {
    const headers = route.request().headers();
    const authorization = headers.authorization?.replace(one, other);
    return route.continue({ headers: { ...headers, ...(authorization && { authorization }) } });
  });
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
}
