// The board for a room: few figures, large, told apart by colour and shape from afar.

import type { QueueRow } from '@baton/client';
import { Maximize, X } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import { signOut } from '../../../shared/src/account.ts';
import { clock } from '../../../shared/src/time.ts';
import { IconButton } from '../../../shared/src/ui/button.tsx';
import { StaffBanners } from '../../../shared/src/ui/staff-banners.tsx';
import { oldestOf } from '../live/ages.ts';
import { type Level, levelOf, levelOfQueue } from '../live/alerts.ts';
import { useBoard } from '../live/board.ts';
import { now } from '../live/clock.ts';
import { countStandings, waitingIn } from '../live/figures.ts';
import { sentences } from '../queues/alerts.tsx';
import { arrange } from '../queues/order.ts';
import { INKS, Mark, TONES } from '../ui/mark.tsx';
import { Empty } from '../ui/notice.tsx';
import { percent } from '../words/numbers.ts';
import { words } from '../words/words.ts';
import { leaveScreen, takeScreen, useScreenOn } from './full-screen.ts';

/** What can be read from across a room; the rest is counted. */
const TILES = 12;

export function Wall() {
  const { staff, queues, alerts, isKnown } = useBoard();
  useScreenOn();
  useLeaveByKey();
  const shown = useWorstFirst();
  const rest = queues.value.filter((one) => !shown.includes(one));
  const alerting = rest.filter((one) => levelOfQueue(alerts.value, one.queue) !== 'good');
  return (
    <main class="flex min-h-dvh flex-col gap-[1.2vmin] bg-sunken p-[1.2vmin]">
      <Top />
      <StaffBanners staff={staff} signOut={signOut} />
      <AlertStrip />
      {isKnown.value && queues.value.length === 0 && <Empty>{words.value.noQueues}</Empty>}
      <ul class="grid flex-1 auto-rows-fr grid-cols-[repeat(auto-fit,minmax(min(100%,20rem),1fr))] gap-[1.2vmin]">
        {shown.map((queue) => (
          <Tile key={queue.queue} queue={queue} />
        ))}
      </ul>
      {rest.length > 0 && (
        <p class="text-center text-[clamp(1rem,2.4vmin,2rem)] text-quiet">
          {words.value.moreQueues(rest.length, alerting.length)}
        </p>
      )}
    </main>
  );
}

/** All of them where they fit, by name; else those that need attention before the others. */
function useWorstFirst(): readonly QueueRow[] {
  const { queues, alerts } = useBoard();
  const all = queues.value;
  if (all.length <= TILES) return all;
  return arrange(all, 'worst', alerts.value).slice(0, TILES);
}

/** Escape leaves, where it does not leave the full screen first. */
function useLeaveByKey() {
  const [, go] = useLocation();
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !document.fullscreenElement) go('/');
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [go]);
}

function Top() {
  const { queues, agents } = useBoard();
  const [, go] = useLocation();
  const counts = countStandings(agents.value.values());
  const said = words.value.whole;
  const leave = () => {
    leaveScreen();
    go('/');
  };
  return (
    <header class="flex flex-wrap items-center gap-x-[4vmin] gap-y-2 px-[1vmin]">
      <h1 class="sr-only">{words.value.wall}</h1>
      <Total label={said.waiting}>{waitingIn(queues.value)}</Total>
      <Total label={said.free} look="text-good">
        {counts.free}
      </Total>
      <Total label={said.busy} look="text-accent">
        {counts.busy + counts.wrapup}
      </Total>
      <Total label={words.value.standings.away} look="text-warn">
        {counts.away}
      </Total>
      <span class="ml-auto flex items-center gap-2">
        <Time />
        <IconButton label={words.value.fullScreen} onClick={takeScreen}>
          <Maximize size={20} aria-hidden="true" />
        </IconButton>
        <IconButton label={words.value.leaveWall} onClick={leave}>
          <X size={20} aria-hidden="true" />
        </IconButton>
      </span>
    </header>
  );
}

