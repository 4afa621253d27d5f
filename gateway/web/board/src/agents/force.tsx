// Sets an agent's status for them; asks before it takes them out of their chats.

import { type AgentRow, asBatonError, type BatonError, type Status } from '@baton/client';
import { useSignal } from '@preact/signals';
import { isolated } from '../../../shared/src/names.ts';
import { statusName } from '../../../shared/src/statuses.ts';
import { Button } from '../../../shared/src/ui/button.tsx';
import { useBoard } from '../live/board.ts';
import { Card } from '../ui/card.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Failed } from '../ui/notice.tsx';
import { words } from '../words/words.ts';

const STATUSES = ['ready', 'not_ready', 'logged_out'] as const;

export function ForceStatus({ agent }: { agent: AgentRow }) {
  const { staff } = useBoard();
  const error = useSignal<BatonError | null>(null);
  const isBusy = useSignal(false);
  const asksEvict = useSignal(false);
  const force = (status: Status, evict = false) =>
    staff.session.command('agent.force_status', {
      agent: agent.agent,
      status,
      ...(evict ? { evict } : {}),
    });
  const choose = async (status: Status) => {
    isBusy.value = true;
    error.value = null;
    try {
      await force(status);
    } catch (thrown) {
      const found = asBatonError(thrown);
      // Logged out with chats: they would go on as when an agent is lost. That is asked first.
      const isHeld = found.code === 'conflict' && status === 'logged_out' && isReachable(agent);
      if (isHeld) asksEvict.value = true;
      else error.value = found;
    }
    isBusy.value = false;
  };
  const said = words.value;
  return (
    <Card title={said.forceTitle}>
      <fieldset disabled={isBusy.value} class="flex flex-wrap gap-2 p-3">
        <legend class="sr-only">{said.forceTitle}</legend>
        {STATUSES.map((status) => (
          <Button
            key={status}
            aria-pressed={agent.status === status}
            look={agent.status === status ? 'primary' : 'plain'}
            onClick={() => agent.status !== status && choose(status)}
          >
            {statusName(status)}
          </Button>
        ))}
      </fieldset>
      <p class="px-4 pb-3 text-sm text-quiet">{said.forceText}</p>
      {error.value?.code === 'conflict' ? (
        <p role="alert" class="px-4 pb-3 wrap-anywhere text-bad">
          {said.forceOffline(isolated(agent.name))}
        </p>
      ) : (
        error.value && <Failed error={error.value} />
      )}
      {asksEvict.value && (
        <Confirm
          title={said.evictTitle(isolated(agent.name))}
          text={said.evictText(agent.load.handling)}
          action={said.evict}
          run={() => force('logged_out', true)}
          onClose={() => {
            asksEvict.value = false;
          }}
        />
      )}
    </Card>
  );
}

function isReachable({ status, connectivity }: AgentRow): boolean {
  return status !== 'logged_out' && connectivity !== 'lost';
}
