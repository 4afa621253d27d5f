// Who is in a chat, and taking an agent out of it.

import type { Chat, Invite, Participant } from '@baton/client';
import { useSignal } from '@preact/signals';
import { UserMinus } from 'lucide-preact';
import { isolated } from '../../../shared/src/names.ts';
import { IconButton } from '../../../shared/src/ui/button.tsx';
import { useBoard } from '../live/board.ts';
import { useNames } from '../live/names.ts';
import { Card } from '../ui/card.tsx';
import { Chip } from '../ui/chip.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { words } from '../words/words.ts';
import { customerOf } from './words-of.ts';

export function People({ chat }: { chat: Chat }) {
  const { staff } = useBoard();
  const leaving = useSignal<Participant | null>(null);
  const isOver = chat.state === 'wrapup' || chat.state === 'closed';
  const who = leaving.value;
  return (
    <Card title={words.value.people}>
      <ul class="divide-y divide-line">
        {chat.participants.map((one) => (
          <Person
            key={`${one.role} ${one.id}`}
            person={one}
            name={one.role === 'customer' ? customerOf(chat) : one.name || one.id}
            {...(isRemovable(one) && !isOver
              ? {
                  remove: () => {
                    leaving.value = one;
                  },
                }
              : {})}
          />
        ))}
        {queuesAsked(chat).map((invite) => (
          <Asked key={invite.invite_id} invite={invite} />
        ))}
      </ul>
      {who && (
        <Confirm
          title={words.value.removeTitle(isolated(who.name || who.id))}
          text={words.value.removeText}
          action={words.value.remove}
          run={() =>
            staff.session.command('chat.remove_participant', {
              chat_id: chat.chat_id,
              participant: who.id,
            })
          }
          onClose={() => {
            leaving.value = null;
          }}
        />
      )}
    </Card>
  );
}

/** Queues that were added and where nobody has taken it yet; agents who are asked are people. */
function queuesAsked(chat: Chat): readonly Invite[] {
  return chat.transfer?.invites.filter((one) => 'queue' in one.to) ?? [];
}

function Asked({ invite }: { invite: Invite }) {
  const id = 'queue' in invite.to ? invite.to.queue : '';
  const name = useNames().queue(id);
  return (
    <li class="flex min-h-11 items-center gap-2 px-4 py-1">
      <span class="min-w-0 flex-1">
        <span class="block truncate font-medium">{name}</span>
        <span class="block text-sm text-quiet">{words.value.kinds.queue}</span>
      </span>
      <Chip look="warn">
        {words.value.states.queued}
        {invite.position != null && <span class="tabular-nums">#{invite.position}</span>}
      </Chip>
    </li>
  );
}

function isRemovable({ role, state }: Participant): boolean {
  return role === 'agent' && (state === 'connected' || state === 'disconnected');
}

function Person({
  person,
  name,
  remove,
}: {
  person: Participant;
  name: string;
  remove?: () => void;
}) {
  const { role, state, mode } = person;
  const said = words.value;
  return (
    <li class="flex min-h-11 items-center gap-2 px-4 py-1">
      <div class="min-w-0 flex-1">
        <bdi class="block truncate font-medium">{name}</bdi>
        <span class="block text-sm text-quiet">
          {said.roles[role]}
          {mode ? ` · ${said.modes[mode].name}` : ''}
        </span>
      </div>
      <Chip look={state === 'connected' ? 'good' : state === 'disconnected' ? 'warn' : 'off'}>
        {said.presence[state]}
      </Chip>
      {remove && (
        <IconButton label={said.removeTitle(isolated(name))} onClick={remove}>
          <UserMinus size={16} aria-hidden="true" />
        </IconButton>
      )}
    </li>
  );
}
