// One chat: its head, invitations, lines, and what can be said or is left to do.

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
  return (
    <>
      <Title chat={chat} me={me} />
      <Invitations desk={desk} chat={chat} />
      <Log conversation={conversation} me={me} />
      <Typing conversation={conversation} />
      {isHere ? (
        <Composer desk={desk} conversation={conversation} />
      ) : (
        <WrapUp desk={desk} conversation={conversation} chat={chat} me={me} />
      )}
    </>
  );
}
