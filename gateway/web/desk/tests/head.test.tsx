// @vitest-environment happy-dom
// The head of the page.

import { connectStaff } from '@baton/client';
import { cleanup, render } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { settle, world } from '../../client/tests/world.ts';
import { Head } from '../src/head/head.tsx';

afterEach(cleanup);

it('the bar says in words how much room is left', async () => {
  const at = world();
  const desk = connectStaff({ url: 'http://baton.test', token: () => 't', platform: at.platform });
  await settle();
  const self = {
    ...{ agent: 'agent1', name: 'Agent One', status: 'ready', activity: 'handling', rev: 1 },
    ...{ connectivity: 'online', load: { offered: 0, handling: 1, wrapup: 0 }, skills: [] },
    ...{ capacity: { used: 250, total: 1000 }, since: '2026-01-05T09:00:00.000Z' },
  };
  await at.socket().welcome({ agent: self });
  const { getByText, getByRole } = render(<Head desk={desk} />);
  getByText('75 % free');
  expect(getByRole('meter').getAttribute('aria-valuetext')).toBe('25 of 100 % in use');
  await at
    .socket()
    .deliver({ type: 'agent.state', ...self, capacity: { used: 1000, total: 1000 }, rev: 2 });
  await settle();
  getByText('no room');
});
