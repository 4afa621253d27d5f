// Who was asked to take part: those that wait, to be taken back, and how the others ended.

import type { Chat, Invite, Staff } from '@baton/client';
import { useSignalEffect } from '@preact/signals';
import { Check, Clock, X } from 'lucide-preact';
import { toSignal } from '../../../shared/src/bind.ts';
import { about } from '../../../shared/src/time.ts';
import { Button, IconButton } from '../../../shared/src/ui/button.tsx';
import { attempt, useAsking } from '../asking.ts';
import { dialog } from '../dialogs.ts';
import { targetName } from '../people.ts';
import { words } from '../words/words.ts';

/** Good news goes by itself. */
const ACCEPTED_MS = 6_000;

export function Invitations({ desk, chat }: { desk: Staff; chat: Chat }) {
  const me = desk.session.welcome.get()?.id;
  // One's own was an offer.
  const isOther = ({ to }: Invite) => !('agent' in to && to.agent === me);
  // To whoever came for it, an acceptance is no news.
  const isNews = ({ state, by }: Invite) => state !== 'accepted' || by === me;
  const invites = (toSignal(desk.invites.all).value.get(chat.chat_id) ?? []).filter(
    (one) => isOther(one) && isNews(one),
  );
  return (
    <ul aria-live="polite" aria-label={words.value.invite.title}>
      {invites.map((invite) => (
        <Invitation key={invite.invite_id} desk={desk} chat={chat} invite={invite} />
      ))}
    </ul>
  );
}

interface InvitationProps {
  desk: Staff;
  chat: Chat;
  invite: Invite;
}

function Invitation({ desk, chat, invite }: InvitationProps) {
  const isLive = invite.state === 'pending' || invite.state === 'queued';
  const isGood = invite.state === 'accepted';
  const look = isLive ? 'bg-accent-soft' : isGood ? 'bg-good-soft' : 'bg-warn-soft';
  const Icon = isLive ? Clock : isGood ? Check : X;
  return (
    <li
      data-invite={invite.state}
      class={`flex items-center gap-2 border-b border-line px-4 py-1 ${look}`}
    >
      <Icon size={16} aria-hidden="true" class="shrink-0" />
      <span class="min-w-0 flex-1 wrap-anywhere">{sentence(invite)}</span>
      {isLive ? (
        <TakeBack desk={desk} chat={chat} invite={invite} />
      ) : (
        <PutAway desk={desk} chat={chat} invite={invite} />
      )}
    </li>
  );
}

function sentence({ state, to, reason, position, ewt }: Invite): string {
  const said = words.value.invite;
  const name = targetName(to);
  if (state === 'queued') {
    const place = position ? `, ${said.position(position)}` : '';
    // Whoever is about to be asked waits for nothing that one could count.
    const wait = ewt && ewt.p50_s >= 1 ? `, ~${about(ewt.p50_s)}` : '';
    return `${said.waits(name)}${place}${wait}`;
  }
  if (state === 'pending') return said.asked(name);
  const why = reason ? ` ${said.reasons[reason] ?? ''}` : '';
  return `${said[state](name)}${why}`;
}

function TakeBack({ desk, chat, invite }: InvitationProps) {
  const asking = useAsking();
  const cancel = () =>
    asking.ask(() => attempt(() => desk.cancelInvite(chat.chat_id, invite.invite_id)));
  return (
    <Button disabled={asking.isBusy} onClick={cancel}>
      {words.value.invite.takeBack}
    </Button>
  );
}

function PutAway({ desk, chat, invite }: InvitationProps) {
  const said = words.value;
  const away = () => desk.invites.putAway(chat.chat_id, invite.invite_id);
  useSignalEffect(() => {
    if (invite.state !== 'accepted') return;
    const timer = setTimeout(away, ACCEPTED_MS);
    return () => clearTimeout(timer);
  });
  const { state, reason } = invite;
  const isGone = reason === 'agent_lost' || reason === 'agent_not_ready';
  const isRefusal = state === 'declined' || state === 'expired' || isGone;
  return (
    <>
      {isRefusal && !chat.closed && (
        <Button
          onClick={() => {
            away();
            dialog.value = { kind: 'add', chat: chat.chat_id };
          }}
        >
          {said.invite.askOther}
        </Button>
      )}
      <IconButton label={said.dismiss} onClick={away}>
        <X size={16} aria-hidden="true" />
      </IconButton>
    </>
  );
}
