// All agents by where they stand: one bar, and a legend that leads to each kind of them.

import { Link } from 'wouter-preact';
import { reasonName } from '../../../shared/src/statuses.ts';
import { useBoard } from '../live/board.ts';
import { countStandings, STANDINGS } from '../live/figures.ts';
import { Card } from '../ui/card.tsx';
import { words } from '../words/words.ts';
import { pick } from './filters.ts';
import { Since } from './parts.tsx';
import { BARS, StandingMark } from './standing.tsx';

/** Of those who are not ready. */
const MOST = 4;

export function Crew() {
  const agents = useBoard().agents.value;
  const counts = countStandings(agents.values());
  const shown = STANDINGS.filter((one) => counts[one] > 0);
  const aside = (
    <Link href="/agents" class="py-1 text-sm text-accent underline-offset-2 hover:underline">
      {words.value.allAgents(agents.size)}
    </Link>
  );
  return (
    <Card title={words.value.agentsNow} aside={aside}>
      <div class="flex flex-col gap-3 p-4">
        <div aria-hidden="true" class="flex h-3 gap-0.5 overflow-hidden rounded-full bg-sunken">
          {shown.map((one) => (
            <div key={one} class={BARS[one]} style={{ flexGrow: counts[one] }} />
          ))}
        </div>
        <ul class="grid grid-cols-2 gap-x-4 gap-y-1 sm:grid-cols-3">
          {STANDINGS.map((one) => (
            <li key={one}>
              <Link
                href={`/agents/standing/${one}`}
                class="flex min-h-7 items-center gap-2 rounded-md px-1 hover:bg-sunken max-md:min-h-11"
              >
                <StandingMark standing={one} />
                <span class="min-w-0 truncate">{words.value.standings[one]}</span>
                <span class="ml-auto font-semibold tabular-nums">{counts[one]}</span>
              </Link>
            </li>
          ))}
        </ul>
      </div>
      <LongestAway />
    </Card>
  );
}

/** Who has not been ready for longest; asked after first. */
function LongestAway() {
  const agents = useBoard().agentsByName.value;
  const away = pick(agents, { search: '', standing: 'away', order: 'since' }).slice(0, MOST);
  if (away.length === 0) return null;
  return (
    <section class="border-t border-line px-4 py-3">
      <h3 class="pb-1 text-sm text-quiet">{words.value.longestAway}</h3>
      <ul>
        {away.map((agent) => (
          <li key={agent.agent}>
            <Link
              href={`/agents/${agent.agent}`}
              class="flex min-h-7 items-center gap-3 rounded-md px-1 hover:bg-sunken max-md:min-h-11"
            >
              <span class="min-w-0 flex-1 truncate font-medium">{agent.name}</span>
              <span class="min-w-0 truncate text-quiet">{reasonName(agent.reason ?? '')}</span>
              <Since agent={agent} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
