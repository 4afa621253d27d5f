// Types of the public contract, as the server describes itself. Written by `npm run types`: change
// the Rust types and run it again.

/** Answer of `POST /chats` while no router decides: 202. */
export interface Accepted {
  /** The chat. */
  chat_id: Id;
  /** Renew it before. */
  expires_at: ApiTime;
  /** Where it waits. */
  queue?: Id | null;
  /** Number of the last line. */
  seq: number;
  /** `queued` or already `offered`. */
  state: ChatState;
  /** Good for this chat alone. */
  token: string;
}

/** What an agent does, derived. */
export type Activity = 'idle' | 'offered' | 'handling' | 'wrapup';

/** What `chat.add_queue` tells beside the invitation. */
export interface AddedQueue {
  /** Expected wait there. */
  ewt?: Ewt | null;
  /** Leaving will need `confirm`. */
  held?: boolean | null;
  /** Place there. */
  position?: number | null;
  /** Where it went. */
  queue: Id;
  /** What is wrong with that queue. */
  warning?: Code | null;
}

/** An agent. */
export interface Agent {
  /** What the agent can carry; 1000 unless given. */
  capacity?: Permille | null;
  /** The name; the id where missing. */
  name?: string | null;
  /** Which queues; none: every queue. */
  profile?: string | null;
  /** Abilities. */
  skills?: SkillLevel[];
}

/** Sets an agent's status. */
export interface AgentForceStatus {
  agent: Id;
  /** Their chats go on without them. */
  evict?: boolean | null;
  status: Status;
}

/** An agent. */
export interface AgentRow {
  /** Derived. */
  activity: Activity;
  /** Who. */
  agent: Id;
  /** In permille. */
  capacity: Capacity;
  /** Reachability. */
  connectivity: Connectivity;
  /** What the agent has to do. */
  load: Load;
  /** Name. */
  name: string;
  /** What it becomes when the work ends. */
  next_status?: Status | null;
  /** Its reason. */
  reason?: string | null;
  /** Rises with every change. */
  rev: number;
  /** Last change of `status`. */
  since: ApiTime;
  /** Configured. */
  skills: SkillLevel[];
  /** Chosen status. */
  status: Status;
}

/** `GET /agents/{id}/statistics`: since the agent is configured, as of now. */
export interface AgentStatistics {
  /** Chats accepted since midnight of the workspace. */
  accepted_today: number;
  /** Who. */
  agent: Id;
  /** As of then. */
  at: ApiTime;
  /** What chats and wrap-ups took, as a part of what could be carried while ready. */
  capacity_occupancy: number | null;
  /** Their time from joining to the end of the wrap-up, together. */
  handle_s: number;
  /** Chats that the agent is done with. */
  handled: number;
  /** Seconds logged out. */
  logged_out_s: number;
  /** Seconds not ready. */
  not_ready_s: number;
  /** The work as a part of the time ready. */
  occupancy: number | null;
  /** Offers that ended, by how. */
  offers: OfferCounts;
  /** Seconds ready. */
  ready_s: number;
  /** Of the seconds ready: with at least one chat or wrap-up. */
  work_s: number;
  /** The wrap-ups in it. */
  wrapup_s: number;
}

/** Chooses a status. */
export interface AgentStatus {
  /** Not before the current work ends. */
  after_work?: boolean | null;
  reason?: string | null;
  status: Status;
}

/** `GET /agents/{id}/why`. */
export interface AgentWhy {
  /** Who. */
  agent: Id;
  /** How many are left out. */
  more?: number | null;
  /** The same of each queue. */
  queues: QueueWhy[];
  /** Why they get nothing now, in one sentence. */
  text: string;
}

/** `GET /agents`. */
export interface Agents {
  /** By id. */
  agents: AgentRow[];
  /** Goes into `cursor` for more. */
  next?: string | null;
}

/** An answer on the socket. */
export type AnswerFrame = Partial<Reply> & {
  /** If not, why. */
  error?: ErrorBody | null;
  /** Whether it took effect. */
  ok: boolean;
  /** The command's id. */
  re?: string | null;
};

export type ApiTime = string;

/** Body of `POST /quotes`. */
export interface AskQuote {
  /** Of this chat. */
  chat_id: Id;
  /** To an agent or a queue. */
  to: Target;
}

/** A reason and what goes with it. */
export interface Because {
  /**
   * `not_ready`: for what, or `after_work` while another status waits for the work to end.
   * `offline`: `logged_out`, if so. `excluded`: `declined`, `in_chat`, `invited`, `away` (lost
   * the chat, and was not back since), `was_in_chat` (when the queue was added to it).
   */
  detail?: string | null;
  /** ... and the least level. */
  level?: Level | null;
  /** The reason. */
  reason: Reason;
  /** `skill`: the one that is lacked ... */
  skill?: Id | null;
}

