// The desk on a phone: what comes leaves what one works with free.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from './baton.ts';
import { accept, clearOf, offered, type Stage, stage, writes } from './desks.ts';
import { shot, sizeOf } from './looks.ts';

let at: Stage;

beforeAll(async () => {
  at = await stage();
}, 60_000);
afterEach(() => clearOf(at));
afterAll(() => at?.down());

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
/** Nothing else is under the finger, and it is not scrolled to. */
const isFree = (page: Page, selector: string) =>
  page.evaluate((one) => {
    const it = document.querySelector(one);
    const { x, y, width, height } = it?.getBoundingClientRect() ?? new DOMRect();
    const points = [0.1, 0.5, 0.9].map((part) =>
      document.elementFromPoint(x + width / 2, y + height * part),
    );
    return points.every((found) => found !== null && it?.contains(found));
  }, selector);

describe('an offer in a chat', () => {
  it.each([740, 600])('covers nothing, %d pixels high', async (height) => {
    const viewport = { ...sizeOf(360), height };
    const colleague = await at.agent('agent2');
    await colleague.status({ status: 'ready' });
    const eve = await at.start({ queue: 'billing', customer: { name: 'Eve' }, text: 'Hello' });
    await until(colleague.offers.all, (all) => all.length === 1, 'Eve is offered');
    await colleague.accept(colleague.offers.all.get()[0]!.offer_id);
    await colleague.status({ status: 'not_ready', reason: 'break' });

    const desk = await at.desk('agent1', { viewport });
    await at.start({ queue: 'billing', customer: { name: 'Dana' }, text: 'My invoice is wrong' });
    await accept(desk);
    await writes(desk, 'I am looking into it.');
    const note = 'She knows her contract number and wants to speak to you alone. '.repeat(5);
    await colleague.add(eve.chat_id, { agent: 'agent1' }, { note });
    await offered(desk, 'Ben Okafor invites you');
    await shot(desk, `desk-phone-offer-${height}`);
    expect(await isFree(desk, '[data-composer]')).toBe(true);
    expect(await isFree(desk, 'form button[type=submit]')).toBe(true);
    expect(await isFree(desk, '[data-offer] [aria-keyshortcuts="Alt+A"]')).toBe(true);
    expect(await isFree(desk, '[role=log]')).toBe(true);

    await button(desk, 'Contact').click();
    await shot(desk, `desk-phone-offer-contact-${height}`);
    await button(desk, 'Close the contact panel').click({ trial: true });
    await button(desk, /^Decline/).click({ trial: true });
  });
});
