// One chat, seen by a supervisor: what is said, who is in it, why it is there, and what can be done.

import { type Chat, type Conversation, type WatchedChat, watchChat } from '@baton/client';
import { useSignal } from '@preact/signals';
import { CircleStop, Shuffle } from 'lucide-preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { toSignal } from '../../../shared/src/bind.ts';
import { Button } from '../../../shared/src/ui/button.tsx';
import { useBoard } from '../live/board.ts';
import { Card } from '../ui/card.tsx';
import { Chip } from '../ui/chip.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Failed, Loading } from '../ui/notice.tsx';
import { Title } from '../ui/title.tsx';
import { words } from '../words/words.ts';
import { Composer } from './composer.tsx';
import { Details } from './details.tsx';
import { ModeBar, modeIn, setMode } from './mode.tsx';
import { Notes } from './notes.tsx';
import { People } from './people.tsx';
import { Reassign } from './reassign.tsx';
import { Transcript } from './transcript.tsx';
import { Why } from './why.tsx';
import { customerOf, lookOfState } from './words-of.ts';

export function ChatView({ id }: { id: string }) {
  const { staff } = useBoard();
  const watched = useMemo(() => watchChat(staff, id), [staff, id]);
  useEffect(() => () => endWatching(watched), [watched]);
  const chat = toSignal(watched.chat).value;
  const error = toSignal(watched.error).value;
  /** Whoever only watches leaves with the view; who speaks stays until they say so. */
  const endWatching = (it: WatchedChat) => {
    const last = it.chat.get();
    if (last && modeIn(last, staff) === 'monitor') setMode(staff, last, 'off').catch(() => {});
    it.close();
  };
  if (!chat) {
    return (
      <>
        <Title title={id} back="/chats" />
        {error ? <Failed error={error} retry={watched.refresh} /> : <Loading rows={6} />}
      </>
    );
  }
  return (
    <>
      <Title title={customerOf(chat)} back={chat.queue ? `/queues/${chat.queue}` : '/chats'}>
        <Chip look={lookOfState(chat)}>{words.value.states[chat.state]}</Chip>
        <Actions chat={chat} />
      </Title>
      {error && <Failed error={error} retry={watched.refresh} />}
      <div class="grid items-start gap-4 lg:grid-cols-[minmax(0,1.4fr)_minmax(20rem,1fr)]">
        <Talk chat={chat} watched={watched} />
        <div class="flex min-w-0 flex-col gap-4">
          <Why id={id} rev={chat.rev} />
          <People chat={chat} />
          <Notes chat={chat} />
          <Details chat={chat} />
        </div>
      </div>
    </>
  );
}

/** What is said: live while one is in it, else as it was read last. */
function Talk({ chat, watched }: { chat: Chat; watched: WatchedChat }) {
  const { staff } = useBoard();
  const joined = toSignal(staff.chats.all).value.find((one) => one.id === chat.chat_id);
  const lines = toSignal((joined ?? watched).lines).value;
  const mode = modeIn(chat, staff);
  const isToSpeak = useRef(false);
  const onWish = (isWished: boolean) => {
    isToSpeak.current = isWished;
  };
  const isOver = chat.state === 'wrapup' || chat.state === 'closed';
  return (
    <Card
      title={words.value.conversation}
      class="h-[min(42rem,calc(100dvh-9rem))] min-h-96 lg:h-[calc(100dvh-8.5rem)]"
      aside={
        joined && (
          <Chip look="good">
            <span aria-hidden="true" class="size-2 rounded-full bg-good" />
            {words.value.live}
          </Chip>
        )
      }
    >
      {!isOver && <ModeBar chat={chat} onWish={onWish} />}
      <Transcript
        chat={chat}
        lines={lines}
        {...(joined ? { retry: (key: string) => joined.retry(key) } : {})}
      />
      {joined && <Typing conversation={joined} chat={chat} />}
      {joined && !isOver && mode && mode !== 'monitor' && (
        <Composer conversation={joined} mode={mode} isWished={isToSpeak} />
      )}
    </Card>
  );
}

function Typing({ conversation, chat }: { conversation: Conversation; chat: Chat }) {
  const people = toSignal(conversation.typing).value;
  const names = people.map((one) => one.name || customerOf(chat));
  return (
    <p role="status" class="min-h-6 shrink-0 px-4 text-sm wrap-anywhere text-quiet">
      {names.length > 0 && words.value.typing(names)}
    </p>
  );
}

function Actions({ chat }: { chat: Chat }) {
  const { staff } = useBoard();
  const asks = useSignal<'reassign' | 'end' | null>(null);
  const close = () => {
    asks.value = null;
  };
  if (chat.state === 'wrapup' || chat.state === 'closed') return null;
  return (
    <span class="ml-auto flex flex-wrap gap-2">
      <Button
        class="inline-flex items-center gap-1.5"
        onClick={() => {
          asks.value = 'reassign';
        }}
      >
        <Shuffle size={16} aria-hidden="true" />
        {words.value.reassign} …
      </Button>
      <Button
        look="bad"
        class="inline-flex items-center gap-1.5"
        onClick={() => {
          asks.value = 'end';
        }}
      >
        <CircleStop size={16} aria-hidden="true" />
        {words.value.end} …
      </Button>
      {asks.value === 'reassign' && <Reassign chat={chat} onClose={close} />}
      {asks.value === 'end' && (
        <Confirm
          title={words.value.endTitle}
          text={words.value.endText}
          action={words.value.end}
          run={() => staff.session.command('chat.end', { chat_id: chat.chat_id })}
          onClose={close}
        />
      )}
    </span>
  );
}
