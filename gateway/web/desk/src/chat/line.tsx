// One line: whose it is shows by its side and colour; what only colleagues see is set apart. Text is
// shown as text, each piece in its own direction. Drawn again only when something of it changes:
// reading a signal makes a component compare what it is given.

import type { Conversation, Line } from '@baton/client';
import { useSignal } from '@preact/signals';
import { Bot, EyeOff } from 'lucide-preact';
import { refusalWords } from '../../../shared/src/refusals.ts';
import { timeOfDay } from '../../../shared/src/time.ts';
import { Button } from '../../../shared/src/ui/button.tsx';
import { queueName } from '../people.ts';
import { systemWords } from '../system.ts';
import { words } from '../words/words.ts';

export type Mark = Line['state'] | 'read';

/** Longer texts, and those of more lines, are cut until one wants all of them. */
const LONG = 1_500;
const TALL = 40;

export interface LogLineProps {
  line: Line;
  isMine: boolean;
  isFirst: boolean;
  mark: Mark;
  conversation: Conversation;
}

export function LogLine({ line, isMine, isFirst, mark, conversation }: LogLineProps) {
  const { message } = line;
  if (message?.kind === 'system') {
    return (
      <li class="mx-auto my-2 max-w-full px-3 py-0.5 text-center text-sm break-words text-quiet">
        <bdi>{systemWords(message)}</bdi> {timeOf(line.at)}
      </li>
    );
  }
  const look = lookOf(line, isMine);
  const isLong = line.text.length > LONG || line.text.split('\n', TALL).length === TALL;
  return (
    <li class={`flex max-w-[85%] flex-col ${look.side} ${isFirst ? 'mt-3' : 'mt-0.5'}`}>
      {isFirst && whose(line, isMine)}
      <div class={`min-w-0 max-w-full rounded-2xl px-3 py-1.5 ${look.box}`}>
        {isLong ? <LongText text={line.text} /> : said(line.text, '')}
      </div>
      <div class="flex items-center gap-1 px-1 text-xs text-quiet">
        {timeOf(line.at)}
        {isMine && markOf(mark)}
      </div>
      {mark === 'failed' && <Failed line={line} conversation={conversation} />}
    </li>
  );
}

function lookOf({ visibility, message }: Line, isMine: boolean) {
  const side = isMine ? 'self-end items-end' : 'self-start items-start';
  if (visibility === 'agents')
    return { side, box: 'bg-warn-soft border border-dashed border-warn' };
  if (message?.kind === 'auto') return { side, box: 'border border-line text-quiet italic' };
  if (isMine) return { side, box: 'bg-accent-soft' };
  if (message?.from.role === 'customer') return { side, box: 'bg-raised border border-line' };
  return { side, box: 'bg-good-soft' };
}

// What follows is called, not drawn as components: there are many lines, and each costs.

function whose(line: Line, isMine: boolean) {
  const said = words.value;
  const { from, kind } = line.message ?? {};
  const name =
    kind === 'auto' ? from?.name || queueName(from?.id ?? '') : from?.name || said.customer;
  return (
    <p class="mb-0.5 flex max-w-full flex-wrap items-center gap-1 px-1 text-xs text-quiet">
      <bdi class="truncate font-medium text-text">{isMine ? said.you : name}</bdi>
      {from?.role === 'supervisor' && <span>· {said.chat.coaching}</span>}
      {kind === 'auto' && (
        <span class="inline-flex items-center gap-1">
          · <Bot size={12} aria-hidden="true" /> {said.chat.auto}
        </span>
      )}
      {line.visibility === 'agents' && (
        <span class="inline-flex items-center gap-1 font-medium text-warn">
          · <EyeOff size={12} aria-hidden="true" /> {said.chat.whisper}
        </span>
      )}
    </p>
  );
}

function said(text: string, cut: string) {
  return (
    <p
      dir="auto"
      class={`wrap-anywhere whitespace-pre-wrap [unicode-bidi:isolate] ${cut}`}
      data-said
    >
      {text}
    </p>
  );
}

function LongText({ text }: { text: string }) {
  const isOpen = useSignal(false);
  const { more, less } = words.value.chat;
  return (
    <>
      {said(text, isOpen.value ? '' : 'line-clamp-[12]')}
      <button
        type="button"
        aria-expanded={isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
        class="min-h-6 cursor-pointer font-medium text-accent underline"
      >
        {isOpen.value ? less : more}
      </button>
    </>
  );
}

function timeOf(at: string) {
  return (
    <time dateTime={at} class="text-xs whitespace-nowrap text-quiet tabular-nums">
      {timeOfDay(at)}
    </time>
  );
}

const MARKS = { pending: '…', sent: '✓', read: '✓✓', failed: '!' };

function markOf(mark: Mark) {
  const label = words.value.chat.state[mark];
  return (
    <span title={label} class={`tracking-tighter ${mark === 'read' ? 'text-accent' : ''}`}>
      <span aria-hidden="true">{MARKS[mark]}</span>
      <span class="sr-only">{label}</span>
    </span>
  );
}

function Failed({ line, conversation }: { line: Line; conversation: Conversation }) {
  const said = words.value.chat;
  return (
    <div role="alert" class="flex flex-wrap items-center gap-2 px-1 py-1 text-sm text-bad">
      <span>
        {said.state.failed} {line.error && refusalWords(line.error)}
      </span>
      <Button onClick={() => conversation.retry(line.key)}>{said.retry}</Button>
      <Button onClick={() => conversation.discard(line.key)}>{said.discard}</Button>
    </div>
  );
}
