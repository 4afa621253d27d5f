// Who can take whose chats, by profile and skills: at once, and when all requirements are relaxed.

import type { AgentConfig, Configuration, QueueConfig, SkillAt } from '@baton/client';

export interface Able {
  /** Agents; the first `most` of each. */
  atOnce: string[];
  atOnceCount: number;
  laterCount: number;
}

export function ableFor(config: Configuration, id: string, most = 12): Able {
  const queue = config.queues[id] ?? {};
  const [first, last] = [queue.skills ?? [], relaxed(queue)];
  const able: Able = { atOnce: [], atOnceCount: 0, laterCount: 0 };
  for (const name in config.agents) {
    const agent = config.agents[name] ?? {};
    if (!serves(config.profiles, agent, id)) continue;
    if (hasAll(agent, last)) able.laterCount++;
    if (!hasAll(agent, first)) continue;
    if (able.atOnceCount++ < most) able.atOnce.push(name);
  }
  return able;
}

/** Queues whose chats an agent can take at once. */
export function takenBy(
  queues: Record<string, QueueConfig>,
  profiles: Configuration['profiles'],
  agent: AgentConfig,
): string[] {
  return Object.keys(queues).filter(
    (id) => serves(profiles, agent, id) && hasAll(agent, queues[id]?.skills ?? []),
  );
}

function serves(profiles: Configuration['profiles'], agent: AgentConfig, queue: string): boolean {
  const rows = agent.profile === undefined ? undefined : profiles?.[agent.profile];
  return rows === undefined || rows.some((row) => row.queue === queue);
}

function hasAll(agent: AgentConfig, needs: readonly SkillAt[]): boolean {
  return needs.every((need) => {
    const own = agent.skills?.find((row) => row.skill === need.skill);
    return own !== undefined && (own.level ?? 1) >= (need.level ?? 1);
  });
}

/** What is required when the last step has come. */
function relaxed(queue: QueueConfig): SkillAt[] {
  const steps = [...(queue.relaxation ?? [])].sort((a, b) => a.after_s - b.after_s);
  return (queue.skills ?? []).flatMap((need) => {
    let level: number | undefined = need.level ?? 1;
    for (const step of steps) {
      if (step.skill !== need.skill || level === undefined) continue;
      level = step.level === undefined ? undefined : Math.min(level, step.level);
    }
    return level === undefined ? [] : [{ skill: need.skill, level }];
  });
}