/** The last frame from the server. */
export interface Bye {
  code?: Code | null;
  reason: ByeReason;
  /** Without it, stay away. */
  reconnect_in_s?: number | null;
}

/** Why the server closes. */
export type ByeReason = 'draining' | 'replaced' | 'token_expired' | 'slow' | 'invalid' | 'unavailable';

/** Somebody who was not chosen. */
export type Candidate = Because & {
  /** Who. */
  agent: Id;
};

/** What an agent carries. */
export interface Capacity {
  /** All there is. */
  total: Permille;
  /** Offers, chats and wrap-ups. */
  used: Permille;
}

/** What happened to a participant. */
export type Change = 'invited' | 'connected' | 'disconnected' | 'left' | 'removed' | 'lost';

/** A chat. */
export type Chat = Partial<Inside> & {
  /** Which. */
  chat_id: Id;
  /** Set once it is over. */
  closed?: Closed | null;
  /** Expected wait there. */
  ewt?: Ewt | null;
  /** When it began. */
  opened_at: ApiTime;
  /** One row a person. */
  participants: Participant[];
  /** Place there while no agent is connected, from 1. */
  position?: number | null;
  /** Queue of the newest served entry, or of the live one while no agent is connected. */
  queue?: Id | null;
  /** Rises with every change. */
  rev: number;
  /** Number of the last line for the reader. */
  seq: number;
  /** Where it stands. */
  state: ChatState;
};

/** "+" for an agent. */
export interface ChatAddAgent {
  agent: Id;
  chat_id: Id;
  note?: string | null;
}

/** "+" for a queue. */
export interface ChatAddQueue {
  chat_id: Id;
  confirm?: boolean | null;
  note?: string | null;
  priority?: Priority | null;
  queue: Id;
  skills?: SkillLevel[] | null;
}

/** Takes an invitation back. */
export interface ChatCancelInvite {
  chat_id: Id;
  invite_id: Id;
}

/** Ends a chat for everybody. */
export interface ChatEnd {
  chat_id: Id;
}

/** End Chat. */
export interface ChatLeave {
  blind?: boolean | null;
  chat_id: Id;
  confirm?: boolean | null;
  disposition?: string | null;
  note?: string | null;
}

/** Types, or has read. */
export interface ChatMark {
  chat_id: Id;
  /** Id of the last line that was read. */
  upto?: string | null;
}

/** Joins a chat to oversee it, goes on in another way, or leaves it. */
export interface ChatMonitor {
  chat_id: Id;
  mode: MonitorMode;
}

/** Gives a chat to somebody else. */
export interface ChatReassign {
  chat_id: Id;
  to: Target;
}

/** Removes an agent. */
export interface ChatRemoveParticipant {
  chat_id: Id;
  participant: string;
}

/** Says something. */
export interface ChatSend {
  chat_id: Id;
  client_id: string;
  text: string;
  visibility?: Visibility | null;
}

/** Where a chat stands. */
export type ChatState = 'queued' | 'offered' | 'active' | 'unattended' | 'wrapup' | 'closed';

/** Adds and leaves in one. */
export interface ChatTransfer {
  chat_id: Id;
  confirm?: boolean | null;
  note?: string | null;
  to: Target;
}

/** Changes the contact panel; `null` removes. */
export interface ChatUpdate {
  attributes: Record<string, unknown>;
  chat_id: Id;
}

/** `GET /chats/{id}/why`. */
export interface ChatWhy {
  /** Which. */
  chat_id: Id;
  /** The offers that were made of it, oldest first. */
  decisions: Decision[];
  /** What it waits for now. */
  waiting?: Waiting | null;
}

/** `GET /chats`. */
export interface Chats {
  /** Oldest first. */
  chats: Chat[];
  /** Goes into `cursor` for more. */
  next?: string | null;
}

/** `POST /config/check`. */
export interface Checked {
  /** Errors first. */
  findings: Finding[];
  /** No finding is an error. */
  ok: boolean;
}

/** A command. */
export type ClientCommand = AgentStatus & {
  type: 'agent.status';
} | OfferAnswer & {
  type: 'offer.accept';
} | OfferAnswer & {
  type: 'offer.decline';
} | ChatSend & {
  type: 'chat.send';
} | ChatMark & {
  type: 'chat.typing';
} | ChatMark & {
  type: 'chat.read';
} | ChatAddAgent & {
  type: 'chat.add_agent';
} | ChatAddQueue & {
  type: 'chat.add_queue';
} | ChatCancelInvite & {
  type: 'chat.cancel_invite';
} | ChatLeave & {
  type: 'chat.leave';
} | ChatTransfer & {
  type: 'chat.transfer';
} | ChatRemoveParticipant & {
  type: 'chat.remove_participant';
} | ChatReassign & {
  type: 'chat.reassign';
} | ChatMonitor & {
  type: 'chat.monitor';
} | AgentForceStatus & {
  type: 'agent.force_status';
} | ChatEnd & {
  type: 'chat.end';
} | ChatUpdate & {
  type: 'chat.update';
} | WrapupComplete & {
  type: 'wrapup.complete';
} | DmSend & {
  type: 'dm.send';
} | DmHistory & {
  type: 'dm.history';
} | Watch & {
  type: 'watch';
} | Watch & {
  type: 'unwatch';
} | TokenRenew & {
  type: 'token.renew';
} | Ping & {
  type: 'ping';
};

