// The button in the corner and the window that opens from it: opening, closing, where the focus
// goes, and the question before a chat is ended. What is in the window is somebody else's.

import { h, ICONS, icon, set, write } from './dom.ts';
import { unreadOf, type Words } from './words/words.ts';

export interface FrameOptions {
  words: Words;
  /** The window was opened. */
  opened(): void;
  /** Ends the chat, as the visitor has confirmed. */
  end(): Promise<void>;
  /** Puts the focus where one writes. */
  focus(): void;
}

export interface Frame {
  /** Everything, to be put into the page. */
  parts: HTMLElement[];
  /** What the window shows. */
  body: HTMLElement;
  isOpen(): boolean;
  open(): void;
  close(): void;
  /** How many lines were not seen. */
  unread(count: number): void;
  /** Whether there is a chat to end. */
  endable(isEndable: boolean): void;
}

export function frame(options: FrameOptions): Frame {
  const { words, opened, focus } = options;
  let count = 0;
  const badge = h('span', { class: 'badge', hidden: true });
  const toggle = () => (panel.hidden ? open() : close());
  const launcher = h('button', { class: 'launcher', click: toggle }, icon(ICONS.chat), badge);
  const question = questionOf(options);
  const ask = h('button', { hidden: true, click: question.ask }, words.end);
  const body = h('div', { class: 'body' });
  const panel = h(
    'section',
    {
      class: 'panel',
      role: 'dialog',
      'aria-label': words.title,
      hidden: true,
      keydown: ((event: KeyboardEvent) => {
        if (event.key === 'Escape') close();
      }) as EventListener,
    },
    h(
      'header',
      {},
      h('h2', {}, words.title),
      ask,
      h('button', { 'aria-label': words.close, click: () => close() }, icon(ICONS.close)),
    ),
    question.element,
    body,
  );

  const label = () => {
    const isOpen = !panel.hidden;
    const news = count ? ` (${unreadOf(words, count)})` : '';
    badge.hidden = isOpen || !count;
    write(badge, String(count));
    set(launcher, 'aria-expanded', String(isOpen));
    set(launcher, 'aria-label', isOpen ? words.close : words.open + news);
  };
  const open = () => {
    panel.hidden = false;
    label();
    opened();
    focus();
  };
  const close = () => {
    panel.hidden = true;
    label();
    launcher.focus();
  };

  label();
  return {
    parts: [launcher, panel],
    body,
    isOpen: () => !panel.hidden,
    open,
    close,
    unread(next) {
      count = next;
      label();
    },
    endable(isEndable) {
      ask.hidden = !isEndable;
      if (!isEndable) question.hide();
    },
  };
}

/** Asks whether the chat is to be ended, and says how that goes until the chat is over. */
function questionOf({ words, end, focus }: FrameOptions) {
  const tell = (said: string) => {
    write(text, said);
    text.classList.toggle('failed', said === words.endFailed);
    yes.disabled = no.disabled = said === words.ending;
  };
  const hide = () => {
    element.hidden = true;
    tell(words.endAsk);
  };
  const keep = () => {
    hide();
    focus();
  };
  const over = () => {
    tell(words.ending);
    end().then(hide, () => tell(words.endFailed));
    focus();
  };
  const no = h('button', { click: keep }, words.endNo);
  const yes = h('button', { class: 'primary', click: over }, words.end);
  const text = h('p', { class: 'ask', role: 'alert' }, words.endAsk);
  const element = h('div', { class: 'question', role: 'group', hidden: true }, text, yes, no);
  const ask = () => {
    // What came of it in an earlier chat may have been said after that was over.
    if (!yes.disabled) tell(words.endAsk);
    element.hidden = false;
    no.focus();
  };
  return { element, ask, hide };
}
