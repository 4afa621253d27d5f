// What is known beside the conversation: the customer, attributes, who is in the chat, how it got
// here, and chats before it.

import type { Chat, Conversation, Staff } from '@baton/client';
import { X } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { toSignal } from '../../../shared/src/bind.ts';
import { dayAndTime } from '../../../shared/src/time.ts';
import { IconButton } from '../../../shared/src/ui/button.tsx';
import { isPresent } from '../ending.ts';
import { customerName, queueName } from '../people.ts';
import { words } from '../words/words.ts';
import { Attributes } from './attributes.tsx';
import { Earlier } from './earlier.tsx';
import { isContactOpen } from './open.ts';
import { Path } from './path.tsx';
import { People } from './people.tsx';

export function Contact({ desk, conversation }: { desk: Staff; conversation: Conversation }) {
  const chat = toSignal(conversation.chat).value;
  const said = words.value.contact;
  if (!chat) return null;
  const me = desk.session.welcome.get()?.id ?? '';
  const canEdit = isPresent(chat, me);
  return (
    <aside aria-label={said.title} class="flex min-h-full flex-col gap-5 p-4">
      <header class="flex items-center">
        <h2 class="mr-auto truncate font-semibold">
          <bdi>{customerName(chat)}</bdi>
        </h2>
        <IconButton
          label={said.close}
          onClick={() => {
            isContactOpen.value = false;
          }}
        >
          <X size={18} aria-hidden="true" />
        </IconButton>
      </header>
      <Customer chat={chat} />
      <Block title={said.attributes}>
        <Attributes key={chat.chat_id} desk={desk} chat={chat} canEdit={canEdit} />
      </Block>
      <Block title={said.people}>
        <People key={chat.chat_id} desk={desk} chat={chat} me={me} canEdit={canEdit} />
      </Block>
      <Block title={said.path}>
        <Path conversation={conversation} chat={chat} />
      </Block>
      <Block title={said.earlier}>
        <Earlier key={chat.chat_id} desk={desk} previous={chat.previous ?? null} rev={chat.rev} />
      </Block>
    </aside>
  );
}

function Block({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="flex flex-col gap-2">
      <h3 class="text-xs font-semibold tracking-wide text-quiet uppercase">{title}</h3>
      {children}
    </section>
  );
}

function Customer({ chat }: { chat: Chat }) {
  const said = words.value.contact;
  const { name, email, id } = chat.customer ?? {};
  const began = dayAndTime(chat.opened_at);
  return (
    <>
      {!name && !email && !id && <p class="text-quiet">{said.unknown}</p>}
      <dl class="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1">
        <Fact name={said.name}>{name}</Fact>
        <Fact name={said.email}>{email}</Fact>
        <Fact name={said.id}>{id}</Fact>
        <Fact name={said.queue}>{chat.queue && queueName(chat.queue)}</Fact>
        <Fact name={said.began}>{began}</Fact>
        <Fact name={said.chat}>{chat.chat_id}</Fact>
      </dl>
    </>
  );
}

function Fact({ name, children }: { name: string; children: string | null | undefined }) {
  if (!children) return null;
  return (
    <>
      <dt class="text-quiet">{name}</dt>
      <dd class="verbatim min-w-0 wrap-anywhere">
        <bdi>{children}</bdi>
      </dd>
    </>
  );
}
