// @vitest-environment happy-dom
// The start page leads through a whole chat.

import { cleanup, render, screen, within } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { Page } from '../src/page.tsx';

afterEach(() => {
  cleanup();
  localStorage.clear();
});

it('has three steps, and opens the other pages beside it', () => {
  render(<Page />);
  const steps = within(screen.getByRole('list')).getAllByRole('listitem');
  expect(steps.map((step) => step.querySelector('a')?.getAttribute('href') ?? null)).toEqual([
    '/desk',
    null,
    '/board',
  ]);
  expect(steps.map((step) => step.textContent?.[0])).toEqual(['1', '2', '3']);
  for (const link of screen.getAllByRole('link')) {
    expect([link.getAttribute('target'), link.getAttribute('rel')]).toEqual(['_blank', 'noopener']);
  }
});

it('says how to get in where this browser could not pick anybody', () => {
  const { happyDOM } = window as unknown as { happyDOM: { setURL(url: string): void } };
  happyDOM.setURL('http://127.0.0.1:8080/');
  render(<Page />);
  screen.getByText(/open the address that “baton up” printed/);
  cleanup();
  localStorage.setItem('baton.sign_in', 'key');
  render(<Page />);
  expect(screen.queryByText(/baton up/)).toBeNull();
});
