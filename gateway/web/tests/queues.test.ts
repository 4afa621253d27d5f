// Full, closed and empty queues: what "+" says of them before, and what comes of it.

import type { QueueConfig, ZeroEligible } from '@baton/client';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  accept,
  choose,
  clearOf,
  endChat,
  heard,
  quoted,
  type Stage,
  sees,
  stage,
  writes,
} from './desks.ts';

let at: Stage;

/** Something stands against a transfer to a queue. */
const TROUBLES = {
  empty: { skills: [{ skill: 'german', level: 9 }] },
  full: { max_length: 1 },
  closed: { closed: true },
} satisfies Record<string, QueueConfig>;

type Trouble = keyof typeof TROUBLES;

/** What "+" says of it then, by the queue's policy. */
const REFUSALS: Record<Trouble, string> = {
  empty: 'Refused: nobody there can take it.',
  full: 'Refused: the queue is full.',
  closed: 'Refused: the queue is closed.',
};
const REASONS: Record<Trouble, string> = {
  empty: 'Nobody who could take it is signed in and ready.',
  full: 'The queue is full.',
  closed: 'The queue is closed.',
};
const POLICIES: ZeroEligible[] = ['hold_with_initiator', 'queue_anyway', 'refuse', 'overflow_to'];
const nameOf = (trouble: Trouble, policy: ZeroEligible) => `${trouble} ${policy.split('_')[0]}`;

beforeAll(async () => {
  at = await stage();
  await at.publish((config) => {
    const french = [{ skill: 'french', level: 9 }];
    config.policies = { ...config.policies, offer_s: 120, max_hops: 2 };
    for (const [trouble, fields] of Object.entries(TROUBLES)) {
      for (const policy of POLICIES) {
        const name = nameOf(trouble as Trouble, policy);
        config.queues[name.replace(' ', '_')] = {
          skills: french,
          overflow: 'sales',
          ...fields,
          name,
          policies: { zero_eligible: policy },
        };
      }
    }
    const patient = { zero_eligible: 'queue_anyway' } as const;
    config.queues.patient = { name: 'Patient', skills: french, policies: patient };
  });
}, 60_000);
afterEach(() => clearOf(at));
afterAll(() => at?.down());

describe('a queue', () => {
  it.each(Object.keys(TROUBLES) as Trouble[])('that is %s does by its policy', async (trouble) => {
    const alice = await at.desk('agent1');
    const dana = await at.customer('billing');
    await accept(alice);
    const chloe = await at.agent('agent3');
    await chloe.status({ status: 'ready' });
    if (trouble === 'full') await fill();

    await choose(alice, nameOf(trouble, 'refuse'));
    expect(await quoted(alice)).toBe(REFUSALS[trouble]);
    for (const name of ['Add', 'Transfer now']) {
      const button = alice.getByRole('button', { name, exact: true });
      expect(await button.isDisabled()).toBe(true);
    }
    await alice.keyboard.press('Escape');
    await writes(dana, 'All as before');
    await sees(alice, 'All as before');

    await choose(alice, nameOf(trouble, 'overflow_to'));
    expect(await quoted(alice)).toContain('It goes on to Sales instead.');
    await addAndTakeBack(alice, 'Sales');

    const anyway = nameOf(trouble, 'queue_anyway');
    await choose(alice, anyway);
    expect(await quoted(alice)).toContain(REASONS[trouble]);
    await addAndTakeBack(alice, anyway);

    const hold = nameOf(trouble, 'hold_with_initiator');
    await choose(alice, hold);
    expect(await quoted(alice)).toContain(REASONS[trouble]);
    expect(await quoted(alice)).toContain('stay with the customer');
    await alice.getByRole('button', { name: 'Transfer now' }).click();
    await alice.getByText('Nobody can take it there right now.').waitFor();
    await alice.keyboard.press('Escape');
    await addAndTakeBack(alice, hold, async () => {
      await endChat(alice, 'Leave it in the queue');
      await alice.getByText(`Nobody can take it in ${hold} right now.`).waitFor();
      await alice.getByRole('button', { name: 'Stay' }).click();
    });
    await writes(alice, 'I am still with you');
    await heard(dana, 'I am still with you');
  });

  it('with nobody in it that lets wait says so, and takes the chat', async () => {
    const alice = await at.desk('agent1');
    const dana = await at.customer('billing');
    await accept(alice);
    await choose(alice, 'Patient');
    const words = (await quoted(alice)) ?? '';
    expect(words).toContain('Nobody who could take it is signed in and ready.');
    expect(words).toContain('It waits until somebody comes.');
    await alice.getByRole('button', { name: 'Transfer now' }).click();
    await alice.getByText('The chat goes on without you.').waitFor();
    await heard(dana, 'You are next.');
    const chloe = await at.desk('agent3');
    await accept(chloe);
    await writes(chloe, 'Bonsoir');
    await heard(dana, 'Bonsoir');
  });

  it('that holds the agent lets them transfer only when confirmed', async () => {
    const alice = await at.desk('agent1');
    const dana = await at.customer('billing');
    await accept(alice);
    await choose(alice, 'Sales');
    expect(await quoted(alice)).toContain('stay with the customer');
    await alice.getByRole('button', { name: 'Transfer now' }).click();
    await alice.getByRole('button', { name: 'Transfer all the same' }).click();
    await alice.getByText('The chat goes on without you.').waitFor();
    await heard(dana, 'You are next.');
  });

  it('that flows over is waited for where the chat went', async () => {
    const alice = await at.desk('agent1');
    const deniz = await at.desk('agent4');
    await at.customer('billing');
    await accept(alice);
    await choose(alice, nameOf('empty', 'overflow_to'));
    await alice.getByRole('button', { name: 'Add', exact: true }).click();
    await alice.getByText(/^Waiting in Sales/).waitFor();
    await accept(deniz);
  });

  it('is closed to a chat that was passed on too often', async () => {
    const alice = await at.desk('agent1');
    const ben = await at.desk('agent2');
    const dana = await at.customer('billing');
    await accept(alice);
    await transfer(alice, 'Ben Okafor');
    await accept(ben);
    await transfer(ben, 'Alice Weber');
    await accept(alice);
    for (const name of ['Ben Okafor', 'Sales']) {
      await choose(alice, name);
      expect(await quoted(alice)).toBe('Refused: this chat has been passed on too often.');
      await alice.keyboard.press('Escape');
    }
    await writes(dana, 'Who has me now?');
    await sees(alice, 'Who has me now?');
  });
});

/** Takes the only place of each queue that has but one. */
async function fill() {
  for (const policy of POLICIES) {
    await at.start({ queue: nameOf('full', policy).replace(' ', '_'), text: 'I wait' });
  }
}

async function addAndTakeBack(desk: Page, queue: string, meanwhile = async () => {}) {
  const isChosen = await desk.getByRole('dialog').isVisible();
  if (!isChosen) await choose(desk, queue);
  await desk.getByRole('button', { name: 'Add', exact: true }).click();
  await desk.getByText(`Waiting in ${queue}`).waitFor();
  await meanwhile();
  await desk.getByRole('button', { name: 'Take back' }).click();
  await desk.getByRole('button', { name: 'Dismiss' }).click();
  await desk.locator('[data-invite]').waitFor({ state: 'detached' });
}

async function transfer(desk: Page, name: string) {
  await choose(desk, name);
  await desk.getByRole('button', { name: 'Transfer now' }).click();
  await desk.getByText('The chat goes on without you.').waitFor();
  await desk.getByRole('button', { name: 'Done' }).click();
}
