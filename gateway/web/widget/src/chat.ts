// The chat itself: where one is, the lines, who is typing, and where one writes; and what there is
// to do when it is over.

import type { Conversation, Customer, Line } from '@baton/client';
import { composer } from './composer.ts';
import { active, h, write } from './dom.ts';
import { log } from './log.ts';
import { noteOf, refusalOf } from './notes.ts';
import { statusOf } from './status.ts';
import type { Words } from './words/words.ts';

export interface ChatView {
  element: HTMLElement;
  focus(): void;
  /** It is not shown any more. */
  stop(): void;
}

export interface ChatOptions {
  words: Words;
  language: string;
  visit: Customer;
  conversation: Conversation;
  /** Whether it was started here: nothing in it is of an earlier page. */
  isNew: boolean;
  /** Says something to who cannot see. */
  announce(text: string): void;
  /** Whether somebody looks at it now. */
  isSeen(): boolean;
  /** Whether there is still something to end. */
  endable(isEndable: boolean): void;
}

export function chatView(options: ChatOptions): ChatView {
  const { words, language, visit, conversation, announce, isSeen } = options;
  const text = h('p', {});
  const detail = h('p', { class: 'detail' });
  const lines = log({ words, language, retry: conversation.retry });
  const box = composer(words, {
    send: (said) => void conversation.send(said),
    typed: conversation.typed,
  });
  const again = h('button', { class: 'primary', click: () => visit.leave() }, words.again);
  const over = h('div', { class: 'over', hidden: true }, h('p', {}), again);
  const element = h(
    'div',
    { class: 'chat' },
    h('div', { class: 'status' }, text, detail),
    lines.element,
    over,
    box.element,
  );

  let toldAt = performance.now();
  let told = '';
  let isOffline = false;
  /** Lines up to this one were there before: they come like new ones, and are not read aloud. */
  let past = options.isNew ? 0 : Number.POSITIVE_INFINITY;
  const refresh = () => {
    const chat = conversation.chat.get();
    if (chat) past = Math.min(past, chat.seq);
    const wait = JSON.stringify([chat?.position, chat?.ewt]);
    if (wait !== told) toldAt = performance.now();
    told = wait;
    const elapsedS = (performance.now() - toldAt) / 1000;
    // An attempt is no connection yet.
    const { state } = visit.connection.get();
    if (state !== 'connecting') isOffline = state === 'waiting';
    const status = statusOf(words, { chat, isOffline, elapsedS });
    if (status.text && status.text !== text.textContent) announce(status.text);
    write(text, status.text);
    write(detail, status.detail);
    const isOver = !!chat?.closed;
    const code = chat?.closed?.code;
    if (code) write(over.firstElementChild as Element, refusalOf(words, code));
    if (isOver && over.hidden && box.element.contains(active(element))) again.focus();
    over.hidden = !isOver;
    options.endable(!isOver);
    typing();
    box.element.hidden = isOver;
  };
  const known = new Set<string>();
  const show = () => {
    const all = conversation.lines.get();
    lines.show(all, Object.values(conversation.read.get()));
    for (const line of all) {
      if (!known.has(line.key)) announce(spoken(words, line, past));
      known.add(line.key);
    }
    if (isSeen()) {
      visit.see();
      conversation.readAll();
    }
  };
  const typing = () => {
    const people = over.hidden ? conversation.typing.get() : [];
    lines.typing(people.map((one) => one.name || one.id));
  };

  const timer = setInterval(refresh, 1_000);
  const ends = [
    conversation.chat.subscribe(refresh),
    visit.connection.subscribe(refresh),
    conversation.lines.subscribe(show),
    conversation.read.subscribe(show),
    conversation.typing.subscribe(typing),
    () => clearInterval(timer),
  ];
  // What is here already is known before a copy makes anything news.
  show();
  refresh();
  return {
    element,
    focus: () => (over.hidden ? box : again).focus(),
    stop: () => {
      for (const end of ends) end();
    },
  };
}

/** A new line of others, for who cannot see; one's own is known. */
function spoken(words: Words, { message, own }: Line, past: number): string {
  if (!message || own || message.seq <= past || message.from.role === 'customer') return '';
  if (message.kind === 'system') return noteOf(words, message, false);
  return `${message.from.name}: ${message.text}`;
}
