// The desk with the keyboard alone.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { clearOf, heard, home, type Stage, sees, stage } from './desks.ts';

let at: Stage;

beforeAll(async () => {
  at = await stage();
}, 60_000);
afterEach(() => clearOf(at));
afterAll(() => at?.down());

describe('the keyboard alone', () => {
  it('takes a chat from the offer to the end', async () => {
    const page = await at.desk('agent1');
    const dana = await at.customer('billing');
    await page.locator('[data-offer]').waitFor();
    await page.keyboard.press('Alt+a');
    await sees(page, 'My invoice is wrong');
    await page.keyboard.type('Hello by keys');
    await page.keyboard.press('Enter');
    await heard(dana, 'Hello by keys');
    await page.keyboard.press('Alt+w');
    await page.getByPlaceholder(/^Write to colleagues/).waitFor();
    await page.keyboard.press('Alt+w');
    await page.keyboard.press('Alt+n');
    await page.keyboard.type('support');
    await page.locator('[data-quote]').waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type('speaks French');
    await page.keyboard.press('Enter');
    await page.getByText(/^Waiting in Support/).waitFor();
    await page.keyboard.press('Alt+e');
    await page.getByText(/until somebody there accepts/).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Done' }).waitFor();
    await page.keyboard.press('Alt+e');
    await home(page);
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('declines an offer, goes through chats, and shows where it is', async () => {
    const page = await at.desk('agent8');
    await at.customer('sales', 'one', 'Ann');
    await page.locator('[data-offer]').waitFor();
    await page.keyboard.press('Alt+d');
    await page.locator('[data-offer]').waitFor({ state: 'detached' });
    for (const name of ['Bea', 'Cem']) {
      await at.customer('sales', `I am ${name}`, name);
      await page.locator('[data-offer]').waitFor();
      await page.keyboard.press('Alt+a');
      await sees(page, `I am ${name}`);
    }
    await page.keyboard.press('Alt+ArrowUp');
    await sees(page, 'I am Bea');
    await page.keyboard.press('Alt+2');
    await sees(page, 'I am Cem');
    const outline = await page.evaluate(
      () => getComputedStyle(document.activeElement!).outlineStyle,
    );
    expect(outline).toBe('solid');
  });
});
