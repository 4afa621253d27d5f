// @vitest-environment happy-dom
// The chat as the visitor sees it, over a wire whose other end is the test.

import { expect, it } from 'vitest';
import { CUSTOMER, started } from '../../client/tests/visitor.ts';
import { chatView } from '../src/chat.ts';
import { en } from '../src/words/en.ts';

async function shown() {
  const at = await started();
  const { it: visit, conversation } = at;
  const view = chatView({
    words: en,
    language: 'en',
    visit,
    conversation,
    announce: () => {},
    isSeen: () => true,
    endable: () => {},
  });
  document.body.replaceChildren(view.element);
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
