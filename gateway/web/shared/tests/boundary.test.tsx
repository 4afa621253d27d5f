// @vitest-environment happy-dom
// What stands where something could not be drawn.

import { act, cleanup, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Boundary, PageBoundary } from '../src/ui/boundary.tsx';
import { words } from '../src/words.ts';

const told = vi.fn();
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(told);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  told.mockReset();
});

function Bad({ isBad = true }: { isBad?: boolean }) {
  if (isBad) throw new Error('not foreseen');
  return <p>fine</p>;
}

it('says that it broke, what is kept, and how to go on; the console is told why', async () => {
  await act(() => {
    render(
      <PageBoundary kept={() => 'What you wrote is kept.'}>
        <Bad />
      </PageBoundary>,
    );
  });
  expect(screen.getByRole('alert').textContent).toContain(words.value.broken);
  screen.getByText('What you wrote is kept.');
  screen.getByRole('button', { name: words.value.loadAgain });
  expect(told).toHaveBeenCalledWith(expect.objectContaining({ message: 'not foreseen' }));
});

it('gives another thing another try', async () => {
  const show = (of: string) => (
    <Boundary of={of} broken={() => <p>broken</p>}>
      <Bad isBad={of === 'one'} />
    </Boundary>
  );
  const { rerender } = render(show('one'));
  await screen.findByText('broken');
  rerender(show('two'));
  screen.getByText('fine');
});
