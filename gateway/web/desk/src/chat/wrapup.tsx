// What is left to do when the agent is not in the chat any more: how it ended, a note, done.

import type { Chat, Conversation, Id, Line, Staff } from '@baton/client';
import { toSignal } from '../../../shared/src/bind.ts';
import { refusalWords } from '../../../shared/src/refusals.ts';
import { endedWords } from '../../../shared/src/system.ts';
import { clock } from '../../../shared/src/time.ts';
import { Button } from '../../../shared/src/ui/button.tsx';
import { useAsking } from '../asking.ts';
import { wrapUpUntil } from '../ending.ts';
import { secondsSince, secondsUntil, serverTime } from '../now.ts';
import { goOnFrom } from '../onward.ts';
import { removalOf } from '../supervised.ts';
import { words } from '../words/words.ts';
import { complete, isCompleting } from './completing.ts';
import { OutcomeFields } from './disposition.tsx';
import { outcomeOf, writeOutcome } from './outcomes.ts';

export interface WrapUpProps {
  desk: Staff;
  conversation: Conversation;
  chat: Chat;
  me: Id;
}

export function WrapUp({ desk, conversation, chat, me }: WrapUpProps) {
  const text = words.value.wrapup;
  const asking = useAsking();
  const until = wrapUpUntil(chat, me);
  const isBusy = asking.isBusy || isCompleting(chat.chat_id);
  const isMine = chat.participants.some(({ id, state }) => id === me && state === 'wrapup');
  const done = (event: Event) => {
    event.preventDefault();
    void asking
      .ask(() => complete(desk, chat.chat_id))
      .then((isDone) => isDone && goOnFrom(desk, chat.chat_id));
  };
  const removal = removalOf(chat.chat_id);
  const moved = removal ? words.value.removal[removal] : text.moved;
  const how = chat.closed ? endedWords(chat.closed.reason) : moved;
  return (
    <form
      onSubmit={done}
      aria-label={text.title}
      class="flex max-h-[60%] flex-col gap-2 overflow-y-auto border-t border-line bg-raised p-3 md:px-4"
    >
      <p class="flex flex-wrap gap-x-2">
        <span class="font-semibold">{how ?? text.over}</span>
        {isMine && (
          <span class="text-quiet">
            {until ? (
              <Left until={until} />
            ) : (
              <Since conversation={conversation} chat={chat} me={me} />
            )}
          </span>
        )}
      </p>
      {isMine && (
        <>
          <fieldset disabled={isBusy} class="min-w-0">
            <OutcomeFields
              outcome={outcomeOf(chat.chat_id)}
              onChange={(next) => writeOutcome(chat.chat_id, next)}
            />
          </fieldset>
          {asking.error && (
            <p role="alert" class="text-bad">
              {refusalWords(asking.error)}
            </p>
          )}
          <div class="flex items-center gap-3">
            <Button
              type="submit"
              look="primary"
              data-wrapup-done
              aria-keyshortcuts="Alt+E"
              disabled={isBusy}
              class="shrink-0"
            >
              {text.done}
            </Button>
            {until && <p class="text-sm text-quiet">{text.kept}</p>}
          </div>
        </>
      )}
    </form>
  );
}

function Left({ until }: { until: string }) {
  const { title, endsIn, untilHint } = words.value.wrapup;
  return (
    <>
      {title} {endsIn} <span class="tabular-nums">{clock(secondsUntil(until))}</span>. {untilHint}
    </>
  );
}

/** Where the server does not say when it ends. */
function Since({ conversation, chat, me }: Pick<WrapUpProps, 'conversation' | 'chat' | 'me'>) {
  const { title, since, hint } = words.value.wrapup;
  const began = beganAt(chat, toSignal(conversation.lines).value, me);
  return (
    <>
      {title} {since} <span class="tabular-nums">{clock(secondsSince(began))}</span>. {hint}
    </>
  );
}

/** When this page first saw the wrap-up of a chat. */
const firstSeen = new Map<Id, string>();

/** When the agent left, as the last line has it; else when the chat was over, or this was seen. */
function beganAt(chat: Chat, lines: readonly Line[], me: Id): string {
  const left = lines.findLast(({ message }) => message?.event?.participant?.id === me);
  if (left?.message?.event?.change === 'left') return left.at;
  if (chat.closed) return chat.closed.at;
  const seen = firstSeen.get(chat.chat_id) ?? new Date(serverTime()).toISOString();
  firstSeen.set(chat.chat_id, seen);
  return seen;
}
