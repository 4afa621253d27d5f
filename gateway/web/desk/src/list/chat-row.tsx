// One chat in the list: who, the last line, how long, and what is unread. Bound to that chat alone,
// so that a line elsewhere changes nothing here.

import type { Chat, Conversation, Id, Line } from '@baton/client';
import { toSignal } from '../../../shared/src/bind.ts';
import { clock } from '../../../shared/src/time.ts';
import { draftOf } from '../drafts.ts';
import { isPresent, wrapUpUntil } from '../ending.ts';
import { secondsSince, secondsUntil } from '../now.ts';
import { customerName, queueName } from '../people.ts';
import { chatHref, place } from '../place.ts';
import { unreadIn } from '../seen.ts';
import { systemWords } from '../system.ts';
import { words } from '../words/words.ts';

/** A customer who waits longer for an answer stands out. */
const LONG_S = 60;

export function ChatRow({ conversation, me }: { conversation: Conversation; me: Id }) {
  const chat = toSignal(conversation.chat).value;
  const lines = toSignal(conversation.lines).value;
  if (!chat) return null;
  const { id } = conversation;
  const isHere = place.value.at === 'chat' && place.value.id === id;
  const unread = unreadIn(id, lines, me);
  const name = customerName(chat);
  return (
    <li>
      <a
        href={chatHref(id)}
        aria-current={isHere ? 'page' : undefined}
        data-chat={id}
        class={`grid grid-cols-[auto_1fr_auto] items-center gap-x-3 rounded-xl border px-2 py-2 ${isHere ? 'border-accent bg-accent-soft' : 'border-transparent hover:bg-raised'}`}
      >
        <Initial name={name} isWaiting={unread > 0} />
        <span class="min-w-0">
          <span class={`block truncate ${unread > 0 ? 'font-semibold' : 'font-medium'}`}>
            <bdi>{name}</bdi>
            {chat.queue && (
              <span class="ml-2 text-sm font-normal text-quiet">{queueName(chat.queue)}</span>
            )}
          </span>
          <Snippet conversation={conversation} lines={lines} />
        </span>
        <span class="flex flex-col items-end gap-0.5">
          <Timer chat={chat} lines={lines} me={me} />
          {unread > 0 && <Badge n={unread} />}
        </span>
      </a>
    </li>
  );
}

export function Badge({ n }: { n: number }) {
  return (
    <span class="rounded-full bg-accent px-1.5 text-sm font-semibold text-on-accent tabular-nums">
      <span aria-hidden="true">{n > 99 ? '99+' : n}</span>
      <span class="sr-only">{words.value.list.unread(n)}</span>
    </span>
  );
}

export function Initial({ name, isWaiting = false }: { name: string; isWaiting?: boolean }) {
  const look = isWaiting ? 'bg-accent text-on-accent' : 'bg-accent-soft text-accent';
  return (
    <span
      aria-hidden="true"
      class={`grid size-9 place-items-center rounded-full text-sm font-semibold ${look}`}
    >
      {[...name.replace(/^[\s\u2068]+/, '')][0]?.toLocaleUpperCase() ?? '?'}
    </span>
  );
}

function Snippet({ conversation, lines }: { conversation: Conversation; lines: readonly Line[] }) {
  const said = words.value.list;
  const isTyping = toSignal(conversation.typing).value.length > 0;
  const draft = draftOf(conversation.id).text.value;
  const isElsewhere = !(place.value.at === 'chat' && place.value.id === conversation.id);
  const last = lines.at(-1);
  const look = 'block truncate text-sm';
  if (isTyping) return <span class={`${look} text-accent`}>{said.typing}</span>;
  if (draft && isElsewhere) {
    return (
      <span class={`${look} text-quiet`}>
        <span class="text-warn">{said.draft}</span> <bdi>{draft.slice(0, 80)}</bdi>
      </span>
    );
  }
  const text = last?.message?.kind === 'system' ? systemWords(last.message) : (last?.text ?? '');
  return (
    <span class={`${look} text-quiet`}>
      <bdi>{text.slice(0, 120)}</bdi>
    </span>
  );
}

/** How long is left of a wrap-up; how long the customer waits for an answer, or the chat runs. */
function Timer({ chat, lines, me }: { chat: Chat; lines: readonly Line[]; me: Id }) {
  const until = wrapUpUntil(chat, me);
  if (until) {
    return (
      <span class="text-sm text-quiet tabular-nums">
        {words.value.wrapup.endsIn} {clock(secondsUntil(until))}
      </span>
    );
  }
  // What colleagues say among themselves is no answer.
  const last = lines.findLast(
    ({ message, visibility }) => visibility === 'all' && (!message || message.kind === 'text'),
  );
  const waits = isPresent(chat, me) && last?.message?.from.role === 'customer';
  const seconds = secondsSince(waits ? last.at : (chat.closed?.at ?? chat.opened_at));
  const isLong = waits && seconds >= LONG_S;
  return (
    <span
      title={waits ? words.value.list.waitingFor : undefined}
      class={`text-sm tabular-nums ${isLong ? 'font-semibold text-warn' : 'text-quiet'}`}
    >
      {clock(seconds)}
    </span>
  );
}
