// What is left to do when the agent is not in the chat any more: how it ended, a note, done.

import type { Chat, Conversation, Id, Line, Staff } from '@baton/client';
import { toSignal } from '../../../shared/src/bind.ts';
import { refusalWords } from '../../../shared/src/refusals.ts';
import { endedWords } from '../../../shared/src/system.ts';
import { clock } from '../../../shared/src/time.ts';
import { Button } from '../../../shared/src/ui/button.tsx';
import { useAsking } from '../asking.ts';
import { secondsSince, serverTime } from '../now.ts';
import { goOnFrom } from '../onward.ts';
import { removalOf } from '../supervised.ts';
import { words } from '../words/words.ts';
import { OutcomeFields, said } from './disposition.tsx';
import { forgetOutcome, outcomeOf, writeOutcome } from './outcomes.ts';

export interface WrapUpProps {
  desk: Staff;
  conversation: Conversation;
  chat: Chat;
  me: Id;
}

export function WrapUp({ desk, conversation, chat, me }: WrapUpProps) {
  const text = words.value.wrapup;
  const outcome = outcomeOf(chat.chat_id);
  const asking = useAsking();
  const began = beganAt(chat, toSignal(conversation.lines).value, me);
  const isMine = chat.participants.some(({ id, state }) => id === me && state === 'wrapup');
  const done = (event: Event) => {
    event.preventDefault();
    void asking
      .ask(() => desk.completeWrapup(chat.chat_id, said(outcome)))
      .then((isDone) => {
        if (!isDone) return;
        forgetOutcome(chat.chat_id);
        goOnFrom(desk, chat.chat_id);
      });
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
            {text.title} {text.since} <span class="tabular-nums">{clock(secondsSince(began))}</span>
            . {text.hint}
          </span>
        )}
      </p>
      {isMine && (
        <>
          <OutcomeFields outcome={outcome} onChange={(next) => writeOutcome(chat.chat_id, next)} />
          {asking.error && (
            <p role="alert" class="text-bad">
              {refusalWords(asking.error)}
            </p>
          )}
          <Button
            type="submit"
            look="primary"
            data-wrapup-done
            aria-keyshortcuts="Alt+E"
            disabled={asking.isBusy}
            class="self-start"
          >
            {text.done}
          </Button>
        </>
      )}
    </form>
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
