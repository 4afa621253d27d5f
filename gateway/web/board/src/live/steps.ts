// The history of a queue as equal steps without gaps, as lines are drawn. Pure.

import type { QueueHistory, QueueStep } from '@baton/client';

/** The contract's last hours. */
export const HISTORY_H = 4;

export interface Step extends Omit<QueueStep, 'from'> {
  /** Seconds since 1970. */
  from_s: number;
}

/** The steps up to now, oldest first; those in which nothing happened are zero. */
export function stepsOf(history: Pick<QueueHistory, 'step_s' | 'buckets'>, nowMs: number): Step[] {
  const { step_s } = history;
  const known = new Map(history.buckets.map((one) => [Date.parse(one.from) / 1_000, one]));
  const last = Math.floor(nowMs / 1_000 / step_s) * step_s;
  const count = Math.ceil((HISTORY_H * 3_600) / step_s);
  return Array.from({ length: count }, (_, at) => {
    const from_s = last - (count - 1 - at) * step_s;
    const { from: _from, ...bucket } = known.get(from_s) ?? NOTHING;
    return { ...bucket, from_s };
  });
}

const NOTHING: QueueStep = {
  from: '',
  entered: 0,
  accepted: 0,
  abandoned: 0,
  within_target: 0,
  waiting_max: 0,
};

/** Several histories of the same step as one; the most that waited are added up. */
export function together(
  histories: readonly QueueHistory[],
): Pick<QueueHistory, 'step_s' | 'buckets'> {
  const all = new Map<string, QueueStep>();
  for (const bucket of histories.flatMap((one) => one.buckets)) {
    const before = all.get(bucket.from) ?? NOTHING;
    all.set(bucket.from, {
      from: bucket.from,
      entered: before.entered + bucket.entered,
      accepted: before.accepted + bucket.accepted,
      abandoned: before.abandoned + bucket.abandoned,
      within_target: before.within_target + bucket.within_target,
      waiting_max: before.waiting_max + bucket.waiting_max,
    });
  }
  return { step_s: histories[0]?.step_s ?? 300, buckets: [...all.values()] };
}
