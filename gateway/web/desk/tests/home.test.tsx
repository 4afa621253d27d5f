// @vitest-environment happy-dom
// The queues between chats.

import { connectStaff } from '@baton/client';
import { cleanup, render } from '@testing-library/preact';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Answer, type Json, ok, settle, world } from '../../client/tests/world.ts';
import { keepAges } from '../src/ages.ts';
import { Home } from '../src/home.tsx';
import { now } from '../src/now.ts';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const LIST = 'GET /queues?limit=200';

const queueRow = (queue: string, name: string, fields: Json = {}): Json => ({
  ...{ type: 'queue.state', queue, name, waiting: 0, oldest_wait_s: 0, open: true, rev: 1 },
  ...{ eligible_agents: 1, available_agents: 0, service_level: { target_s: 20 }, ...fields },
});

it('the longest wait goes on while nothing is told of the queue', async () => {
  const at = world();
  let time = 5_000;
  vi.spyOn(performance, 'now').mockImplementation(() => time);
  const desk = connectStaff({ url: 'http://baton.test', token: () => 't', platform: at.platform });
  keepAges(desk);
  await settle();
  await at.socket().welcome({ chats: [] });
  const billing = queueRow('billing', 'Billing', { waiting: 1, oldest_wait_s: 15 });
  await at.socket().deliver(billing);
  await at.clock.pass(100);
  // The list is read as well.
  at.reply(LIST, ok({ queues: [billing] }));
  const { getByText } = render(<Home desk={desk} />);
  await settle();
  await at.clock.pass(100);
  const wait = getByText('0:15');
  expect(wait.className).not.toContain('text-warn');
  time += 10_000;
  now.value += 10_000;
  await settle();
  expect(wait.textContent).toBe('0:25');
  expect(wait.className).toContain('text-warn');
});

it('a queue that a new configuration has not is gone', async () => {
  const at = world();
  const [billing, returns] = [queueRow('billing', 'Billing'), queueRow('returns', 'Returns')];
  at.reply(LIST, ok({ queues: [billing, returns] }), ok({ queues: [billing] }));
  const desk = connectStaff({ url: 'http://baton.test', token: () => 't', platform: at.platform });
  await settle();
  await at.socket().welcome({ chats: [] });
  await at.socket().deliver(billing, returns);
  await at.clock.pass(100);
  const { queryByText, unmount } = render(<Home desk={desk} />);
  await settle();
  expect(queryByText('Returns')).not.toBe(null);
  await at.socket().deliver(queueRow('billing', 'Billing', { rev: 2 }));
  await at.clock.pass(75_000);
  await settle();
  expect(queryByText('Billing')).not.toBe(null);
  expect(queryByText('Returns')).toBe(null);
  const asked = at.asked.length;
  unmount();
  await at.socket().deliver(queueRow('billing', 'Billing', { rev: 3 }));
  await at.clock.pass(75_000);
  expect(at.asked.length).toBe(asked);
});

describe('the list of queues', () => {
  /** A desk that shows home, where queues have changed every second for some time. */
  async function open(...answers: Answer[]) {
    const at = world();
    at.reply(LIST, ...answers);
    const desk = connectStaff({
      url: 'http://baton.test',
      token: () => 't',
      platform: at.platform,
    });
    await settle();
    await at.socket().welcome({ chats: [] });
    render(<Home desk={desk} />);
    await settle();
    let rev = 1;
    const pass = async (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        await at.socket().deliver(queueRow('billing', 'Billing', { rev: ++rev }));
        await at.clock.pass(1_000);
      }
    };
    const reads = () => at.asked.filter(({ path }) => path === '/queues?limit=200').length;
    return { pass, reads };
  }
  const look = (isHidden: boolean) => {
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(isHidden);
    document.dispatchEvent(new Event('visibilitychange'));
  };

  it('is read once, then at most once a minute, however much happens', async () => {
    const { pass, reads } = await open(ok({ queues: [] }));
    expect(reads()).toBe(1);
    await pass(60);
    expect(reads()).toBe(1);
    await pass(10);
    expect(reads()).toBe(2);
    await pass(60);
    expect(reads()).toBe(2);
  });

  it('is not read while nobody sees it, and once when somebody looks again', async () => {
    const { pass, reads } = await open(ok({ queues: [] }));
    look(true);
    await pass(300);
    expect(reads()).toBe(1);
    look(false);
    await settle();
    expect(reads()).toBe(2);
    look(true);
    look(false);
    await pass(30);
    expect(reads()).toBe(2);
  });

  it('that was not answered is asked for again with the next minute', async () => {
    const { pass, reads } = await open('network', ok({ queues: [queueRow('returns', 'Returns')] }));
    await pass(59);
    expect(reads()).toBe(1);
    await pass(10);
    expect(reads()).toBe(2);
    expect(document.body.textContent).toContain('Returns');
  });
});
