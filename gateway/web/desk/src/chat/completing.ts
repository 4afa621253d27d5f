// Completing wrap-ups: each once, whoever asks for it; and shortly before the server ends one by
// itself, if anything was written, so that nothing of it is lost, whatever is looked at meanwhile.

import { asBatonError, type Chat, type Conversation, type Id, type Staff } from '@baton/client';
import { untracked } from '@preact/signals';
import { wrapUpUntil } from '../ending.ts';
import { serverTime } from '../now.ts';
import { goOnUnasked } from '../onward.ts';
import { said } from './disposition.tsx';
import { forgetAllLost, tellLost } from './lost.ts';
import { handedOver, handOver, outcomeOf } from './outcomes.ts';

/** So long before its end it begins to look: an answer takes a while. */
const EARLY_MS = 2_500;
/** What is the same after so long is not being typed just now. */
const REST_MS = 500;
/** So long before the end nothing is waited for. */
const LATEST_MS = 700;
/** Timers know no longer ones. */
const MOST_MS = 3_600_000;

/** Whether it is being completed: what is written now comes too late. */
export const isCompleting = (chat: Id): boolean => handedOver(chat) !== undefined;

/** Completes a wrap-up with what was written; while that is under way, it is the same one. */
export function complete(desk: Staff, chat: Id): Promise<unknown> {
  const before = untracked(() => handedOver(chat));
  if (before) return before;
  const outcome = said(outcomeOf(chat));
  const send = () => desk.completeWrapup(chat, outcome);
  return handOver({ desk, chat, outcome, send, isKept: true });
}

/** Completes in time what was begun; the answer ends it. */
export function completeInTime(desk: Staff): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** What failed is told, and left to the agent. */
  const tried = new Set<string>();
  const isResting = restWatch();
  /** How long until this one is to be looked at again; never, where that is not known. */
  const tend = ({ id, chat }: Conversation): number => {
    const copy = chat.get();
    const until = copy && wrapUpUntil(copy, desk.session.welcome.get()?.id ?? '');
    if (!until) return Number.POSITIVE_INFINITY;
    const left = Date.parse(until) - serverTime();
    const key = `${id} ${until}`;
    // One that runs though it has long ended here: this machine's clock is wrong, and not known yet.
    const isDue = Math.abs(left) <= EARLY_MS;
    if (isDue && isBegun(id) && !tried.has(key) && (isResting(id) || left <= LATEST_MS)) {
      tried.add(key);
      completeUnasked(desk, copy);
    }
    if (left > EARLY_MS) return left - EARLY_MS;
    if (left <= 0) return Number.POSITIVE_INFINITY;
    return left > LATEST_MS ? Math.min(REST_MS, left - LATEST_MS) : REST_MS;
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
    forgetAllLost();
  };
}

/** Whether what is written in a chat has been the same for a while, since it was looked at. */
function restWatch(): (chat: Id) => boolean {
  const seen = new Map<Id, { text: string; at: number }>();
  return (chat) => {
    const text = JSON.stringify(outcomeOf(chat));
    const before = seen.get(chat);
    if (before?.text === text) return Date.now() - before.at >= REST_MS;
    seen.set(chat, { text, at: Date.now() });
    return false;
  };
}

/** Whether there is something to lose that is not on its way. */
function isBegun(chat: Id): boolean {
  return untracked(() => !isCompleting(chat) && Object.keys(said(outcomeOf(chat))).length > 0);
}

function completeUnasked(desk: Staff, copy: Chat): void {
  const chat = copy.chat_id;
  const outcome = said(outcomeOf(chat));
  complete(desk, chat).then(
    () => goOnUnasked(desk, chat),
    (thrown) => {
      const error = asBatonError(thrown);
      // What was written stays in the tab for who wrote it.
      if (error.code !== 'ended' && desk.chats.get(chat)) tellLost(chat, copy, outcome, error);
    },
  );
}
