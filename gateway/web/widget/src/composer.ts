// Where one writes: Enter sends, Shift and Enter make a new line.

import { h, ICONS, icon } from './dom.ts';
import { LONGEST } from './form.ts';
import type { Words } from './words/words.ts';

export interface Composer {
  element: HTMLFormElement;
  focus(): void;
}

export function composer(
  words: Words,
  { send, typed }: { send(text: string): void; typed(): void },
): Composer {
  const text = h('textarea', {
    rows: 1,
    maxlength: LONGEST,
    'aria-label': words.message,
    placeholder: words.message,
    enterkeyhint: 'send',
    dir: 'auto',
    input: () => {
      grow();
      if (text.value) typed();
    },
    keydown: ((event: KeyboardEvent) => {
      // While letters are being composed, Enter chooses among them.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      element.requestSubmit();
    }) as EventListener,
  });
  const grow = () => {
    text.style.height = 'auto';
    text.style.height = `${Math.min(text.scrollHeight, 120)}px`;
  };
  const element = h(
    'form',
    {
      class: 'composer',
      submit: (event: Event) => {
        event.preventDefault();
        text.focus();
        const value = text.value.trim();
        if (!value) return;
        send(value);
        text.value = '';
        grow();
      },
    },
    text,
    h('button', { class: 'primary round', 'aria-label': words.send }, icon(ICONS.send)),
  );
  return { element, focus: () => text.focus() };
}
