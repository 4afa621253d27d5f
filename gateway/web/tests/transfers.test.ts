// The two ways of a transfer, clicked through by two agents' desks and a customer's widget at once.
// What interrupts them has files of its own.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  accept,
  choose,
  clearOf,
  doneWrapup,
  endChat,
  heard,
  home,
  offered,
  quoted,
  type Stage,
  said,
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

describe('a transfer to an agent', () => {
  it('is "+", three in the chat, End Chat, and the colleague goes on', async () => {
    const alice = await at.desk('agent1');
    const dana = await at.customer('billing');
    await accept(alice);
    await sees(alice, 'My invoice is wrong');
    await writes(alice, 'Let me bring in Ben.');
    await heard(dana, 'Let me bring in Ben.');

    const ben = await at.desk('agent2');
    await choose(alice, 'Ben Okafor');
    expect(await quoted(alice)).toBe('Ben Okafor is ready and has room, and is asked at once.');
    await alice
      .getByRole('dialog')
      .getByLabel(/^Note for/)
      .fill('Knows invoices');
    await alice.getByRole('button', { name: 'Add', exact: true }).click();
    await alice.getByText('Ben Okafor is being asked …').waitFor();
    await offered(ben, 'Alice Weber invites you');
    await offered(ben, 'Knows invoices');
    await accept(ben);
    await alice.getByText('Ben Okafor accepted.').waitFor();
    await heard(dana, 'You are talking to Alice Weber and Ben Okafor.');

    await writes(ben, 'Hello from Ben');
    await sees(alice, 'Hello from Ben');
    await writes(dana, 'Hello both');
    await sees(alice, 'Hello both');
    await sees(ben, 'Hello both');
    await alice.getByRole('button', { name: 'Colleagues' }).click();
    await writes(alice, 'She is right, the invoice is wrong');
    await sees(ben, 'She is right, the invoice is wrong');

    await alice.getByText('leave it to Ben Okafor').waitFor();
    await endChat(alice, 'Leave the chat');
    await heard(dana, 'Alice Weber has left. You are now talking to Ben Okafor.');
    await sees(ben, 'Alice Weber left. Ben Okafor stays.');
    await alice.getByText('The chat goes on without you.').waitFor();
    await alice.getByRole('button', { name: 'Handed over' }).click();
    await doneWrapup(alice);
    await home(alice);

    await writes(dana, 'Are you still there?');
    await sees(ben, 'Are you still there?');
    await writes(ben, 'I am');
    await heard(dana, 'I am');
    expect(await said(ben)).toEqual([
      'My invoice is wrong',
      'Welcome to Billing. Please have your invoice number at hand.',
      'Let me bring in Ben.',
      'Hello from Ben',
      'Hello both',
      'She is right, the invoice is wrong',
      'Are you still there?',
      'I am',
    ]);
    expect(await dana.locator('baton-widget .said').allTextContents()).not.toContain(
      'She is right, the invoice is wrong',
    );
    await ben.getByText('1 transfer').waitFor();
  });

  it('is asked for, and left, as soon as the network is back', async () => {
    const alice = await at.desk('agent1');
    const dana = await at.customer('billing');
    await accept(alice);
    const ben = await at.desk('agent2');
    await choose(alice, 'Ben Okafor');
    at.network('agent1').outage(2_500);
    await alice.getByText('No connection.').waitFor();
    await alice.getByRole('button', { name: 'Add', exact: true }).click();
    await offered(ben, 'Alice Weber invites you');
    await accept(ben);
    await alice.getByText('leave it to Ben Okafor').waitFor();
    at.network('agent1').outage(2_000);
    await endChat(alice, 'Leave the chat');
    await heard(dana, 'Alice Weber has left. You are now talking to Ben Okafor.');
    await sees(ben, 'Alice Weber left. Ben Okafor stays.');
  });
});

describe('a transfer to a queue', () => {
  it('is "+", the chat waits there when the agent ends it, and whoever accepts goes on', async () => {
    const alice = await at.desk('agent1');
    const dana = await at.customer('billing');
    await accept(alice);
    await choose(alice, 'Support');
    expect(await quoted(alice)).toContain('Nobody who could take it is signed in and ready.');
    await alice.getByRole('button', { name: 'Add', exact: true }).click();
    await alice.getByText('Waiting in Support (français), number 1').waitFor();
    await heard(dana, 'You are being transferred to our support in French.');
    await alice.getByText('leave it in Support (français)').waitFor();
    await endChat(alice, 'Leave it in the queue');
    await heard(dana, 'You are next.');
    await doneWrapup(alice);
    await writes(dana, 'Is anybody there?');

    const chloe = await at.desk('agent3');
    await offered(chloe, 'Transferred by Alice Weber');
    await accept(chloe);
    await sees(chloe, 'Is anybody there?');
    await writes(chloe, 'Bonjour Dana');
    await heard(dana, 'Bonjour Dana');
    await chloe.getByText('1 transfer').waitFor();
  });

  it('is joined by whoever accepts while the agent is still there', async () => {
    const alice = await at.desk('agent1');
    const chloe = await at.desk('agent3');
    const dana = await at.customer('billing');
    await accept(alice);
    await choose(alice, 'Support');
    await expect.poll(() => quoted(alice)).toContain('1 could take it, 1 is free now.');
    await alice.getByRole('button', { name: 'Add', exact: true }).click();
    await accept(chloe);
    await alice.getByText('Support (français) accepted.').waitFor();
    await heard(dana, 'You are talking to Alice Weber and Chloé Martin.');
    await endChat(alice, 'Leave the chat');
    await heard(dana, /You are now talking to Chloé Martin/);
  });

  it('blind leaves at once, and survives a dead network', async () => {
    const alice = await at.desk('agent1');
    const dana = await at.customer('billing');
    await accept(alice);
    const chloe = await at.desk('agent3');
    await choose(alice, 'Support');
    at.network('agent1').outage(1_500);
    await alice.getByRole('button', { name: 'Transfer now' }).click();
    await alice.getByText('The chat goes on without you.').waitFor();
    await accept(chloe);
    await heard(dana, /You are now talking to Chloé Martin|You are talking to Chloé Martin/);
  });
});
