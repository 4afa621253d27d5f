// The last hours of one queue, or of all: what came, what was taken, what was given up.

import type { QueueHistory } from '@baton/client';
import { useBoard } from '../live/board.ts';
import { serviceLevel, sumsOf } from '../live/figures.ts';
import { useHistory, usePast } from '../live/histories.ts';
import { HISTORY_H, stepsOf, together } from '../live/steps.ts';
import { Card } from '../ui/card.tsx';
import { Empty, Loading } from '../ui/notice.tsx';
import { percent } from '../words/numbers.ts';
import { words } from '../words/words.ts';
import { Chart, type Curve } from './chart.tsx';
import { useScope } from './scope.ts';

/** Of all queues together, or of those that were ever shown. */
export function AllTrends() {
  const { past } = usePast();
  const title = useScope(words.value.trends(HISTORY_H));
  return <Trends title={title} history={past.length ? together(past) : undefined} />;
}

export function QueueTrends({ queue }: { queue: string }) {
  const history = useHistory(useBoard().histories, queue);
  return <Trends title={words.value.trends(HISTORY_H)} history={history} />;
}

interface TrendsProps {
  title: string;
  history: Pick<QueueHistory, 'step_s' | 'buckets'> | undefined;
}

function Trends({ title, history }: TrendsProps) {
  const { isAbsent } = useBoard().histories;
  return (
    <Card title={title} aside={history && <Legend />}>
      {history && history.buckets.length > 0 && <Drawn history={history} title={title} />}
      {history?.buckets.length === 0 && <Empty>{words.value.quietHours}</Empty>}
      {!history && isAbsent.value && <Empty>{words.value.noTrends}</Empty>}
      {!history && !isAbsent.value && <Loading />}
    </Card>
  );
}

const CURVES = [
  { name: 'entered', colour: '--accent', ground: 'bg-accent', area: true },
  { name: 'accepted', colour: '--good', ground: 'bg-good', area: false },
  { name: 'abandoned', colour: '--bad', ground: 'bg-bad', area: false },
] as const;

function Legend() {
  return (
    <ul class="flex flex-wrap gap-x-3 text-sm text-quiet">
      {CURVES.map(({ name, ground }) => (
        <li key={name} class="flex items-center gap-1.5">
          <span aria-hidden="true" class={`h-1 w-3 rounded-full ${ground}`} />
          {words.value.curves[name]}
        </li>
      ))}
    </ul>
  );
}

function Drawn({
  history,
  title,
}: {
  history: Pick<QueueHistory, 'step_s' | 'buckets'>;
  title: string;
}) {
  const steps = stepsOf(history, Date.now());
  const sums = sumsOf(history.buckets);
  const level = serviceLevel(sums);
  const text = words.value.trendText(
    sums.entered,
    sums.accepted,
    sums.abandoned,
    level === null ? null : percent(level),
  );
  const curves: Curve[] = CURVES.map(({ name, colour, area }) => ({
    label: words.value.curves[name],
    colour,
    area,
    values: steps.map((step) => step[name]),
  }));
  return (
    <div class="px-2 pt-2 pb-3">
      <Chart times={steps.map((step) => step.from_s)} curves={curves} label={`${title}: ${text}`} />
      <p class="px-2 text-sm text-quiet">{text}</p>
    </div>
  );
}
