// Everything that the library offers. Names that are not here are not for others to use.

export * from './api.ts';
export type { CommandType, Fields, ReplyTo } from './commands.ts';
// By name: what the server's documents call the same gives way to these, which have no nulls.
export {
  type AgentConfig,
  type Configuration,
  DAYS,
  type Day,
  type Hours,
  type HoursException,
  type Named,
  ON_NO_ANSWER,
  POLICY_DEFAULTS,
  type Policies,
  type PolicyName,
  type ProfileQueue,
  type QueueConfig,
  type QueueMessages,
  type QueuePolicies,
  type Relaxation,
  type Rule,
  SELECTIONS,
  type Seconds,
  type SkillAt,
  START_FIELDS,
  type Text,
  type Weekly,
  type WidgetConfig,
  type WidgetField,
  type WidgetFieldKind,
  ZERO_ELIGIBLE,
} from './config.ts';
export type { Conversation } from './conversation.ts';
export { type Customer, type CustomerOptions, customer, type Stage } from './customer.ts';
export type { DmDraft, Dms, Thread } from './dms.ts';
export { asBatonError, BatonError, type ErrorCode } from './errors.ts';
export { type Call, type Http, request } from './http.ts';
export type { Draft, Line } from './lines.ts';
export type { OfferGone, OpenOffer } from './offers.ts';
export {
  type Clock,
  type KeyValue,
  memoryStorage,
  type Platform,
  platformWith,
  type Socket,
} from './platform.ts';
export {
  type Connection,
  type Happening,
  openSession,
  type Session,
  type SessionOptions,
} from './session.ts';
export { getSignInWays, redeemCode, type SignInService, signInAs } from './sign-in.ts';
export {
  type Added,
  type AddOptions,
  connectStaff,
  type Staff,
  type StaffOptions,
} from './staff.ts';
export * from './types.ts';
export { type Cell, cell, type Readable } from './value.ts';
export { type WatchedChat, watchChat } from './watched.ts';
