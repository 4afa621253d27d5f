// The queues while they are looked at. Rows come by themselves, but none says that its queue is not
// configured any more. A new configuration tells all others anew: with rows that come, the whole
// list is read again. Thousands of desks look at it, and rows come by the second: it is read seldom.

import type { Staff } from '@baton/client';
import { useEffect } from 'preact/hooks';

const REST_MS = 60_000;
/** So much more at most: a configuration that all are told of at once is not asked for at once. */
const SPREAD_MS = 15_000;

/** Keeps no queue that is gone, as long as the component is shown. */
export function useQueues(desk: Staff): void {
  useEffect(() => keepQueues(desk), [desk]);
}

function keepQueues({ session, http, refresh }: Staff): () => void {
  const { clock, random } = http.platform;
  let askedAt = 0;
  /** Nothing to be read, or it waits for its time, or for somebody to look. */
  let due: 'no' | 'later' | 'seen' = 'no';
  let isOver = false;
  let cancel = () => {};
  const ask = () => {
    due = 'no';
    askedAt = clock.now();
    refresh('queues').catch(askLater);
  };
  const askOnceSeen = () => {
    if (document.hidden) due = 'seen';
    else ask();
  };
  const askLater = () => {
    if (isOver || due !== 'no') return;
    due = 'later';
    const rest = Math.max(0, askedAt + REST_MS - clock.now());
    cancel = clock.after(rest + random() * SPREAD_MS, askOnceSeen);
  };
  const looked = () => {
    if (due === 'seen') askOnceSeen();
  };
  const endListening = session.listen(({ type }) => type === 'queue.state' && askLater());
  document.addEventListener('visibilitychange', looked);
  askOnceSeen();
  return () => {
    isOver = true;
    cancel();
    endListening();
    document.removeEventListener('visibilitychange', looked);
  };
}
