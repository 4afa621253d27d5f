// Gives a chat to somebody else: an agent or a queue, picked by how they stand now.

import {
  type AgentRow,
  asBatonError,
  type BatonError,
  type Chat,
  type QueueRow,
  type Target,
} from '@baton/client';
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { reasonName } from '../../../shared/src/statuses.ts';
import { Button } from '../../../shared/src/ui/button.tsx';
import { Dialog } from '../../../shared/src/ui/dialog.tsx';
import { pick as pickAgents } from '../agents/filters.ts';
import { skillsOf } from '../agents/parts.tsx';
import { StandingMark } from '../agents/standing.tsx';
import { useBoard } from '../live/board.ts';
import { isWilling, standingOf } from '../live/figures.ts';
import { matchesQueue } from '../queues/order.ts';
import { useLook } from '../queues/parts.tsx';
import { Mark } from '../ui/mark.tsx';
import { Empty, Failed } from '../ui/notice.tsx';
import { Search } from '../ui/search.tsx';
import { words } from '../words/words.ts';
import { Outlook } from './outlook.tsx';

/** More are found by searching. */
const MOST = 50;

export function Reassign({ chat, onClose }: { chat: Chat; onClose(): void }) {
  const { staff } = useBoard();
  const kind = useSignal<'agent' | 'queue'>('agent');
  const search = useSignal('');
  const to = useSignal<Target | null>(null);
  const error = useSignal<BatonError | null>(null);
  const isBusy = useSignal(false);
  const pick = (target: Target) => {
    to.value = target;
    error.value = null;
  };
  const give = async () => {
    if (!to.value) return;
    isBusy.value = true;
    try {
      await staff.session.command('chat.reassign', { chat_id: chat.chat_id, to: to.value });
      onClose();
    } catch (thrown) {
      error.value = asBatonError(thrown);
    }
    isBusy.value = false;
  };
  return (
    <Dialog title={words.value.reassignTitle} onClose={onClose}>
      <div class="flex flex-wrap gap-2 p-3">
        {(['agent', 'queue'] as const).map((one) => (
          <Button
            key={one}
            aria-pressed={kind.value === one}
            look={kind.value === one ? 'primary' : 'plain'}
            onClick={() => {
              kind.value = one;
              to.value = null;
            }}
          >
            {words.value.kinds[one]}
          </Button>
        ))}
        <Search
          label={words.value.search}
          value={search.value}
          onChange={(value) => {
            search.value = value;
          }}
        />
      </div>
      <div class="h-72 overflow-y-auto border-y border-line">
        {kind.value === 'agent' ? (
          <Agents chat={chat} search={search.value} to={to.value} pick={pick} />
        ) : (
          <Queues search={search.value} to={to.value} pick={pick} />
        )}
      </div>
      {error.value && <Failed error={error.value} />}
      {to.value && !error.value && (
        <Outlook key={JSON.stringify(to.value)} chat={chat} to={to.value} />
      )}
      <p class="px-4 pt-3 text-sm text-quiet">{words.value.reassignText}</p>
      <div class="flex justify-end gap-2 p-3">
        <Button onClick={onClose}>{words.value.cancel}</Button>
        <Button look="primary" disabled={!to.value || isBusy.value} onClick={give}>
          {words.value.reassign}
        </Button>
      </div>
    </Dialog>
  );
}

interface PickerProps {
  search: string;
  to: Target | null;
  pick(to: Target): void;
}

function Agents({ chat, search, to, pick }: PickerProps & { chat: Chat }) {
  const found = pickAgents(useBoard().agentsByName.value, {
    search: search.trim(),
    standing: null,
    order: 'standing',
  });
  if (found.length === 0) return <Empty>{words.value.nobodyFound}</Empty>;
  return (
    <ul class="flex flex-col gap-0.5 p-1">
      {found.slice(0, MOST).map((agent) => {
        const hindrance = hindranceOf(agent, chat);
        return (
          <Option
            key={agent.agent}
            isChosen={to !== null && 'agent' in to && to.agent === agent.agent}
            choose={() => pick({ agent: agent.agent })}
            mark={<StandingMark standing={standingOf(agent)} />}
            name={agent.name}
            isHindered={hindrance !== null}
            note={[hindrance ?? roomOf(agent), skillsOf(agent)].filter(Boolean).join(' · ')}
          />
        );
      })}
    </ul>
  );
}

/** Why they cannot be given the chat now; null where they can. */
function hindranceOf(agent: AgentRow, { participants }: Chat): string | null {
  const said = words.value;
  const row = participants.find(({ role, id }) => role === 'agent' && id === agent.agent);
  if (row?.state === 'connected') return said.inChat;
  if (isWilling(agent)) return null;
  const standing = standingOf(agent);
  if (standing === 'out' || standing === 'lost') return said.standings[standing];
  const { reason } = agent;
  return reason ? `${said.standings.away} (${reasonName(reason)})` : said.standings.away;
}

function roomOf(agent: AgentRow): string {
  const { used, total } = agent.capacity;
  const room = total ? Math.max(0, Math.round(((total - used) / total) * 100)) : 0;
  return `${words.value.standings[standingOf(agent)]} · ${words.value.room(room)}`;
}

function Queues({ search, to, pick }: PickerProps) {
  const found = useBoard().queues.value.filter((queue) => matchesQueue(queue, search.trim()));
  if (found.length === 0) return <Empty>{words.value.noQueueFound}</Empty>;
  return (
    <ul class="flex flex-col gap-0.5 p-1">
      {found.map((queue) => (
        <Option
          key={queue.queue}
          isChosen={to !== null && 'queue' in to && to.queue === queue.queue}
          choose={() => pick({ queue: queue.queue })}
          mark={<QueueMark queue={queue} />}
          name={queue.name}
          note={words.value.queueNote(queue.waiting, queue.available_agents)}
        />
      ))}
    </ul>
  );
}

function QueueMark({ queue }: { queue: QueueRow }) {
  return <Mark look={useLook(queue)} size={16} />;
}

interface OptionProps {
  isChosen: boolean;
  choose(): void;
  mark: ComponentChildren;
  name: string;
  note: string;
  isHindered?: boolean;
}

function Option({ isChosen, choose, mark, name, note, isHindered }: OptionProps) {
  const ground = isChosen ? 'bg-accent-soft text-accent' : 'hover:bg-sunken';
  return (
    <li>
      <button
        type="button"
        aria-pressed={isChosen}
        // Not disabled: the keyboard reaches it, reads why not, and scrolls the list.
        aria-disabled={isHindered}
        onClick={isHindered ? undefined : choose}
        class={`aria-disabled:cursor-not-allowed aria-disabled:text-quiet aria-disabled:hover:bg-transparent flex min-h-11 w-full cursor-pointer items-center gap-3 rounded-lg px-3 py-1 text-left ${ground}`}
      >
        {mark}
        <span class="min-w-0 flex-1">
          <span class="block truncate font-medium">{name}</span>
          <span class="block truncate text-sm text-quiet">{note}</span>
        </span>
      </button>
    </li>
  );
}
