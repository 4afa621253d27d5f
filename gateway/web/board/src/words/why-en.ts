// Why something went where it went, in English.

import type {
  AgentRow,
  AgentWhy,
  Because,
  Decision,
  Id,
  OfferOutcome,
  QueueWhy,
  Reason,
  Waiting,
} from '@baton/client';
import { isolated } from '../../../shared/src/names.ts';

/** How many there are of each reason: `3 not ready`. */
const many: Record<Reason, (count: number) => string> = {
  later: (count) => `${count} could take it`,
  no_room: (count) => `${count} without room`,
  ramp_up: (count) => `${count} offered something a moment ago`,
  excluded: (count) => `${count} declined it or were in it`,
  not_ready: (count) => `${count} not ready`,
  offline: (count) => `${count} offline`,
  skill: (count) => `${count} without the skill`,
  profile: (count) => `${count} not serving the queue`,
  nobody_waits: () => 'nobody waits',
};

const details: Record<string, string> = {
  declined: 'declined this chat',
  in_chat: 'is in this chat',
  invited: 'is invited to this chat',
  away: 'lost this chat and has not been back since',
  was_in_chat: 'was in this chat when it was passed on',
  after_work: 'takes nothing new: the status changes when the work ends',
  logged_out: 'is logged out',
  login: 'is not ready (just signed in)',
  no_answer: 'is not ready (did not answer an offer)',
  forced: 'is not ready (set by a supervisor)',
};

/** Of one agent: `Ben Okafor … is not ready (lunch)`. */
function reason({ reason, detail, skill, level }: Because): string {
  const known = detail ? details[detail] : undefined;
  switch (reason) {
    case 'later':
      return 'could take it, but others go first';
    case 'no_room':
      return 'has no room for it';
    case 'ramp_up':
      return 'was offered something a moment ago';
    case 'excluded':
      return known ?? 'declined this chat or was in it';
    case 'not_ready':
      return known ?? (detail ? `is not ready (${detail})` : 'is not ready');
    case 'offline':
      return known ?? 'has no connection';
    case 'skill':
      return `lacks ${skill}${level && level > 1 ? ` at level ${level}` : ''}`;
    case 'profile':
      return 'does not serve this queue, or only those who wait longer';
    case 'nobody_waits':
      return 'nobody waits here';
  }
}

const outcomes: Record<OfferOutcome, string> = {
  accepted: 'accepted',
  declined: 'declined',
  expired: 'not answered',
  revoked: 'taken back',
};

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

export const en = {
  many,
  reason,
  outcomes,
  open: 'waiting for an answer',
  offeredTo: (agent: string, queue: string) => `Offered to ${agent} · ${queue}`,
  /** Why this one. */
  chosen: (decision: Decision, who: (id: Id) => string): string => {
    const { policy, text, transferred_by, assigned_by_name } = decision;
    if (assigned_by_name) return `Assigned by ${isolated(assigned_by_name)}.`;
    if (transferred_by) return `Transferred by ${who(transferred_by)}.`;
    return policy ? sentence(text) : 'Chosen by a person.';
  },
  /** What it waits for. */
  waits: (waiting: Waiting, _queue: string): string => sentence(waiting.text),
  asks: (agent: string, left: string) => `Is being offered to ${agent}: ${left} left.`,
  ofAgents: (parts: string) => `Agents: ${parts}.`,
  othersAt: (time: string) => `From ${time} on others come in question.`,
  /** Why an agent gets nothing. */
  agent: (why: AgentWhy, { name }: AgentRow): string =>
    sentence(why.text.startsWith(why.agent) ? name + why.text.slice(why.agent.length) : why.text),
  /** What keeps an agent from a queue. */
  ofQueue: (why: QueueWhy): string => why.text,
  waitsNow: 'Waiting now',
  others: (count: number) =>
    count === 1 ? 'The other one considered' : `The ${count} others considered`,
  considered: (count: number) => `${count} considered`,
  more: (count: number) => `and ${count} more`,
  noDecisions: 'It has not been offered to anybody yet.',
  notWaiting: 'It waits for nobody now.',
};