/** Why a chat is over. */
export type CloseReason = 'resolved' | 'customer_left' | 'inactivity' | 'abandoned' | 'orphaned' | 'deflected';

/** How a chat ended. */
export interface Closed {
  /** When. */
  at: ApiTime;
  /** Id of the person who ended it. */
  by?: string | null;
  /** Of a deflected one: why. */
  code?: Code | null;
  /** Why. */
  reason: CloseReason;
}

/** Why something was refused. Persisted in the journal: keep stable. */
export type Code = 'invalid' | 'unauthenticated' | 'forbidden' | 'not_found' | 'queue_not_found' | 'agent_not_found' | 'chat_closed' | 'queue_full' | 'queue_closed' | 'no_eligible_agent' | 'offer_stale' | 'would_orphan' | 'hop_limit' | 'already_participant' | 'at_capacity' | 'conflict' | 'too_large' | 'rate_limited' | 'unavailable' | 'internal';

/** What a page came back with from the sign-in service. */
export interface CodeBody {
  /** The `code` of the address that the service sent the page to. */
  code: string;
  /** What the challenge was made of. */
  code_verifier: string;
  /** What the ID token must repeat. */
  nonce: string;
  /** Where the service was asked to send the page. */
  redirect_uri: string;
}

/** Whether an agent can be reached. */
export type Connectivity = 'online' | 'grace' | 'lost';

/** Who the customer is, as far as they said. */
export interface CustomerCard {
  /** E-mail address. */
  email?: string | null;
  /** The caller's own id for the person. */
  id?: string | null;
  /** Name. */
  name?: string | null;
}

/** A day of the week. */
export type Day = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** A routing decision. */
export interface Decision {
  /** The supervisor who assigned it. */
  assigned_by?: Id | null;
  /** Their name. */
  assigned_by_name?: string | null;
  /** When. */
  at: ApiTime;
  /** Who was not chosen and why, the nearest first. */
  candidates: Candidate[];
  /** To whom it was offered. */
  chosen: Id;
  /** Of this entry. */
  entry_id: Id;
  /** How many are left out. */
  more?: number | null;
  /** The offer it led to. */
  offer_id: Id;
  /** How the offer ended; absent while it is open. */
  outcome?: OfferOutcome | null;
  /** The policy that chose; absent where a person did. */
  policy?: Selection | null;
  /** Which waited here. */
  queue: Id;
  /** Why this one, in one sentence. */
  text: string;
  /** The agent who transferred the chat to just this one. */
  transferred_by?: Id | null;
}

/** One internal message. */
export interface Dm {
  /** When it was stored. */
  at: ApiTime;
  /** The writer's own id of it. */
  client_id: string;
  /** Which. */
  dm_id: string;
  /** Id of who wrote it. */
  from: string;
  /** Its number in the pair's count. */
  seq: number;
  /** What was said. */
  text: string;
  /** Id of whom it is for. */
  to: string;
}

/** Reads what was said with a colleague, or the last line with each. */
export interface DmHistory {
  after?: number | null;
  limit?: number | null;
  to?: string | null;
}

/** A page of internal chat. */
export interface DmPage {
  /** Ascending. */
  dms: Dm[];
  /** The pair's last number; the number of lines told where there is no pair. */
  last: number;
}

/** Says something to a colleague. */
export interface DmSend {
  client_id: string;
  text: string;
  to: string;
}

/** `error` of a socket answer. */
export interface ErrorBody {
  /** `offer_stale`: the agent who won. */
  by?: Id | null;
  /** The code. */
  code: Code;
  /** For people; of a revoked offer the word that says why. */
  detail: string;
  /** `invalid` configuration: what the check found. */
  findings?: Finding[];
  /** `invalid`: the field. */
  path?: string | null;
  /** `rate_limited`, `unavailable`: when to try again. */
  retry_after_s?: number | null;
  /** `offer_stale`: how the offer ended. */
  why?: OfferOutcome | null;
}

