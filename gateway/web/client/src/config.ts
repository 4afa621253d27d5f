// A workspace's configuration, as the server reads and writes it: one document. What it does not
// know here, a newer server may: keep unknown fields when sending a document back.

import type { Id, Permille } from './types.ts';

/** Seconds, fractional. */
export type Seconds = number;

/** A workspace. Everything but `queues` and `agents` may be missing. */
export interface Configuration {
  /** Set by the server; may be sent back. */
  workspace?: string;
  /** Set by the server; may be sent back. */
  version?: number;
  /** IANA name; UTC unless given. */
  time_zone?: string;
  /** Origins that may open sockets and start chats, beside the server's own. */
  origins?: string[];
  /** Where chats go that name no queue. */
  default_queue?: Id;
  policies?: Policies;
  skills?: Record<Id, Named>;
  queues: Record<Id, QueueConfig>;
  profiles?: Record<string, ProfileQueue[]>;
  agents: Record<Id, AgentConfig>;
  supervisors?: Record<string, Named>;
  hours?: Record<string, Hours>;
  /** The first that holds applies. */
  rules?: Rule[];
  widget?: WidgetConfig;
}

export interface Named {
  /** The id where missing. */
  name?: string;
}

/** An ability, or a requirement's least level: 1 to 10, 1 unless given. */
export interface SkillAt {
  skill: Id;
  level?: number;
}

export interface QueueConfig extends Named {
  /** Required of agents. */
  skills?: SkillAt[];
  /** 0 to 9, 9 goes first. */
  priority?: number;
  /** Its entries are served as if they had come so much earlier. */
  head_start_s?: Seconds;
  /** What one chat costs. */
  weight?: Permille;
  /** What an agent must have free beyond the weight. */
  spare?: Permille;
  /** Most entries; none: no bound. */
  max_length?: number;
  /** More than `max_length` for transfers. */
  transfer_headroom?: number;
  /** Name of opening hours; none: always open. */
  hours?: string;
  /** Takes no chats now. */
  closed?: boolean;
  /** Where chats go that it does not take. */
  overflow?: Id;
  relaxation?: Relaxation[];
  messages?: QueueMessages;
  /** In place of the workspace's. */
  policies?: QueuePolicies;
}

/** Requirements that are lowered, or dropped without a level, as the wait grows. */
export interface Relaxation {
  after_s: Seconds;
  skill: Id;
  level?: number;
}

/** One text for everybody, or one a language. */
export type Text = string | Record<string, string>;

export interface QueueMessages {
  greeting?: Text;
  transfer?: Text;
  /** `{position}` and `{ewt}` are filled in. */
  waiting?: { every_s: Seconds; text: Text };
  /** After half the inactivity time. */
  inactivity?: Text;
  closed?: Text;
}

export interface ProfileQueue {
  queue: Id;
  /** Lower is served first. */
  rank?: number;
  /** Only entries older than this. */
  delay_s?: Seconds;
}

export interface AgentConfig extends Named {
  skills?: SkillAt[];
  capacity?: Permille;
  /** Which queues; none: every queue. */
  profile?: string;
}

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

export interface Weekly {
  days: Day[];
  /** `HH:MM`. */
  from: string;
  /** `HH:MM`; `24:00` is the end of the day. */
  to: string;
}

/** One date in place of the week's; without times: closed. */
export interface HoursException {
  /** `YYYY-MM-DD`. */
  date: string;
  from?: string;
  to?: string;
}

export interface Hours {
  weekly?: Weekly[];
  exceptions?: HoursException[];
}

export interface Rule {
  /** CEL. */
  if: string;
  queue?: Id;
  priority?: number;
  /** Required beyond the queue's. */
  skills?: SkillAt[];
}

export type WidgetFieldKind = 'text' | 'email' | 'choice' | 'long';

export interface WidgetField {
  /** `name`, `email`, or the attribute of the chat that it becomes. */
  name: string;
  label: Text;
  /** `text` unless given. */
  kind?: WidgetFieldKind;
  /** Without an answer there is no chat. */
  required?: boolean;
  /** Of a choice. */
  options?: string[];
}

/** The form before a chat: which queues are offered, and what is asked. */
export interface WidgetConfig {
  queues?: Id[];
  fields?: WidgetField[];
}

export const SELECTIONS = [
  'longest_idle',
  'least_loaded',
  'most_skilled',
  'round_robin',
  'fewest_today',
] as const;
export const ZERO_ELIGIBLE = [
  'hold_with_initiator',
  'queue_anyway',
  'refuse',
  'overflow_to',
] as const;
export const ON_NO_ANSWER = ['not_ready', 'stay_ready'] as const;
export const START_FIELDS = ['skills', 'priority', 'preferred_agent'] as const;

/** What a queue may set in place of the workspace. */
export interface QueuePolicies {
  offer_s?: Seconds;
  customer_grace_s?: Seconds;
  inactivity_s?: Seconds;
  wrapup_s?: Seconds;
  unattended_s?: Seconds;
  ramp_up_s?: Seconds;
  max_wait_s?: Seconds;
  no_agent_wait_s?: Seconds;
  service_level_s?: Seconds;
  short_abandon_s?: Seconds;
  preferred_s?: Seconds;
  starvation_s?: Seconds;
  selection?: (typeof SELECTIONS)[number];
  zero_eligible?: (typeof ZERO_ELIGIBLE)[number];
  on_no_answer?: (typeof ON_NO_ANSWER)[number];
  invite_over_capacity?: boolean;
}

export interface Policies extends QueuePolicies {
  agent_grace_s?: Seconds;
  reopen_s?: Seconds;
  max_hops?: number;
  pair_cooldown_s?: Seconds;
  single_connection?: boolean;
  assign_over_capacity?: boolean;
  start_fields?: (typeof START_FIELDS)[number][];
}

/** What holds where neither queue nor workspace says anything; `null`: no such time. */
export const POLICY_DEFAULTS = {
  offer_s: 20,
  customer_grace_s: 60,
  inactivity_s: 600,
  wrapup_s: 60,
  unattended_s: 120,
  ramp_up_s: 0,
  max_wait_s: null,
  no_agent_wait_s: null,
  service_level_s: 20,
  short_abandon_s: 5,
  preferred_s: 30,
  starvation_s: null,
  selection: 'longest_idle',
  zero_eligible: 'hold_with_initiator',
  on_no_answer: 'not_ready',
  invite_over_capacity: false,
  agent_grace_s: 30,
  reopen_s: 1800,
  max_hops: 10,
  pair_cooldown_s: 0,
  single_connection: false,
  assign_over_capacity: false,
  start_fields: START_FIELDS,
} as const satisfies { [Name in keyof Required<Policies>]: unknown };

export type PolicyName = keyof typeof POLICY_DEFAULTS;
