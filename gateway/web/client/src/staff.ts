// An agent's or supervisor's desk without its looks: one session, and everything that it tells,
// as values to bind to and commands to give.

import { getMessages, listAgents, listQueues } from './api.ts';
import { type Chats, chats } from './chats.ts';
import type { Fields } from './commands.ts';
import { type Credential, credential } from './credential.ts';
import { type Dms, dms } from './dms.ts';
import type { Http } from './http.ts';
import { type Invites, invites } from './invites.ts';
import { type Offers, offers } from './offers.ts';
import { type KeyValue, type Platform, platformWith } from './platform.ts';
import { type Rows, rows } from './rows.ts';
import { type Connection, type Happening, openSession, type Session } from './session.ts';
import type { AgentRow, Id, QueueRow, Target } from './types.ts';
import { unsentIn } from './unsent.ts';
import { cell, type Readable } from './value.ts';

export interface StaffOptions {
  /** `https://…`, without `/v1`. */
  url: string;
  /** Asked before each connection and call. */
  token(): string | Promise<string>;
  platform?: Partial<Platform>;
  /** Keeps lines on their way, so that the next page sends them; the tab's own storage. */
  storage?: KeyValue;
}

export interface Staff {
  readonly session: Session;
  /** For the calls of `api.ts`. */
  readonly http: Http;
  readonly connection: Readable<Connection>;
  /** When the sign-in ends, and whether it has: everything then waits for `renew`. */
  readonly signIn: Pick<Credential, 'expiresAt' | 'isExpired'>;
  /** One's own row; none for supervisors. */
  readonly self: Readable<AgentRow | null>;
  readonly chats: Pick<Chats, 'all' | 'get'>;
  readonly offers: Pick<Offers, 'all' | 'gone' | 'leftS'>;
  readonly invites: Pick<Invites, 'all' | 'putAway'>;
  /** Filled by `watch('agents')`. */
  readonly agents: Rows<AgentRow>['all'];
  /** Filled by `watch('queues')`. */
  readonly queues: Rows<QueueRow>['all'];
  readonly dms: Omit<Dms, 'hear'>;
  /** Keeps rows of a topic coming, also after reconnects; the answer ends it. */
  watch(topic: string): () => void;
  /**
   * Reads a whole list once, and forgets rows of what is not configured any more, which `watch`
   * does not tell. Not repeated: it throws what is the matter now.
   */
  refresh(list: 'agents' | 'queues'): Promise<void>;
  status(fields: Fields<'agent.status'>): Promise<unknown>;
  accept(offer: Id): Promise<unknown>;
  decline(offer: Id, reason?: string): Promise<unknown>;
  /** "+": adds an agent or a queue. */
  add(chat: Id, to: Target, more?: AddOptions): Promise<Added>;
  cancelInvite(chat: Id, invite: Id): Promise<unknown>;
  /** End Chat. */
  leave(chat: Id, more?: Omit<Fields<'chat.leave'>, 'chat_id'>): Promise<unknown>;
  /** "+" and End Chat in one. */
  transfer(
    chat: Id,
    to: Target,
    more?: Omit<Fields<'chat.transfer'>, 'chat_id' | 'to'>,
  ): Promise<unknown>;
  completeWrapup(chat: Id, more?: Omit<Fields<'wrapup.complete'>, 'chat_id'>): Promise<unknown>;
  /** Goes on with a fresh token of the same person. Throws `BatonError` if it is not taken. */
  renew(token: string): Promise<void>;
  close(): void;
}

export type AddOptions = Omit<Fields<'chat.add_queue'>, 'chat_id' | 'queue'>;
/** What became of a "+": of a queue also where it went and what is the matter there. */
export interface Added {
  invite_id: Id;
  queue?: Id;
  position?: number | null;
  warning?: string | null;
  held?: boolean | null;
}