/** An event. */
export type Event = Welcome & {
  type: 'welcome';
} | {
  offer: Offer;
  type: 'offer.new';
} | {
  detail?: Withdrawn | null;
  offer_id: Id;
  type: 'offer.gone';
  why: OfferOutcome;
} | {
  change: Change;
  chat_id: Id;
  participant: Participant;
  reason?: string | null;
  seq: number;
  type: 'chat.participant';
} | Invite & {
  chat_id: Id;
  seq: number;
} & {
  type: 'chat.invite';
} | Chat & {
  type: 'chat.state';
} | {
  chat_id: Id;
  message: Message;
  seq: number;
  type: 'chat.message';
} | {
  chat_id: Id;
  from: Sender;
  seq: number;
  type: 'chat.typing';
  upto?: string | null;
} | {
  chat_id: Id;
  from: Sender;
  seq: number;
  type: 'chat.read';
  upto?: string | null;
} | {
  chat_id: Id;
  ewt?: Ewt | null;
  position: number;
  seq: number;
  type: 'chat.position';
} | AgentRow & {
  type: 'agent.state';
} | QueueRow & {
  type: 'queue.state';
} | {
  dm: Dm;
  type: 'dm.message';
} | Holdings & {
  type: 'resync';
} | Bye & {
  type: 'bye';
};

/** Expected wait. */
export interface Ewt {
  /** Half of such waits are shorter. */
  p50_s: number;
  /** Nine in ten are shorter. */
  p90_s: number;
}

/** What is answered to a question. */
export type FieldKind = 'text' | 'email' | 'choice' | 'long';

/** One thing found. */
export interface Finding {
  /** What, as a word. */
  code: string;
  /** What and what to do, as a sentence. */
  message: string;
  /** Where, as `queues.billing.skills[0]`. */
  path: string;
  /** How bad. */
  severity: Severity;
}

/** The form, in the customer's language. */
export interface Form {
  /** Questions in their order. */
  fields: Question[];
  /** Whether a chat that is started now would be taken, where the queue is not chosen here. */
  open: boolean;
  /** Queues to choose from; none: nothing is asked. */
  queues: FormQueue[];
}

/** One question of the form. */
export interface FormField {
  /** What is answered. */
  kind?: FieldKind;
  /** The question. */
  label: Text;
  /** `name`, `email`, or the attribute that it becomes. */
  name: string;
  /** The answers of a choice. */
  options?: string[];
  /** Without an answer there is no chat. */
  required?: boolean;
}

/** A queue to choose. */
export interface FormQueue {
  /** For people. */
  name: string;
  /** Whether it, or where it overflows to, takes chats now. */
  open: boolean;
  /** Goes into `queue`. */
  queue: Id;
}

/** The fields of the client's first frame. */
export interface Hello {
  client_id: string;
  /** Not used; every frame may have one. */
  id?: string | null;
  /** Chat → number of the last line that the client has. */
  resume?: Record<string, number> | null;
  token: string;
}

/** What a person holds. */
export interface Holdings {
  agent?: AgentRow | null;
  chats: Chat[];
  offers?: Offer[] | null;
}

/** Opening hours. */
export interface Hours {
  /** On single days, in place of the week's; without times: closed. */
  exceptions?: HoursException[];
  /** Every week. */
  weekly?: Weekly[];
}

/** Hours of one date. */
export interface HoursException {
  /** `YYYY-MM-DD`. */
  date: string;
  /** `HH:MM`; none: closed. */
  from?: string | null;
  /** `HH:MM`. */
  to?: string | null;
}

export type Id = string;

/** What agents and supervisors see of a chat beyond the customer's copy. */
export interface Inside {
  /** The contact panel. */
  attributes: Record<string, unknown>;
  /** Who the customer is. */
  customer: CustomerCard;
  /** Completed transfers. */
  hops: number;
  /** What agents noted in transfers and wrap-ups, oldest first; the newest 8. */
  notes?: Note[];
  /** Null when over. */
  owner?: Owner | null;
  /** The chat before it. */
  previous?: Id | null;
  /** There while an invitation or a transfer's entry lives. */
  transfer?: Transfer | null;
}

/** An invitation. */
export interface Invite {
  /** When it was made. */
  at: ApiTime;
  /** The agent who added. */
  by: Id;
  /** A queue's: the expected wait. */
  ewt?: Ewt | null;
  /** Which. */
  invite_id: Id;
  /** A queue's: the place there. */
  position?: number | null;
  /** Why it was cancelled. */
  reason?: Withdrawn | null;
  /** Where it stands. */
  state: InviteState;
  /** An agent or a queue. */
  to: Target;
}

/** Where an invitation stands. */
export type InviteState = 'pending' | 'queued' | 'accepted' | 'declined' | 'expired' | 'cancelled';

export type Level = number;

/** What a system line tells. */
export interface LineEvent {
  /** `connected`, `left`, `removed`, `lost` or `ended`. */
  change: string;
  /** Who. */
  participant?: Sender | null;
  /** Where the chat now waits. */
  queue?: string | null;
  /** Why it ended. */
  reason?: CloseReason | null;
  /** Names of agents who are still there. */
  stays?: string[] | null;
}

/** What kind of line. */
export type LineKind = 'text' | 'system' | 'auto';

/** Counts of what an agent has to do. */
export interface Load {
  /** Chats. */
  handling: number;
  /** Pending offers. */
  offered: number;
  /** Wrap-ups. */
  wrapup: number;
}

