// Lines of one's own on their way, one after the other: the next leaves when the one before is
// answered, so that what was written first is stored first. Each keeps its `client_id` for good;
// the server takes the same one for the same line.

import { asBatonError, type BatonError } from './errors.ts';
import type { Draft } from './lines.ts';

export interface OutboxOptions {
  deliver(draft: Draft): Promise<unknown>;
  failed(draft: Draft, error: BatonError): void;
  /** What is not stored yet, after each change. */
  changed?: ((drafts: readonly Draft[]) => void) | undefined;
}

export interface Outbox {
  add(draft: Draft): void;
  /** Takes one out that is stored, or not wanted any more. */
  remove(clientId: string): Draft | undefined;
}

export function outbox({ deliver, failed, changed }: OutboxOptions): Outbox {
  const waiting = new Map<string, Draft>();
  let busy = false;

  const notice = () => changed?.([...waiting.values()]);
  const remove = (clientId: string) => {
    const draft = waiting.get(clientId);
    if (waiting.delete(clientId)) notice();
    return draft;
  };
  const pump = async () => {
    if (busy) return;
    busy = true;
    for (const draft of waiting.values()) {
      try {
        await deliver(draft);
        remove(draft.client_id);
      } catch (thrown) {
        const error = asBatonError(thrown);
        // The page's end loses nothing: what was kept is sent by the next one.
        if (error.code === 'ended') break;
        remove(draft.client_id);
        failed(draft, error);
      }
    }
    busy = false;
  };
  return {
    add(draft) {
      waiting.set(draft.client_id, draft);
      notice();
      void pump();
    },
    remove,
  };
}
