// Chats of the same customer before this one, with how they ended and what was noted: each names the
// one before it, and is read when it is asked for.

import { type Chat, getChat, getMessages, type Id, type Message, type Staff } from '@baton/client';
import { useSignal } from '@preact/signals';
import { dayAndTime } from '../../../shared/src/time.ts';
import { Button } from '../../../shared/src/ui/button.tsx';
import { NoteList, withWords } from '../../../shared/src/ui/note-list.tsx';
import { useAsking } from '../asking.ts';
import { agentName } from '../people.ts';
import { systemWords } from '../system.ts';
import { words } from '../words/words.ts';

/** So much of an earlier chat is shown. */
const LINES = 100;

interface EarlierChat {
  chat: Chat;
  messages: readonly Message[];
}

export function Earlier({ desk, previous }: { desk: Staff; previous: Id | null }) {
  const said = words.value.contact;
  const read = useSignal<readonly EarlierChat[]>([]);
  const asking = useAsking();
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
