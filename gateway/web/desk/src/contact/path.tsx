// How the chat got here: where it began, who came and went, where it waited, how often it was
// passed on.

import type { Chat, Conversation } from '@baton/client';
import { toSignal } from '../../../shared/src/bind.ts';
import { timeOfDay } from '../../../shared/src/time.ts';
import { stationsOf } from '../system.ts';
import { words } from '../words/words.ts';

export function Path({ conversation, chat }: { conversation: Conversation; chat: Chat }) {
  const said = words.value.contact;
  const stations = stationsOf(toSignal(conversation.lines).value);
  const hops = chat.hops ?? 0;
  return (
    <>
      {hops > 0 && <p class="font-medium">{said.hops(hops)}</p>}
      <ol class="flex flex-col gap-1.5 border-l-2 border-line pl-3">
        <Station at={chat.opened_at} text={said.opened} />
        {stations.map(({ key, at, text }) => (
          <Station key={key} at={at} text={text} />
        ))}
      </ol>
    </>
  );
}

function Station({ at, text }: { at: string; text: string }) {
  return (
    <li class="flex gap-2">
      <time dateTime={at} class="shrink-0 text-quiet tabular-nums">
        {timeOfDay(at)}
      </time>
      <bdi class="min-w-0 wrap-anywhere">{text}</bdi>
    </li>
  );
}
