// The queues while they are looked at. Rows come by themselves, but none says that its queue is not
// configured any more. A new configuration tells all others anew: with rows that come, the whole
// list is read again.

import type { Staff } from '@baton/client';
import { useEffect } from 'preact/hooks';

/** Where much happens, rows come by the second. */
const REST_MS = 10_000;

/** Keeps no queue that is gone, as long as the component is shown. */
export function useQueues(desk: Staff): void {
  useEffect(() => keepQueues(desk), [desk]);
}

function keepQueues({ session, http, refresh }: Staff): () => void {
  const { clock } = http.platform;
  let askedAt = 0;
  let isDue = false;
  let cancel = () => {};
  const ask = () => {
    isDue = false;
    askedAt = clock.now();
    // What is not answered now is asked again with the next row.
    refresh('queues').catch(() => {});
  };
  const endListening = session.listen(({ type }) => {
    if (type !== 'queue.state' || isDue) return;
    isDue = true;
    cancel = clock.after(Math.max(0, askedAt + REST_MS - clock.now()), ask);
  });
  ask();
  return () => {
    cancel();
    endListening();
  };
}
