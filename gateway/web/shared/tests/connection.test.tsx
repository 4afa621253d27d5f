// @vitest-environment happy-dom
// The banner that says that there is no connection.

import type { Connection } from '@baton/client';
import { cell } from '@baton/client';
import { act, cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { ConnectionBanner } from '../src/ui/connection.tsx';
import { words } from '../src/words.ts';

afterEach(cleanup);

it('stands from the loss until the connection is back, through every attempt', async () => {
  const connection = cell<Connection>({ state: 'connecting' });
  render(<ConnectionBanner connection={connection} retry={() => {}} signOut={() => {}} />);
  const said = () => screen.queryByRole('status')?.textContent ?? '';
  const become = (next: Connection) => act(() => connection.set(next));
  expect(said()).toBe('');
  await become({ state: 'online' });
  expect(said()).toBe('');
  await become({ state: 'waiting', retryAt: 0 });
  expect(said()).toContain(words.value.noConnection);
  await become({ state: 'connecting' });
  expect(said()).toContain(words.value.noConnection);
  expect(said()).toContain(words.value.connecting);
  await become({ state: 'waiting', retryAt: 0 });
  await become({ state: 'online' });
  expect(said()).toBe('');
});
