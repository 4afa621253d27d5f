// What supervisors and administrators do while an agent's desk is open is seen there.

import { connectStaff, type Staff } from '@baton/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until, wire } from './baton.ts';
import { accept, clearOf, type Stage, stage } from './desks.ts';

let at: Stage;
let lead: Staff;

beforeAll(async () => {
  at = await stage();
  const token = at.baton.token('supervisor', 'lead1');
  lead = connectStaff({ url: at.baton.url, token: () => token, ...wire(at.baton.url) });
  await until(lead.connection, ({ state }) => state === 'online', 'the supervisor online');
}, 60_000);
afterEach(() => clearOf(at));
afterAll(async () => {
  lead?.close();
  await at?.down();
});

describe('a supervisor', () => {
  it('sets the status, and the agent is told who did', async () => {
    const desk = await at.desk('agent1', { isReady: false });
    await desk.getByRole('button', { name: /^Status:/ }).waitFor();
    const force = (status: 'ready' | 'not_ready') =>
      lead.session.command('agent.force_status', { agent: 'agent1', status });
    await force('ready');
    await desk.getByText('A supervisor set your status to Ready.').waitFor();
    await force('not_ready');
    await desk.getByText('A supervisor set your status to Not ready.').waitFor();
  });

  it('gives a chat to somebody else, and the agent is told', async () => {
    const desk = await at.desk('agent1');
    const { chat_id } = await at.start({ queue: 'billing', customer: { name: 'Dana' } });
    await accept(desk);
    const ben = await at.agent('agent2');
    await ben.status({ status: 'ready' });
    await lead.session.command('chat.reassign', { chat_id, to: { agent: 'agent2' } });
    await desk.getByText('A supervisor took the chat with Dana from you.').waitFor();
    const wrapUp = desk.getByRole('form', { name: 'Wrap-up' });
    await wrapUp.getByText('A supervisor took this chat from you.').waitFor();
    await until(ben.offers.all, (all) => all.length > 0, 'Ben is offered the chat');
  });
});

describe('an administrator', () => {
  it('takes a queue out, and it is gone from an open desk', async () => {
    await at.publish((config) => {
      config.queues.returns = { name: 'Returns' };
    });
    const desk = await at.desk('agent1', { isReady: false });
    const returns = desk.getByRole('row', { name: /^Returns/ });
    await returns.waitFor();
    await at.publish((config) => {
      delete config.queues.returns;
    });
    // The list is read again once a minute.
    await returns.waitFor({ state: 'detached', timeout: 100_000 });
    expect(await desk.getByRole('row', { name: /^Billing/ }).count()).toBe(1);
  }, 150_000);
});
