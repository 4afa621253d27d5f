// Chats of the same customer before this one, with how they ended and what was noted: each names the
// one before it, and is read when it is asked for.

import { type Chat, getChat, getMessages, type Id, type Message, type Staff } from '@baton/client';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { dayAndTime } from '../../../shared/src/time.ts';
import { Button } from '../../../shared/src/ui/button.tsx';
import { NoteList, withWords } from '../../../shared/src/ui/note-list.tsx';
import { useAsking } from '../asking.ts';
import { serverTime } from '../now.ts';
import { agentName } from '../people.ts';
import { systemWords } from '../system.ts';
import { words } from '../words/words.ts';

/** So much of an earlier chat is shown. */
const LINES = 100;

interface EarlierChat {
  chat: Chat;
  messages: readonly Message[];
}

export interface EarlierProps {
  desk: Staff;
  previous: Id | null;
  /** Of the chat that is looked at. */
  rev: number;
}

export function Earlier({ desk, previous, rev }: EarlierProps) {
  const said = words.value.contact;
  const read = useSignal<readonly EarlierChat[]>([]);
  const asking = useAsking();
  useOutcomes(desk, read, rev);
  const oldest = read.value.at(-1);
  const next = oldest ? (oldest.chat.previous ?? null) : previous;
  if (!next && read.value.length === 0) return <p class="text-quiet">{said.noEarlier}</p>;
  const show = () =>
    asking.ask(async () => {
      if (!next) return;
      const chat = await getChat(desk.http, next);
      const after = Math.max(0, chat.seq - LINES);
      const { messages } = await getMessages(desk.http, next, after, LINES);
      read.value = [...read.value, { chat, messages }];
    });
  return (
    <div class="flex flex-col gap-3">
      {read.value.map((one) => (
        <Transcript key={one.chat.chat_id} {...one} />
      ))}
      {asking.error && (
        <p role="alert" class="text-bad">
          {said.earlierFailed}
        </p>
      )}
      {next && !asking.error && (
        <Button class="self-start" disabled={asking.isBusy} onClick={show}>
          {said.showEarlier}
        </Button>
      )}
    </div>
  );
}

/** How long after the end of a wrap-up its outcome is there. */
const SETTLED_MS = 1_000;

/**
 * A chat that is still being wrapped up is read again when the time for it is over, and whenever the
 * one that is looked at changes: its outcome may be there.
 */
function useOutcomes(desk: Staff, read: Signal<readonly EarlierChat[]>, rev: number): void {
  const open = read.value.map(({ chat }) => chat).filter(({ state }) => state === 'wrapup');
  const until = open
    .flatMap(({ participants }) => participants.map((one) => Date.parse(one.wrapup_until ?? '')))
    .reduce((latest, one) => Math.max(latest, one || 0), 0);
  const again = async () => {
    for (const { chat_id } of open) {
      // What is not answered is asked with the next change.
      const chat = await getChat(desk.http, chat_id).catch(() => null);
      const isIt = (one: EarlierChat) => one.chat.chat_id === chat?.chat_id;
      if (chat) read.value = read.peek().map((one) => (isIt(one) ? { ...one, chat } : one));
    }
  };
  const ids = open.map(({ chat_id }) => chat_id).join();
  const before = useRef(rev);
  useEffect(() => {
    if (before.current !== rev) void again();
    before.current = rev;
  }, [rev]);
  useEffect(() => {
    if (!until) return;
    const left = until + SETTLED_MS - serverTime();
    if (left <= 0) return;
    const timer = setTimeout(again, left);
    return () => clearTimeout(timer);
  }, [until, ids]);
}

function Transcript({ chat, messages }: EarlierChat) {
  const said = words.value;
  const date = dayAndTime(chat.opened_at);
  const notes = withWords(chat.notes);
  return (
    <article class="flex flex-col gap-2 rounded-lg border border-line p-2">
      <h4 class="font-medium">{said.contact.earlierOf(date)}</h4>
      {notes.length > 0 && <NoteList notes={notes} nameOf={agentName} />}
      <ol class="flex flex-col gap-1 text-sm">
        {messages.map((message) => (
          <li key={message.message_id} class="wrap-anywhere">
            {message.kind === 'system' ? (
              <bdi class="text-quiet">{systemWords(message)}</bdi>
            ) : (
              <>
                <bdi class="text-quiet">{message.from.name || said.customer}:</bdi>{' '}
                <span dir="auto" class="[unicode-bidi:isolate]">
                  {message.text}
                </span>
              </>
            )}
          </li>
        ))}
      </ol>
    </article>
  );
}
