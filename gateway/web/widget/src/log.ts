// The lines of the chat on the page: each an element that stays the same while its line changes
// from pending to stored, in the order of the library.

import type { Line } from '@baton/client';
import { h, write } from './dom.ts';
import { noteOf } from './notes.ts';
import { typingOf, type Words } from './words/words.ts';

export interface LogOptions {
  words: Words;
  language: string;
  retry(key: string): void;
}

export interface Log {
  element: HTMLElement;
  /** Shows these lines, and up to where others have read. */
  show(lines: readonly Line[], read: readonly string[]): void;
  /** Who is typing. */
  typing(all: readonly string[]): void;
}

export function log({ words, language, retry }: LogOptions): Log {
  const list = h('ol', {});
  const typing = h('p', { class: 'typing', 'aria-hidden': 'true' });
  // Laid out from its end, so that it stays there whatever grows or shrinks.
  const element = h(
    'div',
    // New lines are read aloud elsewhere, and only those of others.
    { class: 'log', tabindex: 0, role: 'log', 'aria-live': 'off', 'aria-label': words.title },
    typing,
    list,
  );
  const rows = new Map<string, HTMLElement>();

  const make = (line: Line, isFirstNote: boolean): HTMLElement => {
    const { message } = line;
    if (message?.kind === 'system') {
      return h('li', { class: 'note', dir: 'auto' }, noteOf(words, message, isFirstNote));
    }
    const isOwn = from(line) === OWN;
    const name = isOwn ? words.you : (message?.from.name ?? '');
    const mark = h('span', { class: 'mark' });
    return h(
      'li',
      { class: isOwn ? 'own' : 'theirs' },
      h('span', { class: 'from', dir: 'auto' }, name),
      h('p', { class: 'said', dir: 'auto' }, line.text),
      h('small', {}, h('time', { datetime: line.at }, hour(language, line.at)), ' ', mark),
    );
  };
  return {
    element,
    show(lines, read) {
      const keys = new Set(lines.map((line) => line.key));
      for (const [key, row] of rows) {
        if (keys.has(key)) continue;
        row.remove();
        rows.delete(key);
      }
      const firstNote = lines.find((line) => line.message?.event?.change === 'connected')?.key;
      const readLine = lastRead(lines, read);
      let at = list.firstElementChild;
      let before = '';
      for (const line of lines) {
        const { key, state } = line;
        // What one has just written is seen, wherever one was reading.
        if (state === 'pending' && !rows.has(key)) element.scrollTop = 0;
        const row = rows.get(key) ?? make(line, key === firstNote);
        rows.set(key, row);
        if (row === at) at = at.nextElementSibling;
        else list.insertBefore(row, at);
        const by = from(line);
        row.classList.toggle('more', !!by && by === before);
        before = by;
        markRow(row, line, key === readLine);
      }
    },
    typing: (all) => write(typing, typingOf(words, all)),
  };

  function markRow(row: HTMLElement, line: Line, isRead: boolean) {
    const mark = row.querySelector('.mark');
    if (!mark) return;
    if (line.state === 'failed') {
      if (mark.childElementCount) return;
      const again = () => retry(line.key);
      mark.replaceChildren(`${words.failed} `, h('button', { click: again }, words.retry));
    } else write(mark, line.state === 'pending' ? words.sending : isRead ? words.read : '');
    mark.classList.toggle('failed', line.state === 'failed');
  }
}

const OWN = 'own';

/** Who said it; nobody says what the system does. */
function from({ own, message }: Line): string {
  if (own || message?.from.role === 'customer') return OWN;
  return message?.kind === 'system' ? '' : (message?.from.id ?? '');
}

/** One's last line that somebody else has read: the mark stands there alone. */
function lastRead(lines: readonly Line[], read: readonly string[]): string | undefined {
  const at = lines.findLastIndex((line) => read.includes(line.message?.message_id ?? ''));
  return lines.slice(0, at + 1).findLast((line) => line.message?.from.role === 'customer')?.key;
}

function hour(language: string, at: string): string {
  return new Date(at).toLocaleTimeString(language, { timeStyle: 'short' });
}