/** A line. */
export interface Message {
  /** When it was stored. */
  at: ApiTime;
  /** In which chat. */
  chat_id: Id;
  /** The sender's own id of it. */
  client_id?: string | null;
  /** What a system line tells, for programs. */
  event?: LineEvent | null;
  /** Who said it. */
  from: Sender;
  /** What kind. */
  kind: LineKind;
  /** Which. */
  message_id: string;
  /** Its number for the reader. */
  seq: number;
  /** What was said. */
  text: string;
  /** For whom. */
  visibility: Visibility;
}

/** A page of lines. */
export interface Messages {
  /** The chat's last number, not the page's. */
  last: number;
  /** Ascending, without gaps. */
  messages: Message[];
}

/** Supervisors' ways of joining a chat. */
export type Mode = 'monitor' | 'coach' | 'barge';

/** A supervisor's way of being in a chat, or of not being there. */
export type MonitorMode = 'monitor' | 'coach' | 'barge' | 'off';

/** Something with a name. */
export interface Named {
  /** The name; the id where missing. */
  name?: string | null;
}

/** What an agent left for whoever comes after them. */
export interface Note {
  /** When. */
  at: ApiTime;
  /** Who. */
  by: Id;
  /** A wrap-up's outcome. */
  disposition?: string | null;
  /** On which occasion. */
  kind: NoteKind;
  /** The note. */
  text?: string | null;
}

/** On which occasion an agent left a note. */
export type NoteKind = 'handover' | 'wrapup';

/** An offer. */
export interface Offer {
  /** The supervisor who gave it to the agent. */
  assigned_by?: Id | null;
  /** The agents' copy. */
  chat: Chat;
  /** When it expires. */
  expires_at: ApiTime;
  /** The same, without anybody's clock. */
  expires_in_s: number;
  /** Who transfers or invites. */
  from_agent?: Id | null;
  /** The invitation. */
  invite_id?: Id | null;
  /** Of an entry or an invitation. */
  kind: OfferKind;
  /** The last lines of a chat that is transferred. */
  last_lines?: Message[] | null;
  /** The transfer's note. */
  note?: string | null;
  /** Which. */
  offer_id: Id;
  /** How the entry came to be. */
  origin?: Origin | null;
  /** The agent has no room for it, and was given it all the same. */
  over_capacity?: boolean | null;
  /** The entry's queue. */
  queue?: Id | null;
  /** What the entry requires. */
  skills: SkillLevel[];
  /** How long the entry waited. */
  wait_s: number;
}

/** Takes or refuses an offer. */
export interface OfferAnswer {
  offer_id: Id;
  reason?: string | null;
}

/** Offers by how they ended. */
export interface OfferCounts {
  /** The agent took them. */
  accepted: number;
  /** The agent refused them. */
  declined: number;
  /** Nobody answered in time. */
  expired: number;
  /** They were taken back. */
  revoked: number;
}

/** What an offer is for. */
export type OfferKind = 'queue' | 'invite';

/** How an offer ended. */
export type OfferOutcome = 'accepted' | 'declined' | 'expired' | 'revoked';

/** What becomes of an agent who did not answer an offer. */
export type OnNoAnswer = 'not_ready' | 'stay_ready';

/** How an entry came to be. */
export type Origin = 'new' | 'transfer' | 'requeue' | 'overflow';

/** Who has a chat. */
export type Owner = {
  /** The agent connected longest. */
  agent: Id;
} | {
  /** The queue it waits in. */
  queue: Id;
} | {
  /** A running deadline. */
  unattended: ApiTime;
};

/** A person in a chat. */
export interface Participant {
  /** Who. */
  id: string;
  /** A supervisor's way of joining. */
  mode?: Mode | null;
  /** Name, empty if none is known. */
  name: string;
  /** As what. */
  role: Role;
  /** Where they stand. */
  state: ParticipantState;
  /** When a running wrap-up ends by itself; not in a customer's copy. */
  wrapup_until?: ApiTime | null;
}

/** Where a participant stands in a chat. */
export type ParticipantState = 'invited' | 'connected' | 'disconnected' | 'left' | 'removed' | 'lost' | 'wrapup' | 'done';

export type Permille = number;

/** Somebody to sign in as. */
export interface Person {
  /** For people. */
  name: string;
  /** As what. */
  role: Role;
  /** The token's `sub`. */
  sub: string;
}

/** Asks for a sign of life. */
export type Ping = object;

