// What there is to see in pictures: people and chats of a busy morning, hours of figures, and a
// workspace with something of everything.

import type { Configuration, Conversation } from '@baton/client';
import type { Route } from 'playwright-core';
import { expect } from 'vitest';
import type { Caller, Crowd } from './crowd.ts';

const CALLERS = [
  ['Dana Bergström', 'My invoice shows the chair twice, and the discount is missing.'],
  ['Émile Dupont', 'I was charged for a parcel that never came.'],
  ['Zoë <b>Bold</b>', 'Can I pay in two parts?'],
  ['مريم حداد', 'وصلتني الفاتورة مرتين'],
  ['Ngozi Adeyemi', 'Where do I find my customer number?'],
] as const;

/** At the board: some talk, some wait, one queue has nobody. The chat that is talked in most. */
export async function morning(crowd: Crowd): Promise<Caller> {
  const callers: Caller[] = [];
  for (const [name, text] of CALLERS) {
    const customer = { name, email: 'someone@example.org' };
    callers.push(await crowd.caller({ queue: 'billing', text, customer }));
  }
  await crowd.caller({ queue: 'support_fr', customer: { name: 'Luc Moreau' } });
  const alice = await crowd.ready('agent1');
  const at = await crowd.accept(alice);
  at.send('Good morning! Let me have a look at your invoice.');
  at.send('Can somebody confirm the discount?', 'agents');
  await crowd.accept(alice);
  const ben = await crowd.ready('agent2');
  await expect.poll(() => ben.offers.all.get().length).toBeGreaterThan(0);
  await ben.decline(ben.offers.all.get()[0]!.offer_id, 'busy');
  await ben.status({ status: 'not_ready', reason: 'lunch' });
  await crowd.agent('agent4');
  return callers[0]!;
}

/** At Alice's desk: three chats, in one of which Ben talks too; Chloé is asked; one is offered. */
export async function busyDesk(crowd: Crowd): Promise<Conversation> {
  const alice = await crowd.ready('agent1');
  const take = async (name: string, text: string, queue = 'sales') => {
    const customer = { name, id: `c-${name}`, email: 'someone@example.org' };
    const attributes = { plan: 'standard', order: '4711-0815', language: 'en' };
    await crowd.caller({ queue, customer, text, attributes });
    return crowd.accept(alice);
  };
  const others = [
    await take('Émile Dupont', 'Which of your chairs would you take for eight hours a day?'),
    await take('Ngozi Adeyemi', 'Do you deliver to Lagos?'),
  ];
  for (const other of others) other.send('One moment please, I am looking into it.');
  const dana = await take('Dana Bergström', 'My invoice shows the chair twice.', 'billing');
  dana.send('Good morning Dana! I see it: the chair stands there twice, on lines 2 and 3.');
  const ben = await crowd.ready('agent2');
  await alice.add(dana.id, { agent: 'agent2' }, { note: 'Knows how to correct invoices' });
  const atBen = await crowd.accept(ben);
  dana.send('Ben, can you confirm that line 3 is the mistake?', 'agents');
  atBen.send('It is. I have corrected it.', 'agents');
  atBen.send('Hello Dana, line 3 was our mistake. A new invoice is on its way to you.');
  await crowd.ready('agent3');
  await alice.add(dana.id, { queue: 'support_fr' });
  const text = 'I would like to change my order from yesterday.';
  await crowd.caller({ queue: 'sales', text, customer: { name: 'Kim Min-jun' } });
  await expect.poll(() => alice.offers.all.get().length).toBe(1);
  return dana;
}

/** Some hours as the contract has them; what a server that is a minute old cannot have. */
export async function history(route: Route) {
  const step_s = 300;
  const last = Math.floor(Date.now() / 1_000 / step_s) * step_s;
  const buckets = Array.from({ length: 40 }, (_, at) => {
    const entered = Math.round(6 + 5 * Math.sin(at / 5) + (at % 3));
    const abandoned = at % 7 === 0 ? 2 : 0;
    const accepted = Math.max(0, entered - abandoned);
    const from = new Date((last - (39 - at) * step_s) * 1_000).toISOString();
    const within_target = Math.round(accepted * 0.9);
    return { from, entered, accepted, abandoned, within_target, waiting_max: at % 5 };
  });
  await route.fulfill({ json: { queue: 'x', step_s, buckets } });
}

/** Something of everything that a workspace may have. */
export function furnish(now: Configuration) {
  now.origins = ['https://shop.example'];
  now.hours = {
    office: {
      weekly: [
        { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '18:00' },
        { days: ['sat'], from: '10:00', to: '14:00' },
      ],
      exceptions: [{ date: '2026-12-24', from: '08:00', to: '12:00' }, { date: '2026-12-25' }],
    },
  };
  now.profiles = {
    first_line: [
      { queue: 'billing', rank: 1 },
      { queue: 'sales', rank: 2, delay_s: 30 },
    ],
  };
  now.rules = [
    { if: "attributes.plan == 'gold'", queue: 'billing', priority: 5 },
    { if: "attributes.language in ['fr', 'fr-CA']", queue: 'support_fr' },
  ];
  now.queues.billing!.hours = 'office';
  now.queues.billing!.relaxation = [
    { after_s: 30, skill: 'billing', level: 1 },
    { after_s: 300, skill: 'billing' },
  ];
}
