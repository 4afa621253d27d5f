// Who takes or took part, and the way to remove a colleague.

import type { Chat, Id, Participant, Staff } from '@baton/client';
import { useSignal } from '@preact/signals';
import { UserMinus } from 'lucide-preact';
import { isolated } from '../../../shared/src/names.ts';
import { Button, IconButton } from '../../../shared/src/ui/button.tsx';
import { attempt } from '../asking.ts';
import { customerName } from '../people.ts';
import { words } from '../words/words.ts';

export interface PeopleProps {
  desk: Staff;
  chat: Chat;
  me: Id;
  canEdit: boolean;
}

export function People({ desk, chat, me, canEdit }: PeopleProps) {
  return (
    <ul class="flex flex-col gap-1">
      {chat.participants.map((person) => (
        <Person key={person.id} desk={desk} chat={chat} person={person} me={me} canEdit={canEdit} />
      ))}
    </ul>
  );
}

function Person({ desk, chat, person, me, canEdit }: PeopleProps & { person: Participant }) {
  const said = words.value.contact;
  const isAsked = useSignal(false);
  const { id, role, state, mode } = person;
  const isThere = state === 'connected' || state === 'disconnected';
  const name = role === 'customer' ? customerName(chat) : isolated(person.name || id);
  const canRemove = canEdit && role === 'agent' && id !== me && isThere;
  const remove = () =>
    attempt(() =>
      desk.session.command('chat.remove_participant', { chat_id: chat.chat_id, participant: id }),
    );
  return (
    <li>
      <div class="flex items-center gap-2">
        <span
          class={`size-2 shrink-0 rounded-full ${state === 'connected' ? 'bg-good' : 'bg-edge'}`}
          aria-hidden="true"
        />
        <bdi class="min-w-0 truncate">{id === me ? words.value.you : name}</bdi>
        <span class="mr-auto shrink-0 text-sm text-quiet">
          {mode && isThere ? said.modes[mode] : (said.state[state] ?? state)}
        </span>
        {canRemove && !isAsked.value && (
          <IconButton
            label={said.removePerson(name)}
            onClick={() => {
              isAsked.value = true;
            }}
          >
            <UserMinus size={16} aria-hidden="true" />
          </IconButton>
        )}
      </div>
      {canRemove && isAsked.value && (
        <div role="alert" class="flex flex-wrap items-center gap-2 py-1">
          <span class="mr-auto min-w-0 wrap-anywhere">{said.removeAsk(name)}</span>
          <Button look="bad" onClick={remove}>
            {said.removeGo}
          </Button>
          <Button
            onClick={() => {
              isAsked.value = false;
            }}
          >
            {words.value.cancel}
          </Button>
        </div>
      )}
    </li>
  );
}