/** Policies as configured: what is missing is the default's, or the workspace's. */
export interface PolicySet {
  agent_grace_s?: Seconds | null;
  assign_over_capacity?: boolean | null;
  customer_grace_s?: Seconds | null;
  inactivity_s?: Seconds | null;
  invite_over_capacity?: boolean | null;
  max_hops?: number | null;
  max_wait_s?: Seconds | null;
  no_agent_wait_s?: Seconds | null;
  offer_s?: Seconds | null;
  on_no_answer?: OnNoAnswer | null;
  pair_cooldown_s?: Seconds | null;
  preferred_s?: Seconds | null;
  ramp_up_s?: Seconds | null;
  reopen_s?: Seconds | null;
  selection?: Selection | null;
  service_level_s?: Seconds | null;
  short_abandon_s?: Seconds | null;
  single_connection?: boolean | null;
  start_fields?: StartField[] | null;
  starvation_s?: Seconds | null;
  unattended_s?: Seconds | null;
  wrapup_s?: Seconds | null;
  zero_eligible?: ZeroEligible | null;
}

/** Body of `POST /chats/{id}/messages`. */
export interface PostMessage {
  /** The sender's own id: repeats are the same line. */
  client_id: string;
  /** What to say. */
  text: string;
  /** For whom; `all` unless given. */
  visibility?: Visibility | null;
}

export type Priority = number;

/** A refusal over HTTP: `application/problem+json`. */
export type Problem = ErrorBody & {
  /** The HTTP status. */
  status: number;
  /** The code in words. */
  title: string;
  /** `urn:baton:<code>`. */
  type: string;
};

/** A queue in a profile. */
export interface ProfileQueue {
  /** Only entries older than this. */
  delay_s?: Seconds | null;
  /** Which. */
  queue: Id;
  /** Lower is served first. */
  rank?: number | null;
}

/** `PUT /config`. */
export interface Published {
  /** Worth knowing; none is an error. */
  findings: Finding[];
  /** The version that it is now. */
  version: number;
}

/** A question of the form. */
export interface Question {
  /** What is answered. */
  kind: FieldKind;
  /** For people. */
  label: string;
  /** `name` and `email` go into `customer`, every other one into `attributes`. */
  name: string;
  /** The answers of a choice; others have none. */
  options?: string[];
  /** Without an answer there is no chat. */
  required: boolean;
}

/** A queue. */
export interface Queue {
  /** Takes no chats now. */
  closed?: boolean;
  /** Its entries are served as if they had come so much earlier. */
  head_start_s?: Seconds | null;
  /** Name of opening hours; none: always open. */
  hours?: string | null;
  /** Most entries; none: no bound. */
  max_length?: number | null;
  /** Automated messages. */
  messages?: QueueMessages;
  /** The name; the id where missing. */
  name?: string | null;
  /** Where chats go that it does not take. */
  overflow?: Id | null;
  /** In place of the workspace's. */
  policies?: PolicySet;
  /** Of its entries unless they bring their own. */
  priority?: Priority;
  /** Requirements that are lowered or dropped as the wait grows. */
  relaxation?: Relaxation[];
  /** Required of agents. */
  skills?: SkillLevel[];
  /** What an agent must have free beyond the weight. */
  spare?: Permille | null;
  /** More than `max_length` for transfers. */
  transfer_headroom?: number | null;
  /** What one chat costs. */
  weight?: Permille | null;
}

/** `GET /queues/{id}/history`. */
export interface QueueHistory {
  /**
   * The last four hours and what there is of the running step, oldest first; steps in which
   * nobody came, left or waited are left out.
   */
  buckets: QueueStep[];
  /** Which. */
  queue: Id;
  /** Seconds of a step. */
  step_s: number;
}

/** Automated messages of a queue. */
export interface QueueMessages {
  /** To a customer whose chat is refused because the queue is closed. */
  closed?: Text | null;
  /** To a customer who starts a chat. */
  greeting?: Text | null;
  /** To a customer who has been silent for half the inactivity time. */
  inactivity?: Text | null;
  /** To a customer whose chat is transferred to the queue. */
  transfer?: Text | null;
  /** To a customer who waits, every so often. */
  waiting?: WaitingMessage | null;
}

/** A queue. */
export interface QueueRow {
  /** Could take one this moment. */
  available_agents: number;
  /** Could take a chat if they had room. */
  eligible_agents: number;
  /** Expected wait of a chat that came now. */
  ewt?: Ewt | null;
  /** Name. */
  name: string;
  /** Age of the oldest. */
  oldest_wait_s: number;
  /** Takes new chats. */
  open: boolean;
  /** Which. */
  queue: Id;
  /** Rises with every change. */
  rev: number;
  /** Since midnight. */
  service_level: ServiceLevel;
  /** Entries waiting or offered. */
  waiting: number;
}

/** One step of it. */
export interface QueueStep {
  /** Those whose customers left while they waited. */
  abandoned: number;
  /** Those that an agent accepted. */
  accepted: number;
  /** Entries that came, however they came. */
  entered: number;
  /** When the step begins. */
  from: ApiTime;
  /** The most that waited at the same time, those on offer among them. */
  waiting_max: number;
  /** Of the accepted those within the target that the queue had then. */
  within_target: number;
}

