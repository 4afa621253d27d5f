// One chat: its head, invitations, lines, and what can be said or is left to do. Going to another
// one keeps what is the same of both, and draws only what a chat alone has anew.

import type { Conversation, Id, Staff } from '@baton/client';
import { toSignal } from '../../../shared/src/bind.ts';
import { isPresent } from '../ending.ts';
import { words } from '../words/words.ts';
import { Composer } from './composer.tsx';
import { Invitations } from './invitations.tsx';
import { Log } from './log.tsx';
import { Title } from './title.tsx';
import { Typing } from './typing.tsx';
import { WrapUp } from './wrapup.tsx';

export interface ChatViewProps {
  desk: Staff;
  conversation: Conversation;
  me: Id;
}

export function ChatView({ desk, conversation, me }: ChatViewProps) {
  const chat = toSignal(conversation.chat).value;
  if (!chat) return <p class="m-auto text-quiet">{words.value.loading}</p>;
  const isHere = isPresent(chat, me);
  const offer = toSignal(desk.offers.all).value.find((one) => one.chat.chat_id === chat.chat_id);
  return (
    <>
      <Title chat={chat} me={me} />
      {isHere && <Invitations desk={desk} chat={chat} />}
      <Log
        key={conversation.id}
        conversation={conversation}
        me={me}
        offered={offer?.note ?? null}
      />
      <Typing conversation={conversation} />
      {isHere ? (
        <Composer desk={desk} conversation={conversation} />
      ) : (
        <WrapUp key={conversation.id} desk={desk} conversation={conversation} chat={chat} me={me} />
      )}
    </>
  );
}
