// One queue: how it stands, its last hours, and its chats.

import type { QueueRow } from '@baton/client';
import { clock } from '../../../shared/src/time.ts';
import { ChatsCard } from '../chats/list.tsx';
import { oldestOf } from '../live/ages.ts';
import { useBoard } from '../live/board.ts';
import { Card } from '../ui/card.tsx';
import { Chip } from '../ui/chip.tsx';
import { Figure, Figures } from '../ui/figure.tsx';
import { Mark } from '../ui/mark.tsx';
import { Empty, Loading } from '../ui/notice.tsx';
import { Title } from '../ui/title.tsx';
import { duration, percent } from '../words/numbers.ts';
import { words } from '../words/words.ts';
import { lookOfLevel } from './level.tsx';
import { useLook } from './parts.tsx';
import { QueueTrends } from './trends.tsx';

export function QueueView({ id }: { id: string }) {
  const { queues, isKnown, oversees } = useBoard();
  const queue = queues.value.find((one) => one.queue === id);
  if (!queue) {
    return (
      <>
        <Title title={id} back="/" />
        {isKnown.value ? <Empty>{words.value.noSuchQueue}</Empty> : <Loading rows={5} />}
      </>
    );
  }
  return (
    <>
      <Title title={queue.name} back="/">
        <Mark look={useLook(queue)} />
        {!queue.open && <Chip look="off">{words.value.closed}</Chip>}
      </Title>
      <QueueFigures queue={queue} />
      {oversees && <ChatsCard key={id} query={{ queue: id }} title={words.value.chatsOfQueue} />}
      <div class="grid gap-4 xl:grid-cols-2">
        <QueueTrends queue={id} />
        <Levels queue={queue} />
      </div>
    </>
  );
}

function QueueFigures({ queue }: { queue: QueueRow }) {
  const said = words.value.columns;
  const oldest = oldestOf(queue);
  const { target_s, offered } = queue.service_level;
  const isLate = oldest > target_s;
  const isNobody = queue.waiting > 0 && queue.eligible_agents === 0;
  return (
    <Figures label={queue.name}>
      <Figure label={said.waiting} value={queue.waiting} />
      <Figure
        label={said.oldest}
        value={queue.waiting ? clock(oldest) : '–'}
        note={words.value.target(clock(target_s))}
        {...(isLate ? { look: 'warn' as const } : {})}
      />
      <Figure
        label={said.expected}
        value={queue.ewt ? duration(queue.ewt.p50_s) : '–'}
        note={queue.ewt ? words.value.p90(duration(queue.ewt.p90_s)) : words.value.unknown}
      />
      <Figure
        label={said.level}
        value={offered == null ? '–' : percent(offered)}
        note={words.value.today}
        {...(offered == null ? {} : { look: lookOfLevel(offered) })}
      />
      <Figure
        label={said.free}
        value={queue.available_agents}
        note={words.value.ofEligible(queue.eligible_agents)}
        {...(isNobody ? { look: 'bad' as const } : {})}
      />
    </Figures>
  );
}

/** The four ways to count a service level; each says something else. */
function Levels({ queue }: { queue: QueueRow }) {
  const level = queue.service_level;
  const said = words.value.levels;
  const rows = [
    ['offered', level.offered],
    ['answered', level.answered],
    ['excl_short', level.excl_short],
    ['removed', level.removed],
  ] as const;
  return (
    <Card title={words.value.levelsTitle(clock(level.target_s))}>
      <dl class="divide-y divide-line">
        {rows.map(([name, value]) => (
          <div key={name} class="flex items-center gap-3 px-4 py-2">
            <dt class="min-w-0 flex-1">
              <span class="font-medium">{said[name].name}</span>
              <span class="block text-sm text-quiet">{said[name].text}</span>
            </dt>
            <dd class="text-lg font-semibold tabular-nums">
              {value == null ? '–' : percent(value)}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
