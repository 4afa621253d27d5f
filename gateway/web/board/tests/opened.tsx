// The board opened for a test, over a wire whose other end is the test.

import { act, cleanup, fireEvent, render } from '@testing-library/preact';
import { afterEach, beforeEach } from 'vitest';
import { type Json, ok, problem, settle, world } from '../../client/tests/world.ts';
import { chooseLanguage } from '../../shared/src/language.ts';
import { type Board, openBoard } from '../src/live/board.ts';
import { Views } from '../src/page.tsx';
import { agent, queue } from './rows.ts';

let open: Board | null = null;

beforeEach(() => {
  location.hash = '';
});
afterEach(() => {
  cleanup();
  open?.close();
  open = null;
  chooseLanguage('en');
});

export async function board(fields: { oversees?: boolean; path?: string } = {}) {
  const { oversees = true, path = '' } = fields;
  location.hash = path;
  const at = world();
  at.reply('GET /queues?limit=200', ok({ queues: [] }));
  at.reply('GET /agents?limit=200', ok({ agents: [] }));
  at.reply('GET /queues/billing/history', problem(404, { code: 'not_found', detail: '' }));
  open = openBoard({ url: 'http://baton.test', token: () => 't', platform: at.platform, oversees });
  render(<Views board={open} />);
  await act(settle);
  const role = oversees ? 'supervisor' : 'agent';
  await act(() => at.socket().welcome({ role, id: oversees ? 'lead1' : 'agent9' }));
  /** What the socket tells; shown with the next frame. */
  const tell = (...frames: Json[]) =>
    act(async () => {
      await at.socket().deliver(...frames);
      await at.clock.pass(100);
    });
  return { ...at, tell, board: open };
}

export const click = (it: HTMLElement) =>
  act(() => {
    fireEvent.click(it);
  });

export const told = (fields: Parameters<typeof queue>[0] = {}): Json => ({
  type: 'queue.state',
  ...queue(fields),
});
export const toldAgent = (fields: Parameters<typeof agent>[0] = {}): Json => ({
  type: 'agent.state',
  ...agent(fields),
});
