// The board of whoever is signed in: one connection, the rows that it watches, and what follows
// from them. Components read it; nothing else holds state of the server's.

import {
  type AgentRow,
  asBatonError,
  connectStaff,
  type Id,
  type QueueRow,
  type Staff,
  type StaffOptions,
} from '@baton/client';
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { toSignal } from '../../../shared/src/bind.ts';
import { arrived } from './ages.ts';
import { type Alert, look } from './alerts.ts';
import { byName } from './by-name.ts';
import { now, runClock } from './clock.ts';
import { type Histories, histories } from './histories.ts';

/** Whether anybody leads is asked this often: without a leader nothing is told. */
const LEADER_MS = 5_000;
/** Agents that are not configured any more are noticed within. */
const AGENTS_MS = 60_000;

export interface Board {
  readonly staff: Staff;
  /** Whether the person may do more than look. */
  readonly oversees: boolean;
  /** By name. */
  readonly queues: ReadonlySignal<readonly QueueRow[]>;
  readonly agents: ReadonlySignal<ReadonlyMap<Id, AgentRow>>;
  readonly agentsByName: ReadonlySignal<readonly AgentRow[]>;
  /** Whether the queues have come at all. */
  readonly isKnown: ReadonlySignal<boolean>;
  readonly hasLeader: ReadonlySignal<boolean>;
  /** Since when what is shown may be old; null while it is as of now. */
  readonly staleSince: ReadonlySignal<string | null>;
  readonly alerts: ReadonlySignal<readonly Alert[]>;
  readonly histories: Histories;
  close(): void;
}

export interface BoardOptions extends StaffOptions {
  oversees: boolean;
}

export function openBoard({ oversees, ...options }: BoardOptions): Board {
  const staff = connectStaff(options);
  const past = histories(staff.http);
  const queueRows = toSignal(staff.queues);
  const agents = toSignal(staff.agents);
  const { hasLeader, isKnown, stop } = keepAsking(staff);
  const queuesByName = byName<QueueRow>(
    (row) => row.queue,
    (row) => row.name,
  );
  const agentsByName = byName<AgentRow>(
    (row) => row.agent,
    (row) => row.name,
  );
  const queues = computed(() => queuesByName(queueRows.value.values()));
  const alerts = signal<readonly Alert[]>([]);
  const connection = toSignal(staff.connection);
  const isLive = computed(() => connection.value.state === 'online' && hasLeader.value);
  const staleSince = signal<string | null>(null);
  let idleSince: ReadonlyMap<Id, number> = new Map();
  const ends = [
    runClock(),
    staff.watch('queues'),
    staff.watch('agents'),
    effect(() => queueRows.value.forEach(arrived)),
    effect(() => {
      staleSince.value = isLive.value ? null : new Date().toISOString();
    }),
    effect(() => {
      const found = look({
        queues: queues.value,
        agents: agents.value.values(),
        hasLeader: hasLeader.value,
        nowMs: now.value,
        idleSince,
      });
      idleSince = found.idleSince;
      alerts.value = found.alerts;
    }),
    stop,
    past.close,
    staff.close,
  ];
  return {
    staff,
    oversees,
    queues,
    agents,
    agentsByName: computed(() => agentsByName(agents.value.values())),
    isKnown: computed(() => isKnown.value || queueRows.value.size > 0),
    hasLeader,
    staleSince,
    alerts,
    histories: past,
    close: () => ends.forEach((end) => void end()),
  };
}

/** Reads the lists again and again: what is gone goes, and a missing leader is noticed. */
function keepAsking(staff: Staff) {
  const { clock } = staff.http.platform;
  const hasLeader = signal(true);
  const isKnown = signal(false);
  let agentsAt = Number.NEGATIVE_INFINITY;
  let cancel = () => {};
  let isOver = false;
  const isOnline = () => staff.connection.get().state === 'online';
  const ask = async () => {
    cancel();
    try {
      await staff.refresh('queues');
      hasLeader.value = true;
      isKnown.value = true;
      if (clock.now() - agentsAt > AGENTS_MS) {
        agentsAt = clock.now();
        await staff.refresh('agents');
      }
    } catch (error) {
      const { code } = asBatonError(error);
      // Where the connection stands and still nothing comes, nobody decides either.
      if (code === 'unavailable' || (code === 'network' && isOnline())) hasLeader.value = false;
    }
    cancel();
    if (!isOver) cancel = clock.after(LEADER_MS, ask);
  };
  const endListening = staff.session.listen(({ type }) => {
    if (type !== 'welcome') return;
    agentsAt = Number.NEGATIVE_INFINITY;
    void ask();
  });
  const stop = () => {
    isOver = true;
    cancel();
    endListening();
  };
  return { hasLeader, isKnown, stop };
}

const BoardContext = createContext<Board | null>(null);
export const BoardProvider = BoardContext.Provider;

/** The board that the component is part of. */
export function useBoard(): Board {
  const board = useContext(BoardContext);
  if (!board) throw new Error('there is no board around this component');
  return board;
}