/** Why an agent gets nothing from a queue. */
export type QueueWhy = Because & {
  /** Which. */
  queue: Id;
  /** In words. */
  text: string;
  /** How many wait there or are being offered. */
  waiting: number;
};

/** `GET /queues`. */
export interface Queues {
  /** Goes into `cursor` for more. */
  next?: string | null;
  /** By id. */
  queues: QueueRow[];
}

/** What a transfer would do. */
export interface Quote {
  /** Those who could take it this moment. */
  available: number;
  /** What is the matter, if anything. */
  code?: Code | null;
  /** Agents who could serve it if they had room; for an agent 0 or 1. */
  eligible: number;
  /** Expected wait there; null while nothing can be said. */
  ewt?: Ewt | null;
  /** What would become of it. */
  outcome: QuoteOutcome;
  /** What the queue does with transfers that nobody could serve; null for an agent. */
  policy?: ZeroEligible | null;
  /** Place in line, from 1; null for an agent, and if refused. */
  position?: number | null;
  /** Where it would go, if not where it was asked to. */
  queue?: Id | null;
}

/** What would become of it. */
export type QuoteOutcome = 'offered' | 'queued' | 'held' | 'overflowed' | 'refused';

/** Why somebody does not get something. Nearest to getting it first. */
export type Reason = 'later' | 'no_room' | 'ramp_up' | 'excluded' | 'not_ready' | 'offline' | 'skill' | 'profile' | 'nobody_waits';

/** A step of relaxation. */
export interface Relaxation {
  /** After so long a wait. */
  after_s: Seconds;
  /** is required at this level; none: not any more. */
  level?: Level | null;
  /** This skill */
  skill: Id;
}

/** Answer of `POST /chats/{id}/token`. */
export interface Renewed {
  /** Renew it before. */
  expires_at: ApiTime;
  /** The new token. */
  token: string;
}

/** What an answer tells; which fields there are depends on the command. */
export type Reply = Partial<AddedQueue> & Partial<DmPage> & {
  agent?: AgentRow | null;
  chat?: Chat | null;
  dm?: Dm | null;
  expires_at?: ApiTime | null;
  invite_id?: Id | null;
  message?: Message | null;
};

/** Role of a caller or of a participant. */
export type Role = 'customer' | 'agent' | 'supervisor' | 'admin';

/** A routing rule. */
export interface Rule {
  /** CEL expression. */
  if: string;
  /** Its priority. */
  priority?: Priority | null;
  /** Where the chat goes. */
  queue?: Id | null;
  /** Required beyond the queue's. */
  skills?: SkillLevel[];
}

export type Seconds = number;

/** Which of several available agents is chosen. */
export type Selection = 'longest_idle' | 'least_loaded' | 'most_skilled' | 'round_robin' | 'fewest_today';

/** Who said it. */
export interface Sender {
  /** Participant id, queue id, or `system`. */
  id: string;
  /** Their name at that time; empty for customers (the profile has it) and the system. */
  name?: string;
  /** Their role. */
  role: SenderRole;
}

/** Roles of senders. */
export type SenderRole = 'customer' | 'agent' | 'supervisor' | 'queue' | 'system';

/** The four service levels; null without data. */
export interface ServiceLevel {
  /** Accepted in time of all accepted. */
  answered?: number | null;
  /** The same without those abandoned in time. */
  excl_short?: number | null;
  /** Accepted in time of accepted and abandoned. */
  offered?: number | null;
  /** Accepted or abandoned in time of all that ended. */
  removed?: number | null;
  /** Counted from here. */
  since: ApiTime;
  /** The target. */
  target_s: number;
}

/** How bad a finding is. */
export type Severity = 'error' | 'warning' | 'info';

/** How one signs in. */
export type SignIn = {
  mode: 'demo';
  /** Whom the configuration names, and an administrator. */
  people: Person[];
} | {
  /** Where people are sent. */
  authorize: string;
  /** What the service calls Baton. */
  client_id: string;
  /** What the service calls itself; it comes back as `iss`. */
  issuer: string;
  mode: 'oidc';
  /** What is asked for. */
  scope: string;
} | {
  mode: 'token';
};

/** Whom to sign in. */
export interface SignInBody {
  /** As what. */
  role: Role;
  /** One of the people. */
  sub: string;
  /** `default` unless given. */
  workspace?: Id | null;
}

/** A token for somebody. */
export interface SignedIn {
  /** Not good any more from then on. */
  expires_at: ApiTime;
  /** Goes into `Authorization: Bearer` and `hello`. */
  token: string;
}

/** A skill with a level: an agent's ability, or a requirement's least level. */
export interface SkillLevel {
  /** 1 unless given. */
  level?: Level;
  /** The skill's configured name. */
  skill: Id;
}

