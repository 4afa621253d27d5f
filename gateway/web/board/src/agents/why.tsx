// Why an agent gets nothing now: in one sentence, and of each queue.

import { type AgentRow, getAgentWhy } from '@baton/client';
import { useEffect } from 'preact/hooks';
import { isolated } from '../../../shared/src/names.ts';
import { useBoard } from '../live/board.ts';
import { useLoaded } from '../live/loaded.ts';
import { useNames } from '../live/names.ts';
import { Card } from '../ui/card.tsx';
import { Failed, Loading } from '../ui/notice.tsx';
import { whyWords, words } from '../words/words.ts';

const AGAIN_MS = 5_000;

export function AgentWhyCard({ agent }: { agent: AgentRow }) {
  const { staff } = useBoard();
  const names = useNames();
  const found = useLoaded(() => getAgentWhy(staff.http, agent.agent), [agent.agent], AGAIN_MS);
  useEffect(() => found.refresh(), [found, agent.rev]);
  const why = found.value.value;
  const error = found.error.value;
  const said = whyWords.value;
  return (
    <Card title={words.value.agentWhyTitle}>
      {error && !why && <Failed error={error} retry={found.refresh} />}
      {!why && !error && <Loading />}
      {why && (
        <>
          <p class="border-b border-line bg-sunken px-4 py-3 font-medium wrap-anywhere">
            {said.agent(why, { ...agent, name: isolated(agent.name) })}
          </p>
          <ul class="divide-y divide-line">
            {why.queues.map((one) => (
              <li
                key={one.queue}
                class="grid grid-cols-[1fr_auto] items-center gap-x-4 px-4 py-2 md:grid-cols-[10rem_1fr_auto]"
              >
                <span class="font-medium wrap-anywhere">{names.queue(one.queue)}</span>
                <span class="min-w-0 max-md:order-1 max-md:col-span-2">{said.ofQueue(one)}</span>
                <span class="text-sm text-quiet tabular-nums">
                  {words.value.waits(one.waiting)}
                </span>
              </li>
            ))}
            {why.more ? <li class="px-4 py-2 text-quiet">{said.more(why.more)}</li> : null}
          </ul>
        </>
      )}
    </Card>
  );
}
