// @vitest-environment happy-dom
// A queue says whether customers find it in the widget.

import { cleanup, fireEvent, render, screen, within } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { EditorContext } from '../src/editing.ts';
import { draft } from '../src/model/draft.ts';
import type { Editor } from '../src/model/editor.ts';
import { QueueForm } from '../src/sections/queue.tsx';
import { shop } from './world.ts';

afterEach(cleanup);

/** The form of sales, where customers choose from these. */
function show(queues?: string[]) {
  const config = { ...shop(), ...(queues && { widget: { queues } }) };
  const check = { findings: [], at: () => [], of: () => [] };
  const editor = { draft: draft({ version: 3, config }), check, canEdit: true };
  render(
    <EditorContext.Provider value={editor as unknown as Editor}>
      <QueueForm id="sales" place="queues/sales" />
    </EditorContext.Provider>,
  );
  return screen.queryByText(/^Customers cannot choose this queue/);
}

it('a queue that customers do not choose says so, and leads to where they would', () => {
  const link = within(show(['billing'])!).getByRole('link', { name: 'Queues to choose from' });
  expect(link.getAttribute('href')).toBe('#/widget');
  fireEvent.click(link);
  expect(location.hash).toBe('#/widget');
});

it('one that they choose, or where they choose from none, does not', () => {
  expect(show(['billing', 'sales'])).toBe(null);
  cleanup();
  expect(show()).toBe(null);
});
