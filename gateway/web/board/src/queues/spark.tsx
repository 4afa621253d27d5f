// What came in the last hours, as one small line; the figures are on the queue's own view.

import type { QueueHistory } from '@baton/client';
import { stepsOf } from '../live/steps.ts';

const [WIDTH, HEIGHT] = [96, 24];

export function Spark({ history }: { history: QueueHistory }) {
  const counts = stepsOf(history, Date.now()).map((step) => step.entered);
  const most = Math.max(...counts, 1);
  const points = counts.map((count, at) => {
    const x = (at / (counts.length - 1)) * WIDTH;
    const y = HEIGHT - 2 - (count / most) * (HEIGHT - 4);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return (
    <svg
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
      class="text-accent"
    >
      <path
        d={`M0 ${HEIGHT} L${points.join(' L')} L${WIDTH} ${HEIGHT} Z`}
        fill="currentColor"
        opacity="0.15"
      />
      <path d={`M${points.join(' L')}`} fill="none" stroke="currentColor" stroke-width="1.5" />
    </svg>
  );
}