export function connectStaff(options: StaffOptions): Staff {
  const platform = platformWith(options.platform);
  const { url } = options;
  const signIn = credential(options.token);
  const http: Http = { url, token: signIn.token, platform };
  const session = openSession({
    url,
    token: signIn.fresh,
    platform,
    resume: () => mine.resume(),
  });
  const mine = chats({
    session,
    platform,
    fetch: (chat, after) => getMessages(http, chat, after),
    unsent: options.storage && unsentIn(options.storage),
  });
  const offered = offers(platform.clock);
  const invited = invites();
  const internal = dms(session, platform);
  const agents = rows<AgentRow>((row) => row.agent, platform.clock);
  const queues = rows<QueueRow>((row) => row.queue, platform.clock);
  const { self, hearSelf } = ownRow(session);
  const { watch, hearWatch } = watching(session);

  session.listen((happening) => {
    signIn.hear(happening);
    hearSelf(happening);
    mine.hear(happening);
    offered.hear(happening);
    invited.hear(happening);
    internal.hear(happening);
    hearWatch(happening);
    if (happening.type === 'agent.state') agents.put(happening);
    if (happening.type === 'queue.state') queues.put(happening);
  });

  return {
    session,
    http,
    connection: session.connection,
    signIn,
    self,
    chats: mine,
    offers: offered,
    invites: invited,
    agents: agents.all,
    queues: queues.all,
    dms: internal,
    watch,
    async refresh(list) {
      if (list === 'agents') {
        const before = agents.all.get();
        agents.replace(await listAgents(http, 0), before);
      } else {
        const before = queues.all.get();
        queues.replace(await listQueues(http, 0), before);
      }
    },
    status: (fields) => session.command('agent.status', fields),
    accept: (offer_id) => session.command('offer.accept', { offer_id }),
    decline: (offer_id, reason) =>
      session.command('offer.decline', { offer_id, ...(reason ? { reason } : {}) }),
    add(chat_id, to, more = {}): Promise<Added> {
      if ('queue' in to) {
        return session.command('chat.add_queue', { chat_id, queue: to.queue, ...more });
      }
      const note = more.note ? { note: more.note } : {};
      return session.command('chat.add_agent', { chat_id, agent: to.agent, ...note });
    },
    cancelInvite: (chat_id, invite_id) =>
      session.command('chat.cancel_invite', { chat_id, invite_id }),
    leave: (chat_id, more) => session.command('chat.leave', { chat_id, ...more }),
    transfer: (chat_id, to, more) => session.command('chat.transfer', { chat_id, to, ...more }),
    completeWrapup: (chat_id, more) => session.command('wrapup.complete', { chat_id, ...more }),
    renew: (token) => signIn.renew(token, session, http),
    close: () => session.close(),
  };
}

/** One's own row: from each welcome, event and answer, the newest. */
function ownRow(session: Session) {
  const self = cell<AgentRow | null>(null);
  const put = (row: AgentRow | null | undefined) => {
    const isOwn = row && row.agent === session.welcome.get()?.id;
    if (isOwn && row.rev >= (self.get()?.rev ?? 0)) self.set(row);
  };
  const hearSelf = (happening: Happening) => {
    if (happening.type === 'welcome' || happening.type === 'resync') put(happening.agent);
    if (happening.type === 'agent.state') put(happening);
    if (happening.type === 'answer') put(happening.reply.agent);
  };
  return { self, hearSelf };
}

/** Topics that somebody watches; told again to each new connection. */
function watching(session: Session) {
  const topics = new Map<string, number>();
  const tell = (type: 'watch' | 'unwatch', names: string[]) => {
    // A refused topic has no rows; a lost connection watches again with the next welcome.
    session.command(type, { topics: names }).catch(() => {});
  };
  const isOnline = () => session.connection.get().state === 'online';
  const watch = (topic: string) => {
    const count = topics.get(topic) ?? 0;
    topics.set(topic, count + 1);
    if (count === 0 && isOnline()) tell('watch', [topic]);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      const left = (topics.get(topic) ?? 1) - 1;
      if (left > 0) return void topics.set(topic, left);
      topics.delete(topic);
      if (isOnline()) tell('unwatch', [topic]);
    };
  };
  const hearWatch = (happening: Happening) => {
    if (happening.type === 'welcome' && topics.size > 0) tell('watch', [...topics.keys()]);
  };
  return { watch, hearWatch };
}
