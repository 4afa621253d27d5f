// The head of a chat: who is in it, how long it runs, "+", and End Chat, which says what it does.

import type { Chat, Id } from '@baton/client';
import { ArrowLeft, LogOut, PanelRight, UserPlus } from 'lucide-preact';
import { clock } from '../../../shared/src/time.ts';
import { Button, IconButton } from '../../../shared/src/ui/button.tsx';
import { isContactOpen } from '../contact/open.ts';
import { dialog } from '../dialogs.ts';
import { endingOf, isPresent } from '../ending.ts';
import { secondsSince } from '../now.ts';
import { agentName, customerName, queueName } from '../people.ts';
import { LIST_HREF } from '../place.ts';
import { words } from '../words/words.ts';

export function Title({ chat, me }: { chat: Chat; me: Id }) {
  const said = words.value;
  const isHere = isPresent(chat, me);
  return (
    <header class="flex flex-wrap items-center gap-2 border-b border-line bg-raised px-2 py-2 md:px-4">
      <a
        href={LIST_HREF}
        aria-label={said.back}
        class="grid size-11 place-items-center rounded-lg text-quiet hover:bg-sunken md:hidden"
      >
        <ArrowLeft size={18} aria-hidden="true" />
      </a>
      <div class="mr-auto min-w-0 flex-1">
        <h2 class="truncate text-base font-semibold">
          <bdi>{customerName(chat)}</bdi>
        </h2>
        <About chat={chat} me={me} />
      </div>
      <IconButton
        label={said.chat.contact}
        class="md:order-last"
        aria-expanded={isContactOpen.value}
        aria-keyshortcuts="Alt+I"
        onClick={() => {
          isContactOpen.value = !isContactOpen.value;
        }}
      >
        <PanelRight size={18} aria-hidden="true" />
      </IconButton>
      {isHere && (
        <div class="flex gap-2 max-md:basis-full">
          <Button
            aria-label={said.chat.addLong}
            aria-keyshortcuts="Alt+N"
            title={`${said.chat.addLong} (Alt N)`}
            onClick={() => {
              dialog.value = { kind: 'add', chat: chat.chat_id };
            }}
            class="inline-flex items-center gap-2"
          >
            <UserPlus size={18} aria-hidden="true" /> {said.chat.add}
          </Button>
          <EndButton chat={chat} me={me} />
        </div>
      )}
    </header>
  );
}

function About({ chat, me }: { chat: Chat; me: Id }) {
  const said = words.value.chat;
  const customer = chat.participants.find(({ role }) => role === 'customer');
  const others = chat.participants.filter(
    ({ id, role, state }) =>
      id !== me && role !== 'customer' && (state === 'connected' || state === 'disconnected'),
  );
  const isAway = !chat.closed && customer?.state === 'disconnected';
  return (
    <p class="truncate text-sm text-quiet">
      {chat.queue && `${queueName(chat.queue)} · `}
      <Running since={chat.opened_at} />
      {others.length > 0 && ` · ${said.with(words.value.and(others.map(({ name }) => name)))}`}
      {isAway && <span class="text-warn"> · {said.customerAway}</span>}
    </p>
  );
}

function Running({ since }: { since: string }) {
  return <span class="tabular-nums">{clock(secondsSince(since))}</span>;
}

function EndButton({ chat, me }: { chat: Chat; me: Id }) {
  const said = words.value.end;
  return (
    <Button
      look="bad"
      aria-keyshortcuts="Alt+E"
      title={`${said.button} (Alt E)`}
      onClick={() => {
        dialog.value = { kind: 'end', chat: chat.chat_id };
      }}
      class="inline-flex min-w-0 items-center gap-2 py-0.5! text-left leading-tight max-md:grow"
    >
      <LogOut size={18} aria-hidden="true" class="shrink-0" />
      <span class="min-w-0">
        {said.button}
        <span class="block max-w-44 truncate text-xs font-normal">{shortOf(chat, me)}</span>
      </span>
    </Button>
  );
}

/** What End Chat would do now. */
function shortOf(chat: Chat, me: Id): string {
  const said = words.value.end.short;
  const ending = endingOf(chat, me);
  switch (ending.kind) {
    case 'colleagues':
      return said.colleagues(words.value.and(ending.names));
    case 'queue':
      return said.queue(queueName(ending.queue));
    case 'pending':
      return said.pending(agentName(ending.agent));
    case 'customer':
      return said.customer;
  }
}
