// What becomes of invitations: declined, taken back, not answered, not possible.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  accept,
  add,
  choose,
  clearOf,
  endButton,
  getReady,
  offered,
  quoted,
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

describe('an invitation', () => {
  it('that is declined tells who asked, and changes nothing else', async () => {
    const alice = await at.desk('agent1');
    const dana = await at.customer('billing');
    await accept(alice);
    const ben = await at.desk('agent2');
    await add(alice, 'Ben Okafor');
    await ben.getByRole('button', { name: /^Decline/ }).click();
    await alice.getByText('Ben Okafor declined.').waitFor();
    await alice.getByText('for the customer').waitFor();
    await writes(dana, 'Hello?');
    await sees(alice, 'Hello?');
    await alice.getByRole('button', { name: 'Ask somebody else' }).click();
    await alice.getByRole('dialog').waitFor();
  });

  it('is taken back, and is gone from the colleague’s desk', async () => {
    const alice = await at.desk('agent1');
    await at.customer('billing');
    await accept(alice);
    const ben = await at.desk('agent2');
    await add(alice, 'Ben Okafor');
    await offered(ben, 'Alice Weber invites you');
    await alice.getByRole('button', { name: 'Take back' }).click();
    await ben.getByText('The offer was taken back.').waitFor();
    await ben.getByText('Alice Weber invites you').waitFor({ state: 'detached' });
    await alice.getByText('The invitation of Ben Okafor ended. It was taken back.').waitFor();
    await alice.getByRole('button', { name: 'Dismiss' }).click();
    await alice.locator('[data-invite]').waitFor({ state: 'detached' });
  });

  it('to a queue is taken back as well', async () => {
    const alice = await at.desk('agent1');
    await at.customer('billing');
    await accept(alice);
    await add(alice, 'Support');
    await alice.getByRole('button', { name: 'Take back' }).click();
    await alice.getByText('for the customer').waitFor();
  });

  it('that nobody answers expires: who asked is told, who was asked is not ready', async () => {
    const alice = await at.desk('agent1');
    await at.customer('billing');
    await accept(alice);
    const ben = await at.desk('agent2');
    await add(alice, 'Ben Okafor');
    await alice.getByText('Ben Okafor did not answer.').waitFor({ timeout: 40_000 });
    await ben.getByRole('button', { name: 'Status: An offer was not answered' }).waitFor();
    await ben.getByText('The offer was not answered in time.').waitFor();
    await ben.getByRole('status').getByRole('button', { name: 'Get ready' }).click();
    await ben.getByRole('button', { name: 'Status: Ready' }).waitFor();
  });

  it('ends when who was asked is not ready any more', async () => {
    const alice = await at.desk('agent1');
    await at.customer('billing');
    await accept(alice);
    const ben = await at.desk('agent2');
    await add(alice, 'Ben Okafor');
    await offered(ben, 'Alice Weber invites you');
    await ben.getByRole('button', { name: /^Status:/ }).click();
    await ben.getByRole('button', { name: 'Lunch' }).click();
    await alice.getByText('They are not ready any more.').waitFor();
    await ben.getByText('The offer was withdrawn because you are not ready.').waitFor();
    await alice.getByText('for the customer').waitFor();
  });

  it('to a queue ends with the chat, which the customer may end', async () => {
    const alice = await at.desk('agent1');
    const dana = await at.customer('billing');
    await accept(alice);
    const chloe = await at.desk('agent3');
    await add(alice, 'Support');
    await offered(chloe, 'Transferred by Alice Weber');
    await dana.getByRole('button', { name: 'End chat' }).click();
    await dana.getByRole('group').getByRole('button', { name: 'End chat' }).click();
    await chloe.getByText('The customer left before you could accept.').waitFor();
    await alice.getByRole('button', { name: 'Done' }).waitFor();
  });

  it('that is accepted too late says what became of it', async () => {
    const alice = await at.desk('agent1');
    await at.customer('billing');
    await accept(alice);
    const ben = await at.desk('agent2');
    await add(alice, 'Ben Okafor');
    await offered(ben, 'Alice Weber invites you');
    at.network('agent2').outage(Number.POSITIVE_INFINITY);
    await ben.getByText('No connection.').waitFor();
    await alice.getByText('Their connection was lost.').waitFor();
    await ben.getByRole('button', { name: /^Accept/ }).click();
    at.network('agent2').outage(0);
    await ben.getByText('The offer was withdrawn because your connection was lost.').waitFor();
    await ben.locator('[data-offer]').waitFor({ state: 'detached' });
  });

  it('cannot go to who is away, and says why', async () => {
    const alice = await at.desk('agent1');
    await at.desk('agent2', { isReady: false });
    await at.customer('billing');
    await accept(alice);
    await choose(alice, 'Ben Okafor');
    expect(await quoted(alice)).toContain('is not ready or offline');
    expect(await alice.getByRole('button', { name: 'Add', exact: true }).isDisabled()).toBe(true);
    await getReady(await at.desk('agent2', { isReady: false }));
    await expect.poll(() => quoted(alice)).toContain('is asked at once');
    expect(await endButton(alice).isVisible()).toBe(true);
  });
});
