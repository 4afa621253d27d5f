// Full, closed and empty queues: what "+" says of them before, and what comes of it.

import { getConfig, type Http, platformWith, putConfig } from '@baton/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from './baton.ts';
import { accept, choose, heard, quoted, type Stage, sees, stage, writes } from './desks.ts';

let at: Stage;
let http: Http;

type Queue = Record<string, unknown>;

/** Publishes the workspace with some queues changed. */
async function publish(changes: Record<string, Queue>) {
  const { version: _, ...config } = await getConfig(http);
  const queues = { ...(config.queues as Record<string, Queue>) };
  for (const [id, change] of Object.entries(changes)) queues[id] = { ...queues[id], ...change };
  await putConfig(http, { ...config, queues });
}

beforeAll(async () => {
  at = await stage();
  const token = at.baton.token('admin', 'admin');
  http = { url: at.baton.url, token: () => token, platform: platformWith() };
  const open = { name: 'Night', skills: [{ skill: 'french', level: 9 }] };
  await publish({
    night: { ...open, closed: true, policies: { zero_eligible: 'refuse' } },
    strict: { ...open, name: 'Strict', policies: { zero_eligible: 'refuse' } },
    small: { ...open, name: 'Small', max_length: 1, policies: { zero_eligible: 'refuse' } },
    spill: {
      ...open,
      name: 'Spill',
      overflow: 'sales',
      policies: { zero_eligible: 'overflow_to' },
    },
    patient: { ...open, name: 'Patient', policies: { zero_eligible: 'queue_anyway' } },
  });
}, 60_000);
afterEach(async () => {
  const errors = [...at.errors];
  await at.clear();
  expect(errors).toEqual([]);
});
afterAll(() => at?.down());

describe('a queue', () => {
  it('that refuses is refused before anything is done', async () => {
    const alice = await at.desk('agent1');
    const dana = await at.customer('billing');
    await accept(alice);
    const cases = [
      ['Night', 'Refused: the queue is closed.'],
      ['Strict', 'Refused: nobody there can take it.'],
    ] as const;
    for (const [name, words] of cases) {
      await choose(alice, name);
      expect(await quoted(alice)).toBe(words);
      const button = alice.getByRole('button', { name: 'Transfer now' });
      expect(await button.isDisabled()).toBe(true);
      await alice.keyboard.press('Escape');
    }
    await writes(dana, 'All as before');
    await sees(alice, 'All as before');
  });

  it('that is full says so', async () => {
    const alice = await at.desk('agent1');
    await at.customer('billing');
    await accept(alice);
    const chloe = await at.agent('agent3');
    await chloe.status({ status: 'ready' });
    await at.customer('small', 'I wait', 'Eve');
    await until(chloe.offers.all, (all) => all.length > 0, 'the only place is taken');
    await choose(alice, 'Small');
    expect(await quoted(alice)).toBe('Refused: the queue is full.');
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

  it('that flows over says where to', async () => {
    const alice = await at.desk('agent1');
    const deniz = await at.desk('agent4');
    await at.customer('billing');
    await accept(alice);
    await choose(alice, 'Spill');
    expect(await quoted(alice)).toContain('It goes on to Sales instead.');
    await alice.getByRole('button', { name: 'Add', exact: true }).click();
    await alice.getByText(/^Waiting in Sales/).waitFor();
    await accept(deniz);
  });
});
