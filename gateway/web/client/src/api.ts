// The HTTP calls of the contract, a function each, so that a page carries only those it uses.

import type { Configuration } from './config.ts';
import { type Call, type Http, request } from './http.ts';
import type {
  Accepted,
  AgentRow,
  AgentStatistics,
  AgentWhy,
  Chat,
  ChatState,
  Chats,
  ChatWhy,
  Checked,
  Form,
  Id,
  Messages,
  Published,
  QueueHistory,
  QueueRow,
  Quote,
  Renewed,
  StartBody,
  Started,
  Target,
  Versions,
} from './types.ts';

/** The most lines of one page. */
export const PAGE = 500;
/** How patient a call is, and its key, where a page knows better than the library. */
export type Manner = Pick<Call, 'patienceMs' | 'answerMs' | 'key'>;

type Query = Record<string, string | number | null | undefined>;

function search(query: Query): string {
  const all = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value != null) all.set(name, `${value}`);
  return `${all}` && `?${all}`;
}

const part = (id: string) => encodeURIComponent(id);
const post = <T>(http: Http, path: string, body?: unknown, more: Partial<Call> = {}) =>
  request<T>(http, { method: 'POST', path, body, ...more });

/** Starts a chat. The same `key` (22 random characters or more) starts one chat only. */
export const startChat = (http: Http, body: StartBody, key?: string, patienceMs?: number) =>
  post<Started | Accepted>(http, '/chats', body, { key, patienceMs });
/** What the workspace asks before a chat, in a language, and whether it would take one now. */
export const getForm = (
  http: Http,
  query: { workspace?: Id | undefined; queue?: Id | undefined; language?: string } = {},
  manner: Manner = {},
) => request<Form>(http, { path: `/widget${search(query)}`, ...manner });
export const renewToken = (http: Http, chat: Id) =>
  post<Renewed>(http, `/chats/${part(chat)}/token`);
export const endChat = (http: Http, chat: Id) => post<Chat>(http, `/chats/${part(chat)}/end`);
export const getChat = (http: Http, chat: Id) =>
  request<Chat>(http, { path: `/chats/${part(chat)}` });
export const getMessages = (http: Http, chat: Id, after = 0, limit = PAGE) =>
  request<Messages>(http, { path: `/chats/${part(chat)}/messages?after=${after}&limit=${limit}` });
export const getChatWhy = (http: Http, chat: Id) =>
  request<ChatWhy>(http, { path: `/chats/${part(chat)}/why` });
export const getAgentWhy = (http: Http, agent: Id) =>
  request<AgentWhy>(http, { path: `/agents/${part(agent)}/why` });
export const getAgentStatistics = (http: Http, agent: Id) =>
  request<AgentStatistics>(http, { path: `/agents/${part(agent)}/statistics` });
/** What happened in a queue in the last hours, by steps. */
export const getQueueHistory = (http: Http, queue: Id, patienceMs?: number) =>
  request<QueueHistory>(http, { path: `/queues/${part(queue)}/history`, patienceMs });
/** What a transfer would do, before it is done. */
export const getQuote = (http: Http, chat_id: Id, to: Target) =>
  post<Quote>(http, '/quotes', { chat_id, to });

/** A page of chats, the oldest first; those that are not over unless `state` says otherwise. */
export const listChats = (
  http: Http,
  query: { state?: ChatState; queue?: Id; agent?: Id; cursor?: string; limit?: number } = {},
) => request<Chats>(http, { path: `/chats${search(query)}` });

export const listQueues = (http: Http, patienceMs?: number) =>
  all<QueueRow>(http, 'queues', patienceMs);
export const listAgents = (http: Http, patienceMs?: number) =>
  all<AgentRow>(http, 'agents', patienceMs);

/** All pages of a list. */
async function all<T>(http: Http, name: 'queues' | 'agents', patienceMs?: number): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | null | undefined;
  do {
    const page: { next?: string | null } & Record<string, unknown> = await request(http, {
      path: `/${name}${search({ limit: 200, cursor })}`,
      patienceMs,
    });
    rows.push(...(page[name] as T[]));
    cursor = page.next;
  } while (cursor);
  return rows;
}

export const getConfig = (http: Http, version?: number, manner: Manner = {}) =>
  request<Configuration>(http, { path: `/config${search({ version })}`, ...manner });
/** The newest first. */
export const listVersions = (http: Http, cursor?: string, manner: Manner = {}) =>
  request<Versions>(http, { path: `/config/versions${search({ cursor })}`, ...manner });
/** What is wrong with a configuration. Takes some seconds for the largest ones. */
export const checkConfig = (http: Http, config: Configuration, manner: Manner = {}) =>
  post<Checked>(http, '/config/check', config, manner);
/** Publishes, unless `ifVersion` is not the newest any more: `conflict`. */
export const putConfig = (
  http: Http,
  config: Configuration,
  ifVersion?: number,
  manner: Manner = {},
) =>
  request<Published>(http, {
    method: 'PUT',
    path: '/config',
    body: config,
    ...(ifVersion === undefined ? {} : { headers: { 'if-match': String(ifVersion) } }),
    ...manner,
  });
