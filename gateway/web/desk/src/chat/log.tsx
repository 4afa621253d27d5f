// The lines of a chat. Only the newest are drawn, and more as one goes back: a chat of thousands of
// lines is as quick as a short one. It stays at its end unless one has gone up to read.

import type { Conversation, Id, Line, Note } from '@baton/client';
import { useSignal, useSignalEffect } from '@preact/signals';
import { ArrowDown } from 'lucide-preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { toSignal } from '../../../shared/src/bind.ts';
import { isolated } from '../../../shared/src/names.ts';
import { Arrivals } from '../../../shared/src/ui/arrivals.tsx';
import { Button } from '../../../shared/src/ui/button.tsx';
import { isMine, sawChat } from '../seen.ts';
import { systemWords } from '../system.ts';
import { words } from '../words/words.ts';
import { toEnd, useEnd } from './end-of-log.ts';
import { LogLine, type Mark } from './line.tsx';
import { amongLines, type Entry, NoteEntry } from './notes.tsx';

/** So many lines are drawn at once: about what fits. */
const FIRST = 18;
/** And so many more at a time, when one goes up or has looked a moment. */
const STEP = 40;
const MOMENT_MS = 150;
/** Nearer than this to the oldest that is drawn, one wants more. */
const NEAR_PX = 48;

const NONE: readonly Note[] = [];

export interface LogProps {
  conversation: Conversation;
  me: Id;
  /** The note that an offer of this chat shows now. */
  offered?: string | null;
}

export function Log({ conversation, me, offered = null }: LogProps) {
  const said = words.value.chat;
  const lines = toSignal(conversation.lines).value;
  const notes = toSignal(conversation.chat).value?.notes ?? NONE;
  const shown = useSignal(FIRST);
  const isAtEnd = useSignal(true);
  const box = useRef<HTMLDivElement>(null);
  /** Height before more is drawn above, so that what one reads stays where it is. */
  const before = useRef<number | null>(null);
  const known = useRef(conversation.chat.get()?.seq ?? null);
  const first = Math.max(0, lines.length - shown.value);
  const last = lines.at(-1);
  const lastBefore = useRef(last);

  const showMore = () => {
    if (conversation.lines.get().length <= shown.peek()) return;
    before.current = box.current?.scrollHeight ?? null;
    shown.value += STEP;
  };
  const hasMoved = useEnd(box, isAtEnd);
  const scrolled = () => {
    hasMoved();
    if ((box.current?.scrollTop ?? NEAR_PX) < NEAR_PX) showMore();
  };
  const goToEnd = () => {
    shown.value = FIRST;
    isAtEnd.value = true;
    toEnd(box.current);
  };
  useLayoutEffect(() => {
    const at = box.current;
    if (!at) return;
    if (before.current !== null) at.scrollTop += at.scrollHeight - before.current;
    // Lines that were said before may come after the newest: the end is elsewhere then too.
    else if (isAtEnd.peek() || (last !== lastBefore.current && last?.state === 'pending'))
      toEnd(at);
    before.current = null;
    lastBefore.current = last;
  }, [lines, first, notes.length]);
  useReading(conversation, isAtEnd);
  useEffect(() => {
    const timer = setTimeout(showMore, MOMENT_MS);
    return () => clearTimeout(timer);
  }, []);

  const readSeq = readBy(conversation, lines);
  const drawn = amongLines(lines.slice(first), notes, { isAll: first === 0, offered });
  return (
    <div class="relative min-h-0 flex-1">
      <div
        ref={box}
        onScroll={scrolled}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by the keyboard too.
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={said.log}
        class="flex h-full flex-col overflow-x-hidden overflow-y-auto px-3 py-3 [overflow-anchor:none] md:px-6"
      >
        {first > 0 && (
          <Button class="mx-auto mb-3" onClick={showMore}>
            {said.earlier}
          </Button>
        )}
        <ol class="mt-auto flex flex-col">
          {drawn.map((entry, at) =>
            'note' in entry ? (
              <NoteEntry key={entry.key} note={entry.note} me={me} />
            ) : (
              <LogLine
                key={entry.key}
                line={entry.line}
                isMine={isMine(entry.line, me)}
                isFirst={isFirstOf(entry.line, drawn[at - 1])}
                mark={markOf(entry.line, readSeq)}
                conversation={conversation}
              />
            ),
          )}
        </ol>
      </div>
      <Arrivals all={lines} known={known.current} seqOf={seqOf} say={(line) => aloud(line, me)} />
      {!isAtEnd.value && (
        <Button
          onClick={goToEnd}
          class="absolute bottom-3 left-1/2 inline-flex -translate-x-1/2 items-center gap-2 rounded-full shadow-lg"
        >
          <ArrowDown size={16} aria-hidden="true" /> {said.newLines}
        </Button>
      )}
    </div>
  );
}

const seqOf = ({ message }: Line) => message?.seq;

/** How a line is read aloud as it comes; one's own is not. */
function aloud({ message }: Line, me: Id): string | null {
  if (!message || message.from.id === me) return null;
  if (message.kind === 'system') return systemWords(message);
  return `${isolated(message.from.name || words.value.customer)}: ${message.text}`;
}

/** What is drawn at the end of the log while the page is looked at is read. */
function useReading(conversation: Conversation, isAtEnd: { value: boolean }) {
  useSignalEffect(() => {
    const lines = toSignal(conversation.lines).value;
    if (!isAtEnd.value) return;
    const look = () => {
      if (document.visibilityState !== 'visible') return;
      sawChat(conversation.id, lines);
      conversation.readAll();
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  });
}

/** Whether it begins somebody's turn: then it says whose. */
function isFirstOf({ message, own, visibility }: Line, entry: Entry | undefined): boolean {
  if (!entry || 'note' in entry) return true;
  const before = entry.line;
  if (before.visibility !== visibility) return true;
  if (!message || !before.message) return before.own !== own;
  return message.from.id !== before.message.from.id || message.kind !== before.message.kind;
}

/** How far the customer has read. */
function readBy(conversation: Conversation, lines: readonly Line[]): number {
  const customer = toSignal(conversation.chat).value?.participants.find(
    ({ role }) => role === 'customer',
  );
  const upto = toSignal(conversation.read).value[customer?.id ?? ''];
  if (!upto) return 0;
  return lines.findLast(({ message }) => message?.message_id === upto)?.message?.seq ?? 0;
}

function markOf({ state, message, visibility }: Line, readSeq: number): Mark {
  if (state !== 'sent') return state;
  return visibility === 'all' && (message?.seq ?? 0) <= readSeq ? 'read' : 'sent';
}