/** Body of `POST /chats`. */
export interface StartBody {
  /** At most 32; strings, numbers, booleans. */
  attributes?: Record<string, unknown> | null;
  /** Who asks. */
  customer?: CustomerCard | null;
  /** Whom the customer would like. */
  preferred_agent?: Id | null;
  /** In place of the queue's. */
  priority?: Priority | null;
  /** May be missing if the configuration has a `default_queue`. */
  queue?: Id | null;
  /** Required beyond the queue's. */
  skills?: SkillLevel[] | null;
  /** The opening line. */
  text?: string | null;
  /** `default` unless given. */
  workspace?: Id | null;
}

/** What `POST /chats` may take from anyone. */
export type StartField = 'skills' | 'priority' | 'preferred_agent';

/** Answer of `POST /chats`: 201. */
export type Started = Accepted & {
  /** Expected wait. */
  ewt?: Ewt | null;
  /** Place in the queue, from 1. */
  position?: number | null;
};

/** An agent's chosen status. */
export type Status = 'ready' | 'not_ready' | 'logged_out';

/** Where a transfer goes. The same shape as in the API: `{"agent": …}` or `{"queue": …}`. */
export type Target = {
  /** To an agent. */
  agent: Id;
} | {
  /** To a queue. */
  queue: Id;
};

export type Text = string | Record<string, string>;

/** Prolongs a connection. */
export interface TokenRenew {
  token: string;
}

/** Invitations that live. */
export interface Transfer {
  /** Oldest first. */
  invites: Invite[];
}

/** A configuration that was published. */
export interface VersionRow {
  /** When it was published. */
  at: ApiTime;
  /** Who published it: a token's `sub`. */
  by: string;
  /** Goes into `GET /config?version=`. */
  version: number;
}

/** `GET /config/versions`. */
export interface Versions {
  /** Goes into `cursor` for more. */
  next?: string | null;
  /** Newest first. */
  versions: VersionRow[];
}

/** Who may read a line. */
export type Visibility = 'all' | 'agents';

/** What a chat waits for. */
export interface Waiting {
  /** Who does not take it now and why, the nearest first. */
  candidates: Candidate[];
  /** How many are left out. */
  more?: number | null;
  /** When it is old enough that others come in question. */
  others_at?: ApiTime | null;
  /** Where. */
  queue: Id;
  /** Since when. */
  since: ApiTime;
  /** In one sentence. */
  text: string;
}

/** A message that is repeated while a customer waits. */
export interface WaitingMessage {
  /** How often. */
  every_s: Seconds;
  /** `{position}` and `{ewt}` are filled in. */
  text: Text;
}

/** Begins or ends watching `queues`, `agents`, `chat:<id>`. */
export interface Watch {
  topics: string[];
}

/** Hours of some days of the week. */
export interface Weekly {
  /** `mon` … `sun`. */
  days: Day[];
  /** `HH:MM`. */
  from: string;
  /** `HH:MM`; `24:00` is the end of the day. */
  to: string;
}

/** The first frame from the server. */
export type Welcome = Holdings & {
  expires_at: ApiTime;
  heartbeat_s: number;
  /** The person's id as a participant. */
  id: string;
  role: Role;
  workspace: Id;
};

/** The form. */
export interface Widget {
  /** What is asked, in this order. */
  fields?: FormField[];
  /** Queues that a customer may choose, in this order; none: nothing is asked. */
  queues?: Id[];
}

/** Why an offer was revoked or an invitation cancelled. */
export type Withdrawn = 'customer_left' | 'cancelled' | 'agent_lost' | 'agent_not_ready' | 'superseded' | 'removed';

/** A workspace. */
export interface Workspace {
  /** Who answers. */
  agents?: Record<string, Agent>;
  /** Where chats go that name no queue. */
  default_queue?: Id | null;
  /** Opening hours by name. */
  hours?: Record<string, Hours>;
  /** Origins of pages that may open sockets and start chats, beside the server's own. */
  origins?: string[];
  /** For the whole workspace. */
  policies?: PolicySet;
  /** Which queues an agent serves. */
  profiles?: Record<string, ProfileQueue[]>;
  /** Service lines. */
  queues?: Record<string, Queue>;
  /** Routing rules; the first that holds applies. */
  rules?: Rule[];
  /** Abilities. */
  skills?: Record<string, Named>;
  /** Who oversees: names for the directory; their rights come with their tokens. */
  supervisors?: Record<string, Named>;
  /** IANA name; UTC unless given. */
  time_zone?: string | null;
  /** Set by the server; may be sent back. */
  version?: number | null;
  /** What the widget asks a customer before a chat. */
  widget?: Widget;
  /** Its name; the token's counts, a differing one here is refused. */
  workspace?: Id | null;
}

/** Finishes a wrap-up. */
export interface WrapupComplete {
  chat_id: Id;
  disposition?: string | null;
  note?: string | null;
}

/** What a queue does with a chat that nobody is eligible for. */
export type ZeroEligible = 'hold_with_initiator' | 'queue_anyway' | 'refuse' | 'overflow_to';
