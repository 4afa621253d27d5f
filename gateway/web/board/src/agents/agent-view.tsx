// One agent: where they stand, what they carry, why they get nothing, and setting their status.

import { ChatsCard } from '../chats/list.tsx';
import { useBoard } from '../live/board.ts';
import { Empty, Loading } from '../ui/notice.tsx';
import { Title } from '../ui/title.tsx';
import { words } from '../words/words.ts';
import { ForceStatus } from './force.tsx';
import { Connection, LoadBar, Since, Skills, StandingWords } from './parts.tsx';
import { AgentFigures } from './today.tsx';
import { AgentWhyCard } from './why.tsx';

export function AgentView({ id }: { id: string }) {
  const { agents, oversees } = useBoard();
  const agent = agents.value.get(id);
  if (!agent) {
    return (
      <>
        <Title title={id} back="/agents" />
        {agents.value.size > 0 ? <Empty>{words.value.noSuchAgent}</Empty> : <Loading rows={5} />}
      </>
    );
  }
  const said = words.value.agentColumns;
  const parts = [
    [said.standing, <StandingWords key="standing" agent={agent} />],
    [said.since, <Since key="since" agent={agent} />],
    [said.load, <LoadBar key="load" agent={agent} />],
    [said.connection, <Connection key="connection" agent={agent} />],
    [said.skills, <Skills key="skills" agent={agent} />],
  ] as const;
  return (
    <>
      <Title title={agent.name} back="/agents" />
      <dl class="grid grid-cols-2 overflow-hidden rounded-xl border border-line bg-raised lg:grid-cols-5">
        {parts.map(([label, value]) => (
          <div
            key={label}
            class="-mt-px -ml-px min-w-0 border-t border-l border-line px-4 py-3 max-lg:first:col-span-2"
          >
            <dt class="text-sm text-quiet">{label}</dt>
            <dd class="flex min-h-7 min-w-0 items-center">{value}</dd>
          </div>
        ))}
      </dl>
      {oversees && (
        <>
          <AgentFigures id={id} />
          <div class="grid items-start gap-4 lg:grid-cols-[minmax(0,1.4fr)_minmax(20rem,1fr)]">
            <div class="flex min-w-0 flex-col gap-4">
              <ChatsCard key={id} query={{ agent: id }} title={words.value.chatsOfAgent} />
              <AgentWhyCard agent={agent} />
            </div>
            <ForceStatus agent={agent} />
          </div>
        </>
      )}
    </>
  );
}
