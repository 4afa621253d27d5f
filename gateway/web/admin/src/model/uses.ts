// What of a configuration names something: what would break if it were taken out.

import type {
  AgentConfig,
  Configuration,
  ProfileQueue,
  QueueConfig,
  Rule,
  SkillAt,
} from '@baton/client';
import { type Place, placeOf, split } from './place.ts';

/** Places that name a place; the first `most` of them, and how many there are. */
export interface Uses {
  places: Place[];
  count: number;
}

export function usesOf(config: Configuration, place: Place, most = 50): Uses {
  const { part, id = '' } = split(place);
  const uses: Uses = { places: [], count: 0 };
  const use = (by: Place) => {
    if (uses.count++ < most) uses.places.push(by);
  };
  const finder = FINDERS[part];
  if (finder) finder(config, id, use);
  return uses;
}

type Finder = (config: Configuration, id: string, use: (by: Place) => void) => void;

const FINDERS: Record<string, Finder> = {
  queues(config, id, use) {
    if (config.default_queue === id) use('default_queue');
    eachQueue(config, (queue, by) => queue.overflow === id && use(by));
    for (const [name, rows] of Object.entries(config.profiles ?? {})) {
      if (asRows<ProfileQueue>(rows).some((row) => row.queue === id))
        use(placeOf('profiles', name));
    }
    if (asRows<Rule>(config.rules).some((rule) => rule.queue === id)) use('rules');
    if (asRows<string>(config.widget?.queues).includes(id)) use('widget');
  },
  skills(config, id, use) {
    const names = (rows: SkillAt[] | undefined) =>
      asRows<SkillAt>(rows).some((row) => row.skill === id);
    eachQueue(config, (queue, by) => {
      if (names(queue.skills) || names(queue.relaxation as SkillAt[])) use(by);
    });
    if (asRows<Rule>(config.rules).some((rule) => names(rule.skills))) use('rules');
    eachAgent(config, (agent, by) => names(agent.skills) && use(by));
  },
  profiles: (config, id, use) => eachAgent(config, (agent, by) => agent.profile === id && use(by)),
  hours: (config, id, use) => eachQueue(config, (queue, by) => queue.hours === id && use(by)),
};

function eachQueue(config: Configuration, look: (queue: QueueConfig, by: Place) => unknown) {
  for (const id in config.queues) look(config.queues[id] ?? {}, placeOf('queues', id));
}

function eachAgent(config: Configuration, look: (agent: AgentConfig, by: Place) => unknown) {
  for (const id in config.agents) look(config.agents[id] ?? {}, placeOf('agents', id));
}

/** An imported draft may hold anything. */
function asRows<Row>(value: unknown): Row[] {
  return Array.isArray(value) ? value : [];
}
