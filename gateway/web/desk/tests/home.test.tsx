// @vitest-environment happy-dom
// The queues between chats.

import { connectStaff } from '@baton/client';
import { cleanup, render } from '@testing-library/preact';
import { afterEach, expect, it, vi } from 'vitest';
import { settle, world } from '../../client/tests/world.ts';
import { hearAge } from '../src/ages.ts';
import { Home } from '../src/home.tsx';
import { now } from '../src/now.ts';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

it('the longest wait goes on while nothing is told of the queue', async () => {
  const at = world();
  let time = 5_000;
  vi.spyOn(performance, 'now').mockImplementation(() => time);
  const desk = connectStaff({ url: 'http://baton.test', token: () => 't', platform: at.platform });
  desk.session.listen(hearAge);
  await settle();
  await at.socket().welcome({ chats: [] });
  const billing = { queue: 'billing', name: 'Billing', waiting: 1, oldest_wait_s: 15, open: true };
  const agents = { eligible_agents: 1, available_agents: 0, service_level: { target_s: 20 } };
  await at.socket().deliver({ type: 'queue.state', ...billing, ...agents, rev: 1 });
  await at.clock.pass(100);
  const { getByText } = render(<Home desk={desk} />);
  const wait = getByText('0:15');
  expect(wait.className).not.toContain('text-warn');
  time += 10_000;
  now.value += 10_000;
  await settle();
  expect(wait.textContent).toBe('0:25');
  expect(wait.className).toContain('text-warn');
});
