// @vitest-environment happy-dom
// How one signs in: whom one may pick, and what to do where one may not.

import { act, cleanup, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { settle } from '../../client/tests/world.ts';
import { SignIn } from '../src/ui/sign-in.tsx';

const { happyDOM } = window as unknown as { happyDOM: { setURL(url: string): void } };

beforeEach(() => happyDOM.setURL('http://localhost:8080/board'));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function shown(ways: object) {
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify(ways)));
  render(<SignIn page="Board" roles={['supervisor', 'agent']} />);
  await act(settle);
}

it('says where the people are whom this browser may not pick', async () => {
  await shown({ mode: 'token' });
  screen.getByText(/open the address that “baton up” printed/);
});

it('speaks of no development server elsewhere', async () => {
  happyDOM.setURL('https://chat.example.com/board');
  await shown({ mode: 'token' });
  expect(screen.queryByText(/baton up/)).toBeNull();
});

it('offers first those whose page it is, and says what each is', async () => {
  const people = [
    { sub: 'agent1', name: 'Alice Weber', role: 'agent' },
    { sub: 'lead1', name: 'Lena Hoffmann', role: 'supervisor' },
    { sub: 'admin', name: 'Administrator', role: 'admin' },
  ];
  await shown({ mode: 'demo', people });
  const rows = screen.getAllByRole('listitem').map((row) => row.textContent);
  expect(rows).toEqual(['Lena HoffmannSupervisor', 'Alice WeberAgent']);
});
