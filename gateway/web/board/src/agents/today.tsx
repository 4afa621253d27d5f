// What an agent's time went into.

import { type AgentStatistics, getAgentStatistics, type Id } from '@baton/client';
import { about } from '../../../shared/src/time.ts';
import { useBoard } from '../live/board.ts';
import { useLoaded } from '../live/loaded.ts';
import { Figure, Figures } from '../ui/figure.tsx';
import { percent } from '../words/numbers.ts';
import { words } from '../words/words.ts';

const AGAIN_MS = 15_000;

export function AgentFigures({ id }: { id: Id }) {
  const { staff } = useBoard();
  const found = useLoaded(() => getAgentStatistics(staff.http, id), [id], AGAIN_MS);
  const it: AgentStatistics | null = found.value.value;
  const said = words.value.agentFigures;
  const mean = it?.handled ? about(it.handle_s / it.handled) : '–';
  return (
    <Figures label={said.title}>
      <Figure label={said.today} value={it?.accepted_today ?? '–'} />
      <Figure label={said.handled} value={it?.handled ?? '–'} />
      <Figure label={said.handle} value={mean} />
      <Figure label={said.occupancy} value={it?.occupancy == null ? '–' : percent(it.occupancy)} />
      <Figure label={said.unanswered} value={it?.offers.expired ?? '–'} />
    </Figures>
  );
}
