// Names of agents and queues, for ids that come without one, read once with the account; and the
// customer's name in a chat. What changes by the second is watched where it is shown.

import { type Chat, type Id, listAgents, listQueues, type Staff } from '@baton/client';
import { signal } from '@preact/signals';
import { isolated } from '../../shared/src/names.ts';
import { words } from './words/words.ts';

type Names = Readonly<Record<Id, string>>;

const agents = signal<Names>({});
const queues = signal<Names>({});

export async function readNames(staff: Staff): Promise<void> {
  const [agentRows, queueRows] = await Promise.all([
    listAgents(staff.http),
    listQueues(staff.http),
  ]);
  agents.value = Object.fromEntries(agentRows.map(({ agent, name }) => [agent, name]));
  queues.value = Object.fromEntries(queueRows.map(({ queue, name }) => [queue, name]));
}

// Each apart from the sentence that it may stand in.
export const agentName = (id: Id) => isolated(agents.value[id] ?? id);
export const queueName = (id: Id) => isolated(queues.value[id] ?? id);
export const targetName = (to: { agent: Id } | { queue: Id }) =>
  'agent' in to ? agentName(to.agent) : queueName(to.queue);

export function customerName(chat: Chat): string {
  const said =
    chat.customer?.name || chat.participants.find(({ role }) => role === 'customer')?.name;
  return isolated(said || words.value.customer);
}
