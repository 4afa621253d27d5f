// Warum etwas dorthin ging, wohin es ging, auf Deutsch: the server says it in English sentences,
// so these are made of its reasons.

import type {
  AgentRow,
  AgentWhy,
  Because,
  Candidate,
  Decision,
  Id,
  OfferOutcome,
  QueueWhy,
  Reason,
  Selection,
  Waiting,
} from '@baton/client';
import { isolated } from '../../../shared/src/names.ts';
import { GERMAN_REASONS } from '../../../shared/src/statuses.ts';
import type { en } from './why-en.ts';

const many: Record<Reason, (count: number) => string> = {
  later: (count) => (count === 1 ? '1 könnte annehmen' : `${count} könnten annehmen`),
  no_room: (count) => `${count} ohne freien Platz`,
  ramp_up: (count) => `${count} gerade eben mit einem Angebot`,
  excluded: (count) => `${count} abgelehnt oder schon beteiligt`,
  not_ready: (count) => `${count} nicht bereit`,
  offline: (count) => `${count} nicht verbunden`,
  skill: (count) => `${count} ohne die Fähigkeit`,
  profile: (count) => `${count} nicht für die Warteschlange eingeteilt`,
  nobody_waits: () => 'niemand wartet',
};

const details: Record<string, string> = {
  declined: 'hat diesen Chat abgelehnt',
  in_chat: 'ist in diesem Chat',
  invited: 'ist in diesen Chat eingeladen',
  away: 'hat diesen Chat verloren und war seither nicht zurück',
  was_in_chat: 'war in diesem Chat, als er übergeben wurde',
  after_work: 'bekommt nichts Neues: der Status wechselt nach der Arbeit',
  logged_out: 'ist abgemeldet',
  login: 'ist nicht bereit (gerade angemeldet)',
  no_answer: 'ist nicht bereit (hat ein Angebot nicht beantwortet)',
  forced: 'ist nicht bereit (von einem Supervisor gesetzt)',
};

function reason({ reason, detail, skill, level }: Because): string {
  const known = detail ? details[detail] : undefined;
  switch (reason) {
    case 'later':
      return 'könnte annehmen, andere sind vorher dran';
    case 'no_room':
      return 'hat keinen Platz dafür';
    case 'ramp_up':
      return 'hat gerade eben ein Angebot bekommen';
    case 'excluded':
      return known ?? 'hat diesen Chat abgelehnt oder war darin';
    case 'not_ready':
      return (
        known ??
        (detail ? `ist nicht bereit (${GERMAN_REASONS[detail] ?? detail})` : 'ist nicht bereit')
      );
    case 'offline':
      return known ?? 'hat keine Verbindung';
    case 'skill':
      return `hat ${skill} nicht${level && level > 1 ? ` auf Stufe ${level}` : ''}`;
    case 'profile':
      return 'bedient diese Warteschlange nicht oder erst bei längerem Warten';
    case 'nobody_waits':
      return 'hier wartet niemand';
  }
}

const outcomes: Record<OfferOutcome, string> = {
  accepted: 'angenommen',
  declined: 'abgelehnt',
  expired: 'nicht beantwortet',
  revoked: 'zurückgenommen',
};

const policies: Record<Selection, string> = {
  longest_idle: 'am längsten frei',
  least_loaded: 'am wenigsten ausgelastet',
  most_skilled: 'am besten geeignet',
  round_robin: 'am längsten ohne Angebot',
  fewest_today: 'heute die wenigsten Chats',
};

const able = (candidates: readonly Candidate[]) =>
  candidates.filter((one) => one.reason === 'later').length;

function chosen(decision: Decision, who: (id: Id) => string): string {
  const { policy, candidates, more, transferred_by, assigned_by_name } = decision;
  if (assigned_by_name) return `Zugeteilt von ${isolated(assigned_by_name)}.`;
  if (transferred_by) return `Weitergeleitet von ${who(transferred_by)}.`;
  if (!policy) return 'Von einem Menschen ausgewählt.';
  const all = able(candidates) + 1;
  if (all === 1 && !more) return 'Sonst konnte niemand annehmen.';
  const how = policies[policy];
  const start = how.charAt(0).toUpperCase() + how.slice(1);
  return `${start} von ${more ? 'mindestens ' : ''}${all}.`;
}

function waits({ candidates }: Waiting, queue: string): string {
  const free = able(candidates);
  const stands = free
    ? `${free} ${free === 1 ? 'könnte' : 'könnten'} annehmen`
    : 'gerade kann niemand annehmen';
  return `Wartet in ${queue}; ${stands}.`;
}

/** What keeps the agent from everything, or that nothing does. */
function agent({ queues }: AgentWhy, row: AgentRow): string {
  const { name, status, reason: detail, load } = row;
  if (status === 'logged_out') return `${name} ist abgemeldet.`;
  if (status === 'not_ready') return `${name} ${reason({ reason: 'not_ready', detail })}.`;
  if (row.next_status) return `${name} ${details.after_work}.`;
  if (row.connectivity !== 'online') return `${name} hat keine Verbindung.`;
  if (load.offered > 0) return `${name} hat gerade ein Angebot.`;
  const room = queues.find((one) => one.reason === 'no_room');
  if (room) return `${name} ist bereit, hat aber keinen Platz.`;
  const isQuiet = queues.every(({ waiting }) => waiting === 0);
  if (isQuiet) return `${name} ist bereit, und niemand wartet.`;
  return `${name} ist bereit, aber für niemanden, der wartet, zuständig.`;
}

/** Of an agent and a queue: what keeps them from the first who waits there. */
function ofQueue(why: QueueWhy): string {
  if (why.reason === 'nobody_waits' && why.waiting > 0) return 'wer wartet, hat schon ein Angebot';
  if (why.reason !== 'excluded') return reason(why);
  if (why.detail === 'declined') return 'hat den Ersten, der wartet, abgelehnt';
  return 'ist oder war im Chat des Ersten, der wartet';
}

export const de: typeof en = {
  many,
  reason,
  outcomes,
  open: 'noch nicht beantwortet',
  offeredTo: (agent, queue) => `${agent} angeboten · ${queue}`,
  chosen,
  waits,
  asks: (agent, left) => `Wird gerade ${agent} angeboten: noch ${left}.`,
  ofAgents: (parts) => `Agenten: ${parts}.`,
  othersAt: (time) => `Ab ${time} kommen weitere in Frage.`,
  agent,
  ofQueue,
  waitsNow: 'Wartet jetzt',
  others: (count) =>
    count === 1 ? 'Auch in Betracht gezogen: 1' : `Auch in Betracht gezogen: ${count}`,
  considered: (count) => `In Betracht gezogen: ${count}`,
  more: (count) => `und ${count} weitere`,
  noDecisions: 'Er wurde noch niemandem angeboten.',
  notWaiting: 'Er wartet gerade auf niemanden.',
};
