// What needs attention, the worst first, each with the way to it; read aloud as it comes.

import { Link } from 'wouter-preact';
import { clock } from '../../../shared/src/time.ts';
import { type Alert, keyOf, levelOf } from '../live/alerts.ts';
import { useBoard } from '../live/board.ts';
import { Mark, TONES } from '../ui/mark.tsx';
import { words } from '../words/words.ts';

/** More are counted. */
const MOST = 6;

export function Alerts() {
  const alerts = useBoard().alerts.value;
  const rest = alerts.length - MOST;
  return (
    <section aria-label={words.value.alerts}>
      {alerts.length === 0 ? (
        <p class="flex items-center gap-2 rounded-xl border border-line bg-raised px-4 py-2.5 text-quiet">
          <Mark look="good" />
          {words.value.noAlerts}
        </p>
      ) : (
        <ul class="grid gap-2 md:grid-cols-2 xl:grid-cols-3">
          {alerts.slice(0, MOST).map((alert) => (
            <AlertLine key={keyOf(alert)} alert={alert} />
          ))}
        </ul>
      )}
      {rest > 0 && <p class="px-1 pt-2 text-quiet">{words.value.moreAlerts(rest)}</p>}
    </section>
  );
}

function AlertLine({ alert }: { alert: Alert }) {
  const { title, text } = sentences(alert);
  const level = levelOf(alert);
  return (
    <li class={`relative flex min-w-0 gap-3 rounded-xl px-4 py-2.5 ${TONES[level]}`}>
      <span class="pt-0.5">
        <Mark look={level} />
      </span>
      <div class="min-w-0">
        <p class="font-semibold wrap-anywhere">
          {alert.kind === 'no_leader' ? (
            title
          ) : (
            <Link href={`/queues/${alert.queue.queue}`} class="after:absolute after:inset-0">
              {title}
            </Link>
          )}
        </p>
        <p class="wrap-anywhere">{text}</p>
      </div>
    </li>
  );
}

/** An alert in words: what it is about, and what is the matter. */
export function sentences(alert: Alert): { title: string; text: string } {
  const said = words.value.alert;
  switch (alert.kind) {
    case 'no_leader':
      return { title: said.noLeader, text: said.noLeaderText };
    case 'nobody':
      return { title: alert.queue.name, text: said.nobody(alert.queue.waiting) };
    case 'late': {
      const { target_s } = alert.queue.service_level;
      return { title: alert.queue.name, text: said.late(clock(alert.oldest_s), clock(target_s)) };
    }
    case 'idle':
      return {
        title: alert.queue.name,
        text: said.idle(alert.queue.waiting, alert.queue.available_agents),
      };
  }
}
