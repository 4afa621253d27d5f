// @vitest-environment happy-dom
// The chat as the visitor sees it, over a wire whose other end is the test.

import type { Customer } from '@baton/client';
import { describe, expect, it } from 'vitest';
import { CUSTOMER, nextPage, open, started } from '../../client/tests/visitor.ts';
import { type Json, line } from '../../client/tests/world.ts';
import { chatView } from '../src/chat.ts';
import { en } from '../src/words/en.ts';

/** The view of a page, and what it says to who cannot see. */
function viewOf(visit: Customer, isNew = false) {
  const spoken: string[] = [];
  const view = chatView({
    words: en,
    language: 'en',
    visit,
    conversation: open(visit),
    isNew,
    announce: (text) => void (text.startsWith('Ada') && spoken.push(text)),
    isSeen: () => true,
    endable: () => {},
  });
  document.body.replaceChildren(view.element);
  return { view, spoken };
}

async function shown() {
  const at = await started();
  const { view } = viewOf(at.it);
  const detail = () => view.element.querySelector('.detail')?.textContent;
  return { ...at, view, detail };
}

it('says that there is no connection until it is back, through every attempt', async () => {
  const { socket, sockets, clock, view, detail } = await shown();
  expect(detail()).toBe('');
  await socket().drop();
  expect(detail()).toBe(en.offline);
  for (const attempt of [2, 3]) {
    await clock.pass(1_000);
    expect(sockets).toHaveLength(attempt);
    expect(detail()).toBe(en.offline);
    if (attempt === 2) await socket().drop();
  }
  await socket().welcome(CUSTOMER);
  expect(detail()).toBe('');
  view.stop();
});

describe('who cannot see', () => {
  const ada = (seq: number) => line(seq, { from: { id: 'ada', role: 'agent', name: 'Ada' } });
  const welcome = (seq: number): Json => ({ ...CUSTOMER, chats: [{ ...CUSTOMER.chats[0], seq }] });

  it('hears what is said after a page has loaded, and nothing of what was said before', async () => {
    const { it: visit, socket } = await nextPage(await started());
    const { view, spoken } = viewOf(visit);
    await socket().welcome(welcome(3));
    // Each in a frame of its own: so they come.
    for (const seq of [1, 2, 3]) await socket().deliver(ada(seq));
    expect(spoken).toEqual([]);
    await socket().deliver(ada(4));
    expect(spoken).toEqual(['Ada: line 4']);
    view.stop();
  });

  it('hears the first lines of a chat that was started here', async () => {
    const at = await nextPage(await started());
    const { view, spoken } = viewOf(at.it, true);
    await at.socket().welcome(welcome(2));
    await at.socket().deliver(line(1));
    await at.socket().deliver(ada(2));
    expect(spoken).toEqual(['Ada: line 2']);
    view.stop();
  });

  it('hears nothing again when the window opens anew', async () => {
    const { it: visit, socket } = await started();
    const first = viewOf(visit);
    await socket().deliver(ada(1));
    await socket().deliver(ada(2));
    first.view.stop();
    const { view, spoken } = viewOf(visit);
    expect([first.spoken, spoken]).toEqual([['Ada: line 1', 'Ada: line 2'], []]);
    await socket().deliver(ada(3));
    expect(spoken).toEqual(['Ada: line 3']);
    view.stop();
  });
});