function Total({
  label,
  look = '',
  children,
}: {
  label: string;
  look?: string;
  children: ComponentChildren;
}) {
  return (
    <p class="flex items-baseline gap-[1vmin]">
      <span class={`text-[clamp(1.75rem,7vmin,6rem)] leading-none font-bold tabular-nums ${look}`}>
        {children}
      </span>
      <span class="text-[clamp(0.95rem,2.6vmin,2rem)] text-quiet">{label}</span>
    </p>
  );
}

function Time() {
  void now.value;
  const time = new Date();
  return (
    <time class="text-[clamp(1.25rem,4vmin,3.5rem)] font-semibold text-quiet tabular-nums">
      {`${time.getHours()}:${String(time.getMinutes()).padStart(2, '0')}`}
    </time>
  );
}

/** The worst that is the matter, in a sentence. */
function AlertStrip() {
  const [worst, ...rest] = useBoard().alerts.value;
  if (!worst) return null;
  const { title, text } = sentences(worst);
  const level = levelOf(worst);
  return (
    <p
      class={`flex items-center gap-[1.5vmin] rounded-2xl px-[2vmin] py-[1.2vmin] text-[clamp(1.1rem,3.4vmin,2.75rem)] font-semibold ${TONES[level]}`}
    >
      <Mark look={level} size={36} />
      <span class="min-w-0 flex-1 wrap-anywhere">
        {title}: {text}
      </span>
      {rest.length > 0 && <span class="tabular-nums">+{rest.length}</span>}
    </p>
  );
}

const FRAMES: Record<Level, string> = {
  good: 'border-line bg-raised',
  warn: 'border-warn bg-warn-soft',
  bad: 'border-bad bg-bad-soft',
};

function Tile({ queue }: { queue: QueueRow }) {
  const level = levelOfQueue(useBoard().alerts.value, queue.queue);
  const said = words.value.columns;
  const { offered, target_s } = queue.service_level;
  const oldest = oldestOf(queue);
  return (
    <li class={`[container-type:size] min-h-48 rounded-2xl border-4 ${FRAMES[level]}`}>
      <div class="flex h-full flex-col justify-between gap-[2cqmin] p-[5cqmin]">
        <div class="flex items-center gap-[1vmin]">
          <h2 class="line-clamp-2 min-w-0 flex-1 text-[clamp(1.25rem,8.5cqmin,4rem)] leading-tight font-semibold">
            {queue.name}
          </h2>
          <Mark look={level === 'good' && !queue.open ? 'off' : level} size={40} />
        </div>
        <p class="flex items-baseline gap-[1.5vmin]">
          <span
            class={`text-[clamp(3.5rem,min(46cqw,42cqh),26rem)] leading-none font-bold tabular-nums ${level === 'good' ? '' : INKS[level]}`}
          >
            {queue.waiting}
          </span>
          <span class="text-[clamp(1rem,6cqmin,2.5rem)] text-quiet">{said.waiting}</span>
        </p>
        <dl class="grid grid-cols-3 gap-[1vmin]">
          <Small label={said.oldest}>
            {queue.waiting ? clock(oldest) : '–'}
            {oldest > target_s && <span class="sr-only"> {words.value.overTarget}</span>}
          </Small>
          <Small label={said.levelShort}>{offered == null ? '–' : percent(offered)}</Small>
          <Small label={said.free}>{queue.available_agents}</Small>
        </dl>
      </div>
    </li>
  );
}

function Small({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="min-w-0">
      <dt class="truncate text-[clamp(0.8rem,4.5cqmin,1.75rem)] text-quiet">{label}</dt>
      <dd class="text-[clamp(1.25rem,10cqmin,4rem)] leading-tight font-semibold tabular-nums">
        {children}
      </dd>
    </div>
  );
}
