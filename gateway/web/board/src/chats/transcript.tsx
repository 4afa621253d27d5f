// What is said in a chat, as text and nothing else; stays at the newest line while one is there.

import type { Chat, Line, Message } from '@baton/client';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { isolated } from '../../../shared/src/names.ts';
import { systemWords } from '../../../shared/src/system.ts';
import { Arrivals } from '../../../shared/src/ui/arrivals.tsx';
import { useBoard } from '../live/board.ts';
import { type Names, useNames } from '../live/names.ts';
import { Empty } from '../ui/notice.tsx';
import { Still } from '../ui/still.ts';
import { exactTimeOf, timeOf } from '../words/numbers.ts';
import { words } from '../words/words.ts';
import { customerOf } from './words-of.ts';

/** So near the end is at the end. */
const NEAR_PX = 48;

export interface TranscriptProps {
  chat: Chat;
  lines: readonly Line[];
  retry?(key: string): void;
}

export function Transcript({ chat, lines, retry }: TranscriptProps) {
  const names = useNames();
  const ref = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const known = useRef(chat.seq);
  const me = useBoard().staff.session.welcome.get()?.id;
  const look = () => {
    const box = ref.current;
    if (box) isAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
  };
  const aloud = (message: Message) => {
    if (message.from.id === me) return null;
    if (message.kind === 'system') return systemWords(message, names.queue);
    const isCustomer = message.from.role === 'customer';
    return `${isolated(isCustomer ? customerOf(chat) : (message.from.name ?? ''))}: ${message.text}`;
  };
  // New lines, lines that are drawn at last, a composer that takes room: all of it moves the end.
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    const stay = () => {
      if (isAtEnd.current) box.scrollTop = box.scrollHeight;
    };
    const sizes = new ResizeObserver(stay);
    sizes.observe(box);
    if (inner.current) sizes.observe(inner.current);
    return () => sizes.disconnect();
  }, []);
  return (
    <div
      ref={ref}
      onScroll={look}
      role="log"
      aria-live="off"
      aria-label={words.value.transcript}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard too.
      tabIndex={0}
      class="min-h-40 flex-1 overflow-y-auto overscroll-contain"
    >
      <div ref={inner} class="flex flex-col gap-2 p-4">
        {lines.length === 0 && <Empty>{words.value.noLines}</Empty>}
        {lines.map((line) => (
          <Still key={line.key} of={line}>
            {(one) => <One line={one} chat={chat} retry={retry} queueName={names.queue} />}
          </Still>
        ))}
      </div>
      <Arrivals
        all={lines}
        known={known.current}
        seqOf={({ message }) => message?.seq}
        say={({ message }) => (message ? aloud(message) : null)}
      />
    </div>
  );
}

interface OneProps {
  line: Line;
  chat: Chat;
  retry: ((key: string) => void) | undefined;
  queueName: Names['queue'];
}

const LAZY = '[contain-intrinsic-size:auto_3rem] [content-visibility:auto]';

function One({ line, chat, retry, queueName }: OneProps) {
  const { message } = line;
  if (message?.kind === 'system' || message?.kind === 'auto') {
    return (
      <p class={`${LAZY} text-center text-sm wrap-anywhere whitespace-pre-wrap text-quiet`}>
        <bdi>{message.kind === 'system' ? systemWords(message, queueName) : line.text}</bdi>{' '}
        <Time at={line.at} />
      </p>
    );
  }
  const isCustomer = message?.from.role === 'customer';
  const isWhisper = line.visibility === 'agents';
  const name = isCustomer ? customerOf(chat) : message?.from.name || words.value.you;
  const ground = isWhisper
    ? 'border border-dashed border-warn bg-warn-soft'
    : isCustomer
      ? 'bg-sunken'
      : 'bg-accent-soft';
  return (
    <div class={`${LAZY} flex shrink-0 flex-col ${isCustomer ? 'items-start' : 'items-end'}`}>
      <p class="flex max-w-full min-w-0 gap-2 text-sm text-quiet">
        <bdi class="truncate">{name}</bdi>
        {isWhisper && <span class="shrink-0 font-medium text-warn">{words.value.whisper}</span>}
        <Time at={line.at} />
      </p>
      <p
        dir="auto"
        class={`max-w-[85%] rounded-xl px-3 py-1.5 wrap-anywhere whitespace-pre-wrap ${ground}`}
      >
        {line.text}
      </p>
      {line.state === 'pending' && <p class="text-sm text-quiet">{words.value.sending}</p>}
      {line.state === 'failed' && (
        <p class="text-sm text-bad">
          {words.value.notSent}{' '}
          <button
            type="button"
            class="min-h-6 cursor-pointer underline"
            onClick={() => retry?.(line.key)}
          >
            {words.value.tryAgain}
          </button>
        </p>
      )}
    </div>
  );
}

function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={exactTimeOf(at)} class="shrink-0 tabular-nums">
      {timeOf(at)}
    </time>
  );
}
