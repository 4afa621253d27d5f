// A customer's visit for tests: a chat that was started, and the pages of one browser.

import { customer } from '../src/customer.ts';
import { chat, ok, settle, type World, world } from './world.ts';

export const token = 'token-1';
export const STARTED = {
  chat_id: 'cht_1',
  token,
  expires_at: '2026-01-05T10:00:01.000Z',
  state: 'queued',
  queue: 'billing',
  position: 1,
  ewt: null,
  seq: 1,
};
export const CUSTOMER = {
  role: 'customer',
  id: 'cus_1',
  chats: [
    chat({ participants: [{ id: 'cus_1', role: 'customer', name: '', state: 'connected' }] }),
  ],
};

export function visitor(at: World) {
  return customer({ url: 'http://baton.test', storage: at.storage, platform: at.platform });
}

export async function started() {
  const at = world();
  at.reply('POST /chats', ok(STARTED, 201));
  const it = visitor(at);
  await it.start({ queue: 'billing', text: 'hello' });
  await settle();
  await at.socket().welcome(CUSTOMER);
  return { ...at, it, conversation: open(it) };
}

/** Another page of the same browser: the first one is gone without a word. */
export async function nextPage(at: World) {
  const page = { ...world(), storage: at.storage };
  const it = visitor(page);
  await settle();
  return { ...page, it };
}

export function open(it: ReturnType<typeof customer>) {
  const stage = it.stage.get();
  if (stage.stage !== 'open') throw new Error(`the visit is ${stage.stage}`);
  return stage.conversation;
}
export const texts = (it: ReturnType<typeof customer>) =>
  open(it)
    .lines.get()
    .map((one) => one.text);
