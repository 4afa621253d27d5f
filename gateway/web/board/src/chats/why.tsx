// Why a chat waits, or went where it went: what it waits for now, and each offer that was made,
// with those who were considered and what kept them.

import {
  type Candidate,
  type ChatWhy,
  type Decision,
  getChatWhy,
  type Id,
  type Waiting,
} from '@baton/client';
import { ChevronRight } from 'lucide-preact';
import { useEffect } from 'preact/hooks';
import { clock } from '../../../shared/src/time.ts';
import { useBoard } from '../live/board.ts';
import { secondsSince, secondsUntil } from '../live/clock.ts';
import { useLoaded } from '../live/loaded.ts';
import { useNames } from '../live/names.ts';
import { Card } from '../ui/card.tsx';
import { Chip } from '../ui/chip.tsx';
import { Empty, Failed, Loading } from '../ui/notice.tsx';
import { duration, exactTimeOf, timeOf } from '../words/numbers.ts';
import { whyWords, words } from '../words/words.ts';
import { askedNow } from './words-of.ts';

const AGAIN_MS = 5_000;

export function Why({ id, rev }: { id: Id; rev: number }) {
  const { staff } = useBoard();
  const found = useLoaded(() => getChatWhy(staff.http, id), [id], AGAIN_MS);
  useEffect(() => found.refresh(), [found, rev]);
  const why = found.value.value;
  const error = found.error.value;
  return (
    <Card title={words.value.whyTitle}>
      {error && !why && <Failed error={error} retry={found.refresh} />}
      {!why && !error && <Loading />}
      {why && <Explained why={why} />}
    </Card>
  );
}

function Explained({ why }: { why: ChatWhy }) {
  const { waiting, decisions } = why;
  return (
    <div class="flex flex-col">
      {waiting && <WaitsFor waiting={waiting} />}
      {decisions.length === 0 && <Empty>{whyWords.value.noDecisions}</Empty>}
      <ol class="divide-y divide-line">
        {[...decisions].reverse().map((one) => (
          <Offered key={one.offer_id} decision={one} />
        ))}
      </ol>
    </div>
  );
}

function WaitsFor({ waiting }: { waiting: Waiting }) {
  const names = useNames();
  const said = whyWords.value;
  const asked = askedNow(waiting);
  return (
    <div class="flex flex-col gap-1 border-b border-line bg-warn-soft px-4 py-3">
      <p class="font-semibold wrap-anywhere text-warn">
        {said.waitsNow} · {names.queue(waiting.queue)} ·{' '}
        <span class="tabular-nums">{clock(secondsSince(waiting.since))}</span>
      </p>
      <p class="wrap-anywhere">
        {asked
          ? said.asks(names.agent(asked.agent), duration(secondsUntil(asked.until)))
          : said.waits(waiting, names.queue(waiting.queue))}
      </p>
      {waiting.candidates.length > 0 && <p>{said.ofAgents(tally(waiting.candidates))}</p>}
      {waiting.others_at && <p>{said.othersAt(timeOf(waiting.others_at))}</p>}
      <Considered
        candidates={waiting.candidates}
        more={waiting.more}
        title={asked ? said.others : said.considered}
      />
    </div>
  );
}

/** `2 not ready, 1 without room`, the nearest first. */
function tally(candidates: readonly Candidate[]): string {
  const counts = new Map<Candidate['reason'], number>();
  for (const { reason } of candidates) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => whyWords.value.many[reason](count)).join(', ');
}

const LOOKS = { accepted: 'good', declined: 'warn', expired: 'bad', revoked: 'off' } as const;

function Offered({ decision }: { decision: Decision }) {
  const names = useNames();
  const said = whyWords.value;
  const { outcome } = decision;
  return (
    <li class="flex flex-col gap-1 px-4 py-3">
      <div class="flex flex-wrap items-center gap-2">
        <span class="font-medium wrap-anywhere">
          {said.offeredTo(names.agent(decision.chosen), names.queue(decision.queue))}
        </span>
        <Chip look={outcome ? LOOKS[outcome] : 'accent'}>
          {outcome ? said.outcomes[outcome] : said.open}
        </Chip>
        <time
          dateTime={decision.at}
          title={exactTimeOf(decision.at)}
          class="ml-auto text-sm text-quiet tabular-nums"
        >
          {exactTimeOf(decision.at)}
        </time>
      </div>
      <p>{said.chosen(decision, names.agent)}</p>
      <Considered candidates={decision.candidates} more={decision.more} title={said.others} />
    </li>
  );
}

interface ConsideredProps {
  candidates: readonly Candidate[];
  more: number | null | undefined;
  /** Of how many. */
  title(count: number): string;
}

function Considered({ candidates, more, title }: ConsideredProps) {
  const names = useNames();
  const said = whyWords.value;
  if (candidates.length === 0) return null;
  return (
    <details class="group text-sm">
      <summary class="inline-flex min-h-6 cursor-pointer items-center gap-1 rounded-md text-quiet hover:text-text max-md:min-h-11">
        <ChevronRight size={14} aria-hidden="true" class="group-open:rotate-90" />
        {title(candidates.length + (more ?? 0))}
      </summary>
      <ul class="flex flex-col gap-1 pt-1 pl-3">
        {candidates.map((one) => (
          <li key={one.agent} class="wrap-anywhere">
            <span class="font-medium">{names.agent(one.agent)}</span> {said.reason(one)}
          </li>
        ))}
        {more ? <li class="text-quiet">{said.more(more)}</li> : null}
      </ul>
    </details>
  );
}
