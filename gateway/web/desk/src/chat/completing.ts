// Completing wrap-ups: each once, whoever asks for it; and shortly before the server ends one by
// itself, if anything was written, so that nothing of it is lost, whatever is looked at meanwhile.

import { asBatonError, type Chat, type Conversation, type Id, type Staff } from '@baton/client';
import { signal } from '@preact/signals';
import { refusalWords } from '../../../shared/src/refusals.ts';
import { wrapUpUntil } from '../ending.ts';
import { tell } from '../notices.ts';
import { serverTime } from '../now.ts';
import { customerName } from '../people.ts';
import { words } from '../words/words.ts';
import { said } from './disposition.tsx';
import { forgetOutcome, outcomeOf } from './outcomes.ts';

/** So long before its end: an answer takes a while. */
const EARLY_MS = 2_000;
/** From then on it is looked again: somebody may begin to write. */
const AGAIN_MS = 500;
/** Timers know no longer ones. */
const MOST_MS = 3_600_000;

const underWay = signal<ReadonlyMap<Id, Promise<unknown>>>(new Map());

/** Whether it is being completed: what is written now comes too late. */
export const isCompleting = (chat: Id): boolean => underWay.value.has(chat);

/** Completes a wrap-up with what was written; while that is under way, it is the same one. */
export function complete(desk: Staff, chat: Id): Promise<unknown> {
  const before = underWay.peek().get(chat);
  if (before) return before;
  const it = desk
    .completeWrapup(chat, said(outcomeOf(chat)))
    .then(() => forgetOutcome(chat))
    .finally(() => {
      underWay.value = new Map([...underWay.peek()].filter(([id]) => id !== chat));
    });
  underWay.value = new Map([...underWay.peek(), [chat, it]]);
  return it;
}

/** Completes in time what was begun; the answer ends it. */
export function completeInTime(desk: Staff): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** What failed is told, and left to the agent. */
  const tried = new Set<string>();
  /** How long until this one is to be looked at again; never, where that is not known. */
  const tend = ({ id, chat }: Conversation): number => {
    const copy = chat.get();
    const until = copy && wrapUpUntil(copy, desk.session.welcome.get()?.id ?? '');
    if (!until) return Number.POSITIVE_INFINITY;
    const left = Date.parse(until) - serverTime();
    const key = `${id} ${until}`;
    // One that runs though it has long ended here: this machine's clock is wrong, and not known yet.
    const isDue = Math.abs(left) <= EARLY_MS;
    if (isDue && isBegun(id) && !tried.has(key)) {
      tried.add(key);
      complete(desk, id).catch((thrown) => tellLost(copy, thrown));
    }
    return left > 0 ? Math.max(AGAIN_MS, left - EARLY_MS) : Number.POSITIVE_INFINITY;
  };
  const look = () => {
    clearTimeout(timer);
    const next = Math.min(...desk.chats.all.get().map(tend));
    if (Number.isFinite(next)) timer = setTimeout(look, Math.min(next, MOST_MS));
  };
  // Whatever is heard may have moved an end, or what this page takes for the server's clock.
  const end = desk.session.listen(look);
  return () => {
    clearTimeout(timer);
    end();
  };
}

/** Whether there is something to lose that is not on its way. */
function isBegun(chat: Id): boolean {
  return !underWay.peek().has(chat) && Object.keys(said(outcomeOf(chat))).length > 0;
}

function tellLost(chat: Chat, thrown: unknown): void {
  const error = asBatonError(thrown);
  // What was written stays in the tab for who wrote it.
  if (error.code === 'ended') return;
  const lost = words.value.wrapup.notKept(customerName(chat));
  tell(`${lost} ${refusalWords(error)}`, { look: 'bad' });
}
