// What a supervisor did to the agent: set the status, took a chat away. Said as it happens, and
// until it is put away: whoever is not looking finds it.

import type { AgentRow, Chat, Happening, Id, Staff } from '@baton/client';
import { signal } from '@preact/signals';
import { statusName } from '../../shared/src/statuses.ts';
import { isPresent } from './ending.ts';
import { tell } from './notices.ts';
import { customerName } from './people.ts';
import { words } from './words/words.ts';

/** By a supervisor, who alone can where no colleague is left; else by one of the two. */
type Removal = 'taken' | 'removed';

const removals = signal<ReadonlyMap<Id, Removal>>(new Map());

/** How the agent was taken out of a chat that is still on the desk, if so. */
export const removalOf = (chat: Id): Removal | undefined => removals.value.get(chat);

export function hearSupervisors(staff: Staff): () => void {
  const ends = [hearStatus(staff), staff.session.listen(chatHearer(staff)), forgetOthers(staff)];
  return () => {
    for (const end of ends) end();
    keep(() => false);
  };
}

/** A status that the server set by itself, or the agent, has another reason. */
const isForced = (row: AgentRow | null) => row?.reason === 'forced';

function hearStatus({ self }: Staff): () => void {
  let before = self.get();
  return self.subscribe((row) => {
    const isNew = before && row && !(isForced(before) && before.status === row.status);
    before = row;
    if (!row || !isNew || !isForced(row)) return;
    tell(words.value.status.forced(statusName(row.status)), { stays: true });
  });
}

function chatHearer({ session }: Staff): (happening: Happening) => void {
  const removed = new Set<Id>();
  const forget = (chat: Id) => {
    removed.delete(chat);
    keep((one) => one !== chat);
  };
  return (happening) => {
    const me = session.welcome.get()?.id ?? '';
    // What was done while nothing came is not known: what was known may not be so any more.
    if (happening.type === 'welcome') {
      removed.clear();
      keep(() => false);
    }
    if (happening.type === 'chat.participant') {
      const { change, participant, chat_id } = happening;
      if (participant.id !== me) return;
      if (change === 'removed') removed.add(chat_id);
      // Whoever comes back may leave by themselves.
      if (change === 'connected') forget(chat_id);
    }
    if (happening.type !== 'chat.state') return;
    if (isPresent(happening, me)) return forget(happening.chat_id);
    // The chat as it is after the removal.
    if (removed.delete(happening.chat_id)) {
      const how = removalIn(happening, me);
      removals.value = new Map([...removals.value, [happening.chat_id, how]]);
      tell(words.value.removal.told[how](customerName(happening)), { stays: true });
    }
  };
}

function removalIn({ participants }: Chat, me: Id): Removal {
  const isColleague = participants.some(
    ({ id, role, state }) =>
      role === 'agent' && id !== me && (state === 'connected' || state === 'disconnected'),
  );
  return isColleague ? 'removed' : 'taken';
}

/** What is not on the desk any more is not asked about. */
function forgetOthers({ chats }: Staff): () => void {
  return chats.all.subscribe(() => keep((chat) => chats.get(chat) !== undefined));
}

function keep(isKept: (chat: Id) => boolean): void {
  const kept = [...removals.value].filter(([chat]) => isKept(chat));
  if (kept.length < removals.value.size) removals.value = new Map(kept);
}
