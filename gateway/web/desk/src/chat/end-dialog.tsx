// End Chat: says what it does now, and asks where leaving would leave the customer alone. What it
// says follows the chat while it is open; after a change one has to look before one can click.

import type { Chat, Staff } from '@baton/client';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { toSignal } from '../../../shared/src/bind.ts';
import { refusalWords } from '../../../shared/src/refusals.ts';
import { Button } from '../../../shared/src/ui/button.tsx';
import { Dialog } from '../../../shared/src/ui/dialog.tsx';
import { useAsking } from '../asking.ts';
import { closeDialog } from '../dialogs.ts';
import { type Ending, endingOf, isPresent, isSameEnding } from '../ending.ts';
import { goOnFrom } from '../onward.ts';
import { agentName, customerName, queueName } from '../people.ts';
import { words } from '../words/words.ts';
import { OutcomeFields, said } from './disposition.tsx';
import { handOver, outcomeOf, writeOutcome } from './outcomes.ts';

/** So long a click counts for what was said before. */
const LOOK_MS = 700;

export function EndDialog({ desk, id }: { desk: Staff; id: string }) {
  const conversation = desk.chats.get(id);
  const chat = conversation && toSignal(conversation.chat).value;
  const me = desk.session.welcome.get()?.id ?? '';
  const text = words.value.end;
  return (
    <Dialog title={text.title} onClose={closeDialog}>
      {chat && isPresent(chat, me) ? (
        <Ways desk={desk} chat={chat} me={me} />
      ) : (
        <div class="flex flex-col items-start gap-3 p-4">
          <p>{text.over}</p>
          <Button look="primary" onClick={closeDialog}>
            {words.value.dismiss}
          </Button>
        </div>
      )}
    </Dialog>
  );
}

interface WaysProps {
  desk: Staff;
  chat: Chat;
  me: string;
}

type Leave = { blind?: boolean; confirm?: boolean };

function Ways({ desk, chat, me }: WaysProps) {
  const text = words.value.end;
  const ending = endingOf(chat, me);
  const asking = useAsking();
  const outcome = outcomeOf(chat.chat_id);
  /** The queue for which leaving was refused until it is confirmed. */
  const held = useSignal('');
  const changedAt = useChange(ending);
  const isHeld = ending.kind === 'queue' && held.value === ending.queue;

  const isDone = () => {
    closeDialog();
    if (!desk.chats.get(chat.chat_id)) goOnFrom(desk, chat.chat_id);
  };
  const leave = (how: Leave) => async () => {
    if (performance.now() - changedAt.current < LOOK_MS) return;
    const written = said(outcome);
    const send = () => desk.leave(chat.chat_id, { ...how, ...written });
    // Without an outcome the wrap-up is still to be done, and the note with it.
    const isKept = written.disposition !== undefined;
    const ask = () => handOver({ desk, chat: chat.chat_id, outcome: written, send, isKept });
    if (await asking.ask(ask)) return isDone();
    // The server asks before it lets a customer wait where nobody is.
    if (asking.error?.code !== 'would_orphan' || ending.kind !== 'queue') return;
    asking.forget();
    held.value = ending.queue;
  };
  const takeBack = (invite: string) => () =>
    asking.ask(() => desk.cancelInvite(chat.chat_id, invite));
  const endForAll = () =>
    asking
      .ask(() => desk.session.command('chat.end', { chat_id: chat.chat_id }))
      .then((done) => {
        if (done) isDone();
      });
  const isBusy = asking.isBusy;
  const isOffline = toSignal(desk.connection).value.state !== 'online';
  return (
    <div class="flex flex-col gap-4 overflow-y-auto p-4">
      <p aria-live="polite" class={`wrap-anywhere ${isHeld ? 'text-warn' : ''}`}>
        {isHeld ? text.held(queueName(ending.queue), customerName(chat)) : sentenceOf(ending, chat)}
      </p>
      {changedAt.current >= 0 && <p class="text-sm text-warn">{text.changed}</p>}
      {ending.kind !== 'pending' && (
        <OutcomeFields outcome={outcome} onChange={(next) => writeOutcome(chat.chat_id, next)} />
      )}
      {asking.error && (
        <p role="alert" class="text-bad">
          {refusalWords(asking.error)}
        </p>
      )}
      {isBusy && isOffline && (
        <p role="status" class="text-warn">
          {text.later}
        </p>
      )}
      <div class="flex flex-wrap gap-2">
        {ending.kind === 'pending' ? (
          <>
            <Button look="primary" data-primary disabled={isBusy} onClick={closeDialog}>
              {text.wait}
            </Button>
            <Button
              class="wrap-anywhere"
              disabled={isBusy}
              title={text.blindHint}
              onClick={leave({ blind: true })}
            >
              {text.blind(agentName(ending.agent))}
            </Button>
            <Button disabled={isBusy} onClick={takeBack(ending.invite.invite_id)}>
              {text.cancelInvite}
            </Button>
          </>
        ) : (
          <>
            <Button
              key={ending.kind}
              look={ending.kind === 'customer' || isHeld ? 'bad' : 'primary'}
              data-primary
              disabled={isBusy}
              onClick={leave(isHeld ? { confirm: true } : {})}
            >
              {isHeld ? text.goHeld : goOf(ending)}
            </Button>
            <Button disabled={isBusy} onClick={closeDialog}>
              {text.stay}
            </Button>
          </>
        )}
        {(ending.kind === 'colleagues' || ending.kind === 'queue') && (
          <Button look="bad" class="ml-auto" disabled={isBusy} onClick={endForAll}>
            {text.all}
          </Button>
        )}
      </div>
      {ending.kind === 'pending' && <p class="text-sm text-quiet">{text.blindHint}</p>}
    </div>
  );
}

/** When what it does became something else while it was open. */
function useChange(ending: Ending) {
  const at = useRef(Number.NEGATIVE_INFINITY);
  const before = useRef(ending);
  if (!isSameEnding(before.current, ending)) {
    before.current = ending;
    at.current = performance.now();
  }
  useEffect(() => {
    // The way out that is meant is under the Enter key.
    document.querySelector<HTMLElement>('dialog [data-primary]')?.focus();
  }, [ending.kind]);
  return at;
}

function sentenceOf(ending: Ending, chat: Chat): string {
  const text = words.value.end;
  const customer = customerName(chat);
  switch (ending.kind) {
    case 'colleagues': {
      const names = words.value.and(ending.names);
      return (ending.names.length > 1 ? text.colleaguesMany : text.colleagues)(names, customer);
    }
    case 'queue':
      return text.queue(queueName(ending.queue), customer);
    case 'pending':
      return text.pending(agentName(ending.agent), customer);
    case 'customer':
      return text.customer(customer);
  }
}

function goOf({ kind }: Ending): string {
  const text = words.value.end;
  if (kind === 'colleagues') return text.goColleagues;
  return kind === 'queue' ? text.goQueue : text.goCustomer;
}
