// The first view: what needs attention, the whole in figures, every queue, every agent.

import { clock } from '../../../shared/src/time.ts';
import { Crew } from '../agents/crew.tsx';
import { oldestOf } from '../live/ages.ts';
import type { Alert } from '../live/alerts.ts';
import { useBoard } from '../live/board.ts';
import { countStandings, serviceLevel, sumsOf, waitingIn } from '../live/figures.ts';
import { usePast } from '../live/histories.ts';
import { HISTORY_H } from '../live/steps.ts';
import { Figure, Figures } from '../ui/figure.tsx';
import { Title } from '../ui/title.tsx';
import { percent } from '../words/numbers.ts';
import { words } from '../words/words.ts';
import { Alerts } from './alerts.tsx';
import { lookOfLevel } from './level.tsx';
import { useScope } from './scope.ts';
import { QueuesTable } from './table.tsx';
import { AllTrends } from './trends.tsx';

export function Overview() {
  return (
    <>
      <Title title={words.value.overview} />
      <Alerts />
      <Whole />
      <QueuesTable />
      <div class="grid gap-4 xl:grid-cols-2">
        <AllTrends />
        <Crew />
      </div>
    </>
  );
}

/** The whole place in six figures. */
function Whole() {
  const { queues, agents, alerts } = useBoard();
  const { past } = usePast();
  const said = words.value.whole;
  const oldest = Math.max(0, ...queues.value.map(oldestOf));
  const sums = sumsOf(past.flatMap((one) => one.buckets));
  const level = serviceLevel(sums);
  const hours = useScope(words.value.lastHours(HISTORY_H));
  const entered = useScope(said.ofEntered(sums.entered));
  const counts = countStandings(agents.value.values());
  const isLate = alerts.value.some((alert: Alert) => alert.kind === 'late');
  return (
    <Figures label={words.value.overview}>
      <Figure label={said.waiting} value={waitingIn(queues.value)} />
      <Figure
        label={said.oldest}
        value={oldest ? clock(oldest) : '–'}
        {...(isLate ? { look: 'warn' as const } : {})}
      />
      <Figure
        label={said.level}
        value={level === null ? '–' : percent(level)}
        note={hours}
        {...(level === null ? {} : { look: lookOfLevel(level) })}
      />
      <Figure
        label={said.abandoned}
        value={past.length ? sums.abandoned : '–'}
        note={past.length ? entered : hours}
      />
      <Figure label={said.free} value={counts.free} />
      <Figure label={said.busy} value={counts.busy + counts.wrapup} />
    </Figures>
  );
}
